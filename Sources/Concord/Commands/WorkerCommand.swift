// concord worker

import ArgumentParser
import Foundation
import Logging
import Server
import ServiceLifecycle
import Studies

struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Run only a generation worker, on this or another machine, over the same database.")

    @OptionGroup var databaseOptions: DatabaseOptions
    @OptionGroup var modelOptions: ModelOptions

    func run() async throws {
        var logger = Logger(label: "concord.worker")
        logger.logLevel = .notice
        let model = try await modelOptions.load()
        try await databaseOptions.withDatabase { database, _ in
            print("The worker is waiting for statements to make. Press Ctrl-C to stop.")
            fflush(nil)  // also into a log file
            try await ServiceGroup(
                services: [WorkerService(worker: GenerationWorker(database: database, model: model, logger: logger))],
                gracefulShutdownSignals: [.sigint, .sigterm], logger: logger
            ).run()
        }
    }
}
