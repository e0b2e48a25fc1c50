// The kinds of long work that a server takes on.

import Foundation
import LanguageModel
import Logging
import Postgres
import Studies

enum JobHandlers {
    /// - Parameters:
    ///   - model: the server's language model.
    ///   - pages: the folder `Public/`.
    ///   - migrations: those that the database has.
    static func all(
        database: Database, model: LanguageModel, pages: URL, migrations: Migrations, logger: Logger
    ) -> [any JobHandler] {
        [
            RehearsalHandler(database: database, pages: pages, migrations: migrations, logger: logger)
        ]
    }
}
