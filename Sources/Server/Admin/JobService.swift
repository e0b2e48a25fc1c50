// Runs jobs as one of a process's services.

import ServiceLifecycle
import Studies

/// A job runner that stops when the process is asked to.
struct JobService: Service {
    let runner: JobRunner

    func run() async throws {
        await cancelWhenGracefulShutdown { await runner.run() }
    }
}
