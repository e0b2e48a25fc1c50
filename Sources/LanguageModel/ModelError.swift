// What can be wrong with a model or a request to it. Each is one sentence that says what to do.

/// An error of the language model.
public enum ModelError: Error, Sendable, Equatable, CustomStringConvertible {
    case missing(path: String)
    case unreadable(path: String)
    case notGGUF(path: String)
    case truncated(path: String)
    /// The file was replaced while it was being loaded.
    case changed(path: String)
    case unloadable(path: String, reason: String)
    /// The model's own chat template, or the one that was named, is not one that llama.cpp knows.
    case unknownChatTemplate(name: String?, known: [String])
    case promptTooLong(tokens: Int, limit: Int)
    case noSeeds
    case tooManySeeds(limit: Int)
    case badSampling(String)
    case untokenizable
    /// The model's numbers overflowed or are damaged.
    case notANumber
    case decodingFailed(code: Int)
    case conversionFailed(path: String)
    /// The model has no classification head with one output.
    case noScore(path: String)

    public var description: String {
        switch self {
        case .missing(let path): "there is no model file at \(path)"
        case .unreadable(let path): "the model file \(path) cannot be read; check its permissions"
        case .notGGUF(let path): "\(path) is not a GGUF model file"
        case .truncated(let path): "the model file \(path) is truncated or damaged; fetch or copy it again"
        case .changed(let path): "the model file \(path) changed while it was being loaded; start again"
        case .unloadable(let path, let reason): "llama.cpp cannot load the model file \(path): \(reason)"
        case .unknownChatTemplate(nil, let known):
            "llama.cpp does not know this model's chat template; name one with --chat-template: "
                + known.joined(separator: ", ")
        case .unknownChatTemplate(let name?, let known):
            "llama.cpp knows no chat template \(name); name one of: \(known.joined(separator: ", "))"
        case .promptTooLong(let tokens, let limit):
            "the prompt has \(tokens) tokens, more than the \(limit) that leave room for an answer"
        case .noSeeds: "a generation needs at least one seed"
        case .tooManySeeds(let limit): "a generation can draw at most \(limit) candidates at once"
        case .badSampling(let reason): "the sampling settings cannot be used: \(reason)"
        case .notANumber: "the model gave no numbers to draw from; its file may be damaged"
        case .untokenizable: "the prompt cannot be turned into tokens"
        case .decodingFailed(let code): "llama.cpp failed to decode a batch (code \(code))"
        case .noScore(let path):
            "\(path) is no reward model: it needs a classification head (cls tensors) with one output"
        case .conversionFailed(let path): "llama.cpp could not convert the model to \(path)"
        }
    }
}
