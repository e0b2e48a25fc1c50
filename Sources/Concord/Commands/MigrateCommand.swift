// concord migrate

import ArgumentParser
import Postgres

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Bring the database up to this program's Migrations/.")

    @OptionGroup var databaseOptions: DatabaseOptions

    func run() async throws {
        // Opening the database applies what is missing.
        try await databaseOptions.withDatabase { database, migrations in
            print("The database is \(try await migrations.status(in: database)).")
        }
    }
}
