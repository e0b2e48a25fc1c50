// Put a picture on the server.

import ArgumentParser
import Foundation
import Postgres
import Studies

extension StudyCommand {
    struct Picture: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "picture", abstract: "Put a picture on the server, and print what to write in a study's texts.",
            discussion: "PNG, JPEG, GIF or WebP, at most 2 MB. The study file needs texts.formatted: true.")

        @Argument(help: "The file.") var file: String
        @Option(help: "What it shows, for those who cannot see it.") var shows: String
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            guard let content = FileManager.default.contents(atPath: file) else { throw CommandError.unreadable(file) }
            try await databaseOptions.withDatabase { database, _ in
                let stored = try await Pictures(database: database).store(content, by: nil)
                try await AuditLog(database: database).record("picture.upload", by: .commandLine, subject: stored.sha256)
                print("![\(shows)](\(stored.address))")
            }
        }
    }
}
