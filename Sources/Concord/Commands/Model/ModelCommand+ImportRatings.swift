// concord model import-ratings

import ArgumentParser
import Foundation
import Studies

extension ModelCommand {
    struct ImportRatings: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import-ratings",
            abstract: "Bring the ratings of another study's dump, to train a preference model on.",
            discussion: """
                Reads a folder that concord export wrote, on this server or another, or its preferences.jsonl: the same \
                ratings, but of members' rounds in which they did not agree with everything alike, and in the parts of the \
                training set.
                """)

        @Argument(help: "A name for them.") var name: String
        @Argument(help: ArgumentHelp("The folder of the dump, or its preferences.jsonl.", valueName: "path")) var path: String
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            let ratings = try RatingImport.read(path)
            try await databaseOptions.withDatabase { database, _ in
                try await ratings.store(as: name, in: database)
                print("Imported \(ratings.count) ratings as \(name).")
            }
        }
    }
}
