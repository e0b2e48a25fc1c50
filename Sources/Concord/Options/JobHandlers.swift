// The kinds of long work that a server takes on.

import Exports
import LanguageModel
import Logging
import Postgres
import Studies

enum JobHandlers {
    /// - Parameters:
    ///   - model: the server's language model.
    ///   - embedding: the one that embeds questions; the language model itself where none is named.
    static func all(
        database: Database, model: LanguageModel, embedding: LanguageModel, logger: Logger
    ) throws -> [any JobHandler] {
        [
            DumpJob(database: database, parquet: try .ours()),
            QuestionWritingJob(database: database, model: model, embedding: embedding),
            QuestionScreenJob(database: database, model: model),
            QuestionTopicsJob(database: database, model: embedding),
        ]
    }
}
