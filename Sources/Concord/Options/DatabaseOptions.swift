// Which database a command works on.

import ArgumentParser
import Foundation
import Postgres
import Studies

/// The options that name the database.
struct DatabaseOptions: ParsableArguments {
    @Option(
        name: .customLong("data"),
        help: ArgumentHelp(
            "Folder of the private database, logs and tokens. [CONCORD_DATA; default: .data]", valueName: "dir"))
    var dataOption: String?

    @Option(
        name: .customLong("database-url"),
        help: ArgumentHelp(
            "A PostgreSQL database of your own. [CONCORD_DATABASE_URL, DATABASE_URL; default: a private one]",
            valueName: "url"))
    var databaseURLOption: String?

    /// The data folder.
    var data: URL {
        URL(filePath: Setting.value(dataOption, "CONCORD_DATA") ?? ".data", directoryHint: .isDirectory)
            .absoluteURL.standardizedFileURL
    }

    /// Opens the database, applies what is missing of `Migrations/`, runs `body`, and leaves again.
    func withDatabase<Result: Sendable>(
        _ body: (Database, Migrations) async throws -> Result
    ) async throws -> Result {
        let migrations = try Migrations(folder: Home.folder().appending(path: "Migrations"))
        let cluster: PrivateCluster?
        let url: String
        if let given = Setting.value(databaseURLOption, "CONCORD_DATABASE_URL", "DATABASE_URL") {
            cluster = nil
            url = given
        } else {
            let joined = try await PrivateCluster.join(folder: data)
            cluster = joined
            url = joined.url
        }
        do {
            let database = try Database(url: url, poolSize: 12)
            let result: Result
            do {
                try await database.connect()
                _ = try await migrations.apply(to: database)
                try await ChangeClock.settle(in: database)
                result = try await body(database, migrations)
            } catch {
                await database.close()
                throw error
            }
            await database.close()
            await cluster?.leave()
            return result
        } catch {
            await cluster?.leave()
            throw error
        }
    }
}
