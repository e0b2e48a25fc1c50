// Which model embeds questions.

import ArgumentParser
import LanguageModel

/// The option that names the sentence-embedding model.
struct EmbeddingOptions: ParsableArguments {
    @Option(
        name: .customLong("embedding-model"),
        help: ArgumentHelp(
            "A sentence-embedding model in GGUF form. [CONCORD_EMBEDDING_MODEL; default: the language model's own states]",
            valueName: "file"))
    var embeddingModelOption: String?

    /// Loads the model; nil when none is named.
    func load(inTurnWith model: LanguageModel?) async throws -> LanguageModel? {
        guard let path = Setting.value(embeddingModelOption, "CONCORD_EMBEDDING_MODEL") else { return nil }
        let loaded = try await LanguageModel.load(
            path: path, chatTemplate: LanguageModel.plainText, threads: model?.facts.threads, inTurnWith: model)
        guard loaded.embedsSentences else { throw CommandError.noEmbedding(path) }
        return loaded
    }
}
