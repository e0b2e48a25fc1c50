// Wires the HTTP application from what it needs. The command line and the tests start from the same function.

import Foundation
import HTTPTypes
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
        /// With which to speak TLS; nil to speak plain HTTP.
        public var tls: TLSFiles?
        /// Names or addresses of reverse proxies whose word is taken for where a request comes from, and whether over TLS.
        public var trustedProxies: [String]

        public init(host: String, port: Int, pages: URL, tls: TLSFiles? = nil, trustedProxies: [String] = []) {
            self.host = host
            self.port = port
            self.pages = pages
            self.tls = tls
            self.trustedProxies = trustedProxies
        }
    }

    let configuration: Configuration
    let database: Database
    let migrations: Migrations
    let worker: GenerationWorker?
    let jobs: [any JobHandler]
    let logger: Logger

    /// - Parameters:
    ///   - worker: the generation worker to run inside the server, if it has one.
    ///   - jobs: the kinds of long work that this server takes on.
    public init(
        configuration: Configuration, database: Database, migrations: Migrations, worker: GenerationWorker?,
        jobs: [any JobHandler] = [], logger: Logger
    ) {
        self.configuration = configuration
        self.database = database
        self.migrations = migrations
        self.worker = worker
        self.jobs = jobs
        self.logger = logger
    }

    /// An address that the server answers at: `GET /api/admin/studies/{study}/users`.
    public struct Route: Sendable, Hashable {
        public let method: HTTPRequest.Method
        /// With the names of its variable parts in braces.
        public let path: String
    }

    /// Every address but those of static files.
    public var routes: [Route] {
        let router = Router(context: ConcordContext.self)
        addRoutes(to: router, feed: ChangeFeed(database: database, logger: logger), folder: PublicFolder(configuration.pages))
        return Self.routes(of: router)
    }

    private static func routes(of router: Router<ConcordContext>) -> [Route] {
        router.routes.map { Route(method: $0.method, path: $0.path.description) }
    }

    private func addRoutes(to router: Router<ConcordContext>, feed: ChangeFeed, folder: PublicFolder) {
        HealthController(database: database, migrations: migrations, hasWorker: worker != nil).addRoutes(to: router)
        PageController(folder: folder, database: database).addRoutes(to: router)
        EntranceController(database: database).addRoutes(to: router)
        ParticipantController(database: database, feed: feed).addRoutes(to: router)
        RecruitmentController(database: database).addRoutes(to: router)
        AdminRoutes(database: database, feed: feed).add(to: router)
        PreviewController(database: database, folder: folder, feed: feed).addRoutes(to: router)
        PictureController(database: database).addPublicRoutes(to: router)
    }

    /// The application: every route, and the services that run beside it.
    /// - Parameter onRunning: called with the port once the server listens.
    /// - Throws: ``TLSFiles/Fault``.
    public func application(
        onRunning: @escaping @Sendable (Int) async -> Void = { _ in }
    ) throws -> some ApplicationProtocol {
        let feed = ChangeFeed(database: database, logger: logger)
        let folder = PublicFolder(configuration.pages)
        let proxies = TrustedProxies(configuration.trustedProxies, logger: logger)
        // Middleware comes before routes, and this one has to know them.
        let listing = Router(context: ConcordContext.self)
        addRoutes(to: listing, feed: feed, folder: folder)
        let router = Router(context: ConcordContext.self)
        router.addMiddleware {
            Transport(proxies: proxies, hasTLS: configuration.tls != nil)
            ResponseHeaders()
            CompressedResponses()
            ProblemResponses(logger: logger)
            AllowedMethods(Self.routes(of: listing))
            SameOriginPosts()
            PublicFiles(folder: folder)
        }
        addRoutes(to: router, feed: feed, folder: folder)

        var services: [any Service] = [
            feed, folder, proxies, DeadlineService(watch: DeadlineWatch(database: database, logger: logger)),
            JobService(runner: JobRunner(database: database, handlers: jobs, logger: logger)),
            CopyService(copies: StudyCopies(database: database), logger: logger),
        ]
        if let worker { services.append(WorkerService(worker: worker)) }
        return Application(
            router: router,
            server: try configuration.tls?.server() ?? .http1(),
            configuration: .init(
                address: .hostname(configuration.host, port: configuration.port), serverName: nil),
            services: services,
            onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? 0) },
            logger: logger)
    }
}
