// Runs the generation worker as one of a process's services.

import ServiceLifecycle
import Studies

/// A generation worker that stops when the process is asked to.
public struct WorkerService: Service {
    let worker: GenerationWorker

    public init(worker: GenerationWorker) {
        self.worker = worker
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown { await worker.run() }
    }
}
