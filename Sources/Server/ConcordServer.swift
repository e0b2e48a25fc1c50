// Wires the HTTP application from what it needs. The command line and the tests start from the same function.

import Foundation
import Hummingbird
import Logging
import Postgres
import ServiceLifecycle
import Studies

/// The Concord web server.
public struct ConcordServer: Sendable {
    /// Where to listen, and where the static pages lie.
    public struct Configuration: Sendable {
        public var host: String
        /// 0 takes any free port.
        public var port: Int
        /// The folder `Public/`.
        public var pages: URL

        public init(host: String, port: Int, pages: URL) {
            self.host = host
            self.port = port
            self.pages = pages
        }
    }

    let configuration: Configuration
    let database: Database
    let migrations: Migrations
    let worker: GenerationWorker?
    let logger: Logger

    /// - Parameter worker: the generation worker to run inside the server, if it has one.
    public init(
        configuration: Configuration, database: Database, migrations: Migrations, worker: GenerationWorker?,
        logger: Logger
    ) {
        self.configuration = configuration
        self.database = database
        self.migrations = migrations
        self.worker = worker
        self.logger = logger
    }

    /// The application: every route, and the services that run beside it.
    /// - Parameter onRunning: called with the port once the server listens.
    public func application(
        onRunning: @escaping @Sendable (Int) async -> Void = { _ in }
    ) -> some ApplicationProtocol {
        let feed = ChangeFeed(database: database, logger: logger)
        let folder = PublicFolder(configuration.pages)
        let router = Router(context: ConcordContext.self)
        router.addMiddleware {
            ResponseHeaders()
            CompressedResponses()
            ProblemResponses(logger: logger)
            SameOriginPosts()
            PublicFiles(folder: folder)
        }
        HealthController(database: database, migrations: migrations, hasWorker: worker != nil).addRoutes(to: router)
        PageController(folder: folder, database: database).addRoutes(to: router)
        EntranceController(database: database).addRoutes(to: router)
        ParticipantController(database: database, feed: feed).addRoutes(to: router)
        RecruitmentController(database: database).addRoutes(to: router)

        var services: [any Service] = [
            feed, folder, DeadlineService(watch: DeadlineWatch(database: database, logger: logger)),
        ]
        if let worker { services.append(WorkerService(worker: worker)) }
        return Application(
            router: router,
            configuration: .init(
                address: .hostname(configuration.host, port: configuration.port), serverName: nil),
            services: services,
            onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? 0) },
            logger: logger)
    }
}
