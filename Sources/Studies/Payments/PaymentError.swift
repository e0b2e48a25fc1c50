// What can be wrong with paying somebody. Each is one sentence that says what to do.

/// A refusal. Nothing was changed.
public enum PaymentError: Error, Sendable, Equatable, CustomStringConvertible {
    case reasonNeeded
    case noteTooLong
    case overCap(cap: String, left: String)
    case overBudget(left: String)
    case otherBonus
    case unknownPayment(String)
    case nothingDue(String)

    public var description: String {
        switch self {
        case .reasonNeeded: "Please say in at most 500 characters what the bonus is for; the sheet and the log keep it."
        case .noteTooLong: "Please shorten the note to 500 characters."
        case .overCap(let cap, let left):
            "With this bonus the person would be paid more than \(cap), the most that the study pays one person (payment.cap); "
                + "at most \(left) can be added."
        case .overBudget(let left):
            "This bonus is more than is left of the study's budget (payment.budget), which is \(left) when everybody who is in "
                + "the study is paid."
        case .otherBonus:
            "A bonus was given by this request before, but to another person, of another amount or for another reason: look at what "
                + "is due before you give one more, with a key of its own."
        case .unknownPayment(let id): "There is no payment \(id.prefix(80)) in this study."
        case .nothingDue(let person): "Nothing is due to \(person.prefix(80))."
        }
    }
}
