// concord model list

import ArgumentParser
import Studies

extension ModelCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List the registered models.")

        /// One line of `--json` output; what was fitted is left out.
        private struct Line: Encodable {
            let name: ModelName
            let kind: RegisteredModel.Kind
            let file: String?
            let sha256: String
            let parent: ModelName?
            let chatTemplate: String?
            let beatsBaselines: Bool?

            enum CodingKeys: String, CodingKey {
                case name, kind, file, sha256, parent
                case chatTemplate = "chat_template"
                case beatsBaselines = "beats_baselines"
            }
        }

        @Flag(help: "Print JSON.") var json = false
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let models = try await ModelRegistry(database: database).list()
                if json {
                    return try Output.json(
                        models.map {
                            Line(
                                name: $0.name, kind: $0.kind, file: $0.file, sha256: $0.sha256, parent: $0.parent,
                                chatTemplate: $0.chatTemplate, beatsBaselines: $0.beatsBaselines)
                        })
                }
                Output.table(
                    ["MODEL", "KIND", "MADE FROM", "EVALUATION", "SHA-256", "FILE"],
                    models.map { model in
                        let evaluation = model.kind != .reward
                            ? "-" : model.beatsBaselines.map { $0 ? "beats its baselines" : "does not beat its baselines" } ?? "none yet"
                        return [
                            "\(model.name)", model.kind.rawValue, model.parent.map { "\($0)" } ?? "-", evaluation,
                            String(model.sha256.prefix(12)), model.file ?? "(fitted here)",
                        ]
                    })
            }
        }
    }
}
