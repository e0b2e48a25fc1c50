// concord model register

import ArgumentParser
import Studies

extension ModelCommand {
    struct Register: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "register",
            abstract: "Register a GGUF file as the next version of a name.",
            discussion: """
                Studies name it as NAME@VERSION. The file has to lie at the same path on every machine that runs a worker; \
                one that changes is refused until it is registered again.
                """)

        @Argument(help: "The name: lower-case letters, digits and hyphens.") var name: String
        @Argument(help: "The GGUF file.") var file: String
        @Option(help: "base: a language model; adapter: a LoRA adapter on one; reward: a reward model with a classification head.")
        var kind: RegisteredModel.Kind = .base
        @Option(help: ArgumentHelp("The model that an adapter was made for.", valueName: "name@version")) var base: ModelName?
        @Option(
            help: ArgumentHelp(
                "A chat template known to llama.cpp, when the model's own is not; none for a model that does not chat.",
                valueName: "name"))
        var chatTemplate: String?
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let model = try await ModelRegistry(database: database).register(
                    file, as: name, kind: kind, base: base, chatTemplate: chatTemplate, by: .commandLine)
                print("\(model.name) is \(model.file ?? file), SHA-256 \(model.sha256).")
            }
        }
    }
}
