// The kinds of long work that a server takes on.

import Exports
import LanguageModel
import Logging
import Postgres
import Studies

enum JobHandlers {
    /// - Parameter model: the server's language model.
    static func all(database: Database, model: LanguageModel, logger: Logger) throws -> [any JobHandler] {
        [DumpJob(database: database, parquet: try .ours())]
    }
}
