// Watches deadlines as one of a server's services.

import ServiceLifecycle
import Studies

/// A deadline watch that stops when the process is asked to.
struct DeadlineService: Service {
    let watch: DeadlineWatch

    func run() async throws {
        await cancelWhenGracefulShutdown { await watch.run() }
    }
}
