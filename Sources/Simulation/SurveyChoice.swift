// What a simulated person answers to a question of a survey.

/// A text, a number, or several options.
enum SurveyChoice: Encodable {
    case text(String)
    case number(Double)
    case several([String])

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .number(let number): try container.encode(number)
        case .several(let options): try container.encode(options)
        }
    }
}

extension SimulatedPerson {
    /// The person's answer; the same to the same question, whenever it is asked.
    func answer(_ question: ShownState.Survey.Question) -> SurveyChoice {
        var generator = SplitMix64(seed: seed, for: "survey", question.key)
        let options = question.options ?? []
        switch question.kind {
        case "scale": return .number(Double(1 + generator.below(question.points ?? 7)))
        case "number":
            let low = question.minimum ?? 0
            let high = max(low, question.maximum ?? low + 100)
            return .number(max(low, (low + (high - low) * generator.unit()).rounded(.down)))
        case "choice" where !options.isEmpty:
            let option = options[generator.below(options.count)]
            return question.several == true ? .several([option]) : .text(option)
        default: return .text("I have no more to say about this.")
        }
    }
}
