// Which model a command works with.

import ArgumentParser
import LanguageModel

/// The options that name the language model.
struct ModelOptions: ParsableArguments {
    @Option(
        name: .customLong("model"),
        help: ArgumentHelp("A chat model in GGUF form. [CONCORD_MODEL]", valueName: "file"))
    var modelOption: String?

    @Option(help: ArgumentHelp("A chat template known to llama.cpp, when the model's own is not.", valueName: "name"))
    var chatTemplate: String?

    @Option(help: ArgumentHelp("Threads that the model computes with. [default: one per core]", valueName: "n"))
    var threads: Int?

    /// Loads the model.
    func load() async throws -> LanguageModel {
        guard let path = Setting.value(modelOption, "CONCORD_MODEL") else { throw CommandError.noModel }
        return try await LanguageModel.load(
            path: path, chatTemplate: Setting.value(chatTemplate, "CONCORD_CHAT_TEMPLATE"), threads: threads)
    }
}
