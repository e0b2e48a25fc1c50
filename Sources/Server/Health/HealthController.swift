// Is the process alive, and is it ready?

import Foundation
import Hummingbird
import Postgres

/// `GET /healthz` and `GET /readyz`, for whoever watches over the server.
struct HealthController {
    let database: Database
    let migrations: Migrations
    let hasWorker: Bool

    func addRoutes(to router: Router<ConcordContext>) {
        router.get("healthz") { _, _ in "alive\n" }
        router.get("readyz", use: ready)
    }

    /// What is ready; each is true or false.
    private struct Readiness: ResponseEncodable {
        var database: Bool
        var migrations: Bool
        /// Whether the model is loaded: the server listens only after its worker has it.
        var model: Bool
    }

    private func ready(_ request: Request, context: ConcordContext) async throws -> EditedResponse<Readiness> {
        var readiness = Readiness(database: false, migrations: false, model: hasWorker)
        do {
            let status = try await migrations.status(in: database)
            readiness.database = true
            if case .current = status { readiness.migrations = true }
        } catch {
            context.logger.warning("not ready", metadata: ["error": "\(error)"])
        }
        let isReady = readiness.database && readiness.migrations && readiness.model
        return EditedResponse(status: isReady ? .ok : .serviceUnavailable, response: readiness)
    }
}
