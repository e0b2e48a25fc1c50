// What can be wrong with a prompt.

/// An error of ``PromptTemplate``.
public enum PromptTemplateError: Error, Sendable, Equatable, CustomStringConvertible {
    case unknown(name: String, known: [String])
    case malformed(name: String, reason: String)

    public var description: String {
        switch self {
        case .unknown(let name, let known):
            "there is no prompt template \(name); use one of \(known.joined(separator: ", "))"
        case .malformed(let name, let reason): "prompt \(name): \(reason)"
        }
    }
}
