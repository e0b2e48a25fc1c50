// concord model import-ratings

import ArgumentParser
import Foundation
import Studies

extension ModelCommand {
    struct ImportRatings: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import-ratings",
            abstract: "Bring the ratings of another study's dump, to train a preference model on.",
            discussion: "The folder is one that concord export wrote, on this server or another.")

        @Argument(help: "A name for them.") var name: String
        @Argument(help: "The folder of the dump.") var folder: String
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            let ratings = try RatingImport(folder: URL(filePath: folder, directoryHint: .isDirectory))
            try await databaseOptions.withDatabase { database, _ in
                try await ratings.store(as: name, in: database)
                print("Imported \(ratings.count) ratings as \(name).")
            }
        }
    }
}
