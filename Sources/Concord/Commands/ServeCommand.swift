// concord serve

import ArgumentParser
import Foundation
import Hummingbird
import LanguageModel
import Logging
import NIOCore
import Postgres
import Server
import Studies

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the server, with a generation worker inside it.")

    @Option(
        name: .customLong("host"),
        help: ArgumentHelp("Address to listen on. [CONCORD_HOST; default: 127.0.0.1]", valueName: "address"))
    var hostOption: String?

    @Option(
        name: .customLong("port"),
        help: ArgumentHelp("Port to listen on; 0 takes a free one. [CONCORD_PORT; default: 8080]", valueName: "port"))
    var portOption: String?

    @Option(
        name: .customLong("tls-certificate"),
        help: ArgumentHelp("A certificate with its chain (PEM), to speak TLS. [CONCORD_TLS_CERTIFICATE]", valueName: "file"))
    var certificateOption: String?

    @Option(
        name: .customLong("tls-key"),
        help: ArgumentHelp("The certificate's private key (PEM). [CONCORD_TLS_KEY]", valueName: "file"))
    var keyOption: String?

    @Option(
        name: .customLong("trusted-proxy"),
        help: ArgumentHelp(
            "A reverse proxy, by name or address, whose X-Forwarded headers are believed; may be given more than once. "
                + "[CONCORD_TRUSTED_PROXY, separated by commas]", valueName: "name"))
    var proxyOptions: [String] = []

    @Flag(help: "As long as nobody has signed in and there is no other user, print a one-time password for the first admin.")
    var firstAdmin = false

    @OptionGroup var databaseOptions: DatabaseOptions
    @OptionGroup var modelOptions: ModelOptions
    @OptionGroup var embeddingOptions: EmbeddingOptions

    private func tls() throws -> TLSFiles? {
        let certificate = Setting.value(certificateOption, "CONCORD_TLS_CERTIFICATE")
        let key = Setting.value(keyOption, "CONCORD_TLS_KEY")
        switch (certificate, key) {
        case (nil, nil): return nil
        case (let certificate?, let key?): return TLSFiles(certificate: certificate, key: key)
        default: throw CommandError.halfOfTLS
        }
    }

    private var trustedProxies: [String] {
        guard proxyOptions.isEmpty else { return proxyOptions }
        return (Setting.value(nil, "CONCORD_TRUSTED_PROXY") ?? "").split(separator: ",").map {
            $0.trimmingCharacters(in: .whitespaces)
        }
    }

    func run() async throws {
        let host = Setting.value(hostOption, "CONCORD_HOST") ?? "127.0.0.1"
        let portText = Setting.value(portOption, "CONCORD_PORT") ?? "8080"
        guard let port = Int(portText), (0...65_535).contains(port) else { throw CommandError.badPort(portText) }
        let pages = try Home.folder().appending(path: "Public")
        var logger = Logger(label: "concord")
        logger.logLevel = .notice

        let tls = try tls()

        // The model first: it is what most often is wrong, and nothing has been started yet.
        let model = try await modelOptions.load()
        let embedding = try await embeddingOptions.load(inTurnWith: model) ?? model
        try await databaseOptions.withDatabase { database, migrations in
            try await SimulationToken.ensure(in: databaseOptions.data, database: database)
            let server = ConcordServer(
                configuration: .init(host: host, port: port, pages: pages, tls: tls, trustedProxies: trustedProxies),
                database: database, migrations: migrations,
                worker: GenerationWorker(database: database, model: model, logger: logger),
                jobs: try JobHandlers.all(
                    database: database, model: model, embedding: embedding, pages: pages, migrations: migrations,
                    logger: logger),
                logger: logger)
            let admin = firstAdmin ? try await Users(database: database).firstAdmin(named: "admin") : nil
            let open = try await StudyCatalog(database: database).list().filter { $0.state == StudyState.open.rawValue }
            do {
                try await server.application { port in
                    let address = "\(tls == nil ? "http" : "https")://\(host.contains(":") ? "[\(host)]" : host):\(port)"
                    print("Concord is listening on \(address)")
                    for study in open { print("Study \(study.name): \(address)/join/\(study.name)") }
                    print("Admin pages: \(address)/admin/")
                    if let admin {
                        print("Sign in there as \(admin.name) with the one-time password \(admin.password)")
                    }
                    print("Press Ctrl-C to stop.")
                    fflush(nil)
                }.runService()
            } catch let error as IOError where error.errnoCode == EADDRINUSE {
                throw CommandError.portInUse(host: host, port: port)
            } catch let error as IOError {
                throw CommandError.cannotListen(host: host, port: port, reason: String(cString: strerror(error.errnoCode)))
            }
        }
    }
}
