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

    @OptionGroup var databaseOptions: DatabaseOptions
    @OptionGroup var modelOptions: ModelOptions

    func run() async throws {
        let host = Setting.value(hostOption, "CONCORD_HOST") ?? "127.0.0.1"
        let portText = Setting.value(portOption, "CONCORD_PORT") ?? "8080"
        guard let port = Int(portText), (0...65_535).contains(port) else { throw CommandError.badPort(portText) }
        let pages = try Home.folder().appending(path: "Public")
        var logger = Logger(label: "concord")
        logger.logLevel = .notice

        // The model first: it is what most often is wrong, and nothing has been started yet.
        let model = try await modelOptions.load()
        try await databaseOptions.withDatabase { database, migrations in
            try await SimulationToken.ensure(in: databaseOptions.data, database: database)
            let server = ConcordServer(
                configuration: .init(host: host, port: port, pages: pages), database: database,
                migrations: migrations,
                worker: GenerationWorker(database: database, model: model, logger: logger), logger: logger)
            let open = try await StudyCatalog(database: database).list().filter { $0.state == StudyState.open.rawValue }
            do {
                try await server.application { port in
                    let address = "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
                    print("Concord is listening on \(address)")
                    for study in open { print("Study \(study.name): \(address)/join/\(study.name)") }
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
