// An answer to one question of a survey.

/// A text (an option, or words), a number (or a point of a scale), or several options.
public enum SurveyAnswer: Codable, Sendable, Equatable {
    case text(String)
    case number(Double)
    case several([String])

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else {
            self = .several(try container.decode([String].self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .number(let number): try container.encode(number)
        case .several(let options): try container.encode(options)
        }
    }

    /// The answer as study files write answers: a whole number without a point.
    var words: [String] {
        switch self {
        case .text(let text): [text]
        case .number(let number): [Int(exactly: number).map(String.init) ?? "\(number)"]
        case .several(let options): options
        }
    }
}
