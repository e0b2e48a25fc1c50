// What the server shows to a participant, as far as a simulated person reads it.

import Foundation

/// The state of a person's part in the study, as the API sends it.
struct ShownState: Decodable {
    struct Round: Decodable {
        let number: Int
    }

    struct Opinion: Decodable {
        let minimumWords: Int
        let maximumCharacters: Int
        let own: String?
    }

    struct Waiting: Decodable {
        let `for`: String
    }

    struct Survey: Decodable {
        struct Question: Decodable {
            let key: String
            let kind: String
            let options: [String]?
            let several: Bool?
            let points: Int?
            let minimum: Double?
            let maximum: Double?
        }

        let kind: String
        let questions: [Question]
    }

    struct Comprehension: Decodable {
        struct Question: Decodable {
            let key: String
            let options: [String]
            let chosen: String?
            let isWrong: Bool
        }

        let number: Int
        let questions: [Question]
    }

    struct Presence: Decodable {
        let askedUntil: String?
        let isIdle: Bool?
    }

    struct Statement: Decodable {
        let id: UUID
        let text: String
        let isOpinion: Bool?
    }

    struct Ending: Decodable {
        let reason: String
    }

    let version: String
    let now: Date?
    let deadline: Date?
    let step: String
    let round: Round?
    let question: ContestedQuestion?
    let opinion: Opinion?
    let waiting: Waiting?
    let presence: Presence?
    let survey: Survey?
    let comprehension: Comprehension?
    let statement: Statement?
    let ending: Ending?

    /// The step, with what is waited for, or rated.
    var stepName: String {
        if step == "waiting", let waiting { return "waiting for \(waiting.for)" }
        return statement?.isOpinion == true ? "rating opinions" : step
    }

    /// How far on the way through a study the step lies: it never becomes less. Nil while somebody waits in a round, which
    /// they do between any two of its steps.
    var progress: Int? {
        let round = 10 * (self.round?.number ?? 0)
        switch step {
        case "survey":
            return survey.flatMap { ["entry": 0, "round": round + 4, "exit": 1_000][$0.kind] }
        case "instructions": return 1
        case "comprehension": return 2
        case "lobby": return 3
        case "stance": return round
        case "opinion": return round + 1
        case "rating": return round + (statement?.isOpinion == true ? 2 : 3)
        case "debriefing": return 1_001
        case "done", "ended": return 1_002
        default: return nil
        }
    }

    /// Whether this is the same step as `other`, with the same thing to answer.
    func asksForTheSame(as other: ShownState) -> Bool {
        step == other.step && round?.number == other.round?.number && statement?.id == other.statement?.id
            && comprehension?.number == other.comprehension?.number && survey?.kind == other.survey?.kind
    }

    /// Whether what is waited for ought to have come long ago, by the server's clock: deadlines are looked at every
    /// second, and those that passed while no server ran for a moment, when one is back.
    var isOverdue: Bool {
        guard let now, let deadline else { return false }
        return now.timeIntervalSince(deadline) > 30
    }
}
