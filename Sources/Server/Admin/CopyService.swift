// Throws away copies of studies whose time is over, as one of a process's services.

import Logging
import ServiceLifecycle
import Studies

/// Looks twice a minute, until the process is asked to stop.
struct CopyService: Service {
    let copies: StudyCopies
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await copies.throwAwayExpired()
                } catch is CancellationError {
                    return
                } catch {
                    logger.warning("throwing copies of studies away failed", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: .seconds(30))
            }
        }
    }
}
