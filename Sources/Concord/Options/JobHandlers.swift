// The kinds of long work that a server takes on.

import LanguageModel
import Logging
import Postgres
import Studies

enum JobHandlers {
    /// - Parameter model: the server's language model.
    static func all(database: Database, model: LanguageModel, logger: Logger) -> [any JobHandler] {
        let models = ModelShelf(standard: model, database: database)
        return [
            ModelTrainingJob(database: database, shelf: models),
            ModelEvaluationJob(database: database, shelf: models),
        ]
    }
}
