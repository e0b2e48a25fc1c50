// What can be wrong with the form of a statement. Whether people would agree with it is not asked here.

/// Why a candidate is no well-formed statement.
public enum Malformation: String, Codable, Sendable, CaseIterable {
    /// It says nothing.
    case empty
    /// It repeats the prompt: instructions, the question, labels, an example, or talk about the task.
    case promptEcho = "prompt_echo"
    /// It does not end where a sentence ends.
    case cutMidSentence = "cut_mid_sentence"
    /// It is one of the opinions, or holds one whole.
    case opinionCopied = "opinion_copied"
    /// It enumerates the opinions, or strings them together, instead of speaking for the group.
    case opinionList = "opinion_list"

    /// How bad it is to show a statement like this when no well-formed one was drawn; 1 is the least bad. One that
    /// lacks its end still speaks for the group; a copied one gives a member's words away; an empty one is nothing.
    public var severity: Int {
        switch self {
        case .cutMidSentence: 1
        case .opinionList: 2
        case .opinionCopied: 3
        case .promptEcho: 4
        case .empty: 5
        }
    }
}
