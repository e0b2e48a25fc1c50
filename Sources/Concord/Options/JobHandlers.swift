// The kinds of long work that a server takes on.

import Exports
import Foundation
import LanguageModel
import Logging
import Postgres
import Studies

enum JobHandlers {
    /// - Parameters:
    ///   - model: the server's language model.
    ///   - embedding: the one that embeds questions; the language model itself where none is named.
    ///   - pages: the folder `Public/`.
    ///   - migrations: those that the database has.
    static func all(
        database: Database, model: LanguageModel, embedding: LanguageModel, pages: URL, migrations: Migrations,
        logger: Logger
    ) throws -> [any JobHandler] {
        let models = ModelShelf(standard: model, database: database)
        return [
            DumpJob(database: database, parquet: try .ours()),
            QuestionWritingJob(database: database, model: model, embedding: embedding),
            QuestionScreenJob(database: database, model: model),
            QuestionTopicsJob(database: database, model: embedding),
            ModelTrainingJob(database: database, shelf: models),
            ModelEvaluationJob(database: database, shelf: models),
            RehearsalHandler(database: database, pages: pages, migrations: migrations, logger: logger),
        ]
    }
}
