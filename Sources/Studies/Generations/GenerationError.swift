// Why a worker could not make a statement, other than the model's own errors.

/// A failure of one generation.
public enum GenerationError: Error, Sendable, CustomStringConvertible {
    case noOpinions
    case leaseLost
    case noAlpha
    case onlyQuotations

    public var description: String {
        switch self {
        case .noOpinions: "there is no opinion to show"
        case .noAlpha: "statements are to be chosen by welfare, but no inequality aversion was drawn"
        case .onlyQuotations: "every draft quotes an opinion that others may not read"
        case .leaseLost: "the job passed to another worker before it was done"
        }
    }
}
