// Why the mediator cannot do what a brief asks for, other than the model's own errors.

/// An error of ``Mediator``.
public enum MediatorError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Candidates are to be ranked, and there is nothing to rank them by.
    case noPreferenceModel
    /// The prompt is written for another kind of model.
    case wrongForm(prompt: String, wanted: PromptTemplate.Form)

    public var description: String {
        switch self {
        case .noPreferenceModel: "candidates are to be ranked, but no preference model was given"
        case .wrongForm(let prompt, .chat):
            "prompt \(prompt) is for models that go on with a text ([text]); this model answers in a chat ([user])"
        case .wrongForm(let prompt, .text):
            "prompt \(prompt) is for models that answer in a chat ([user]); this model goes on with a text ([text])"
        }
    }
}
