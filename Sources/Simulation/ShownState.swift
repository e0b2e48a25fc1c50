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
    }

    struct Ending: Decodable {
        let reason: String
    }

    let version: String
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

    /// The step, with what is waited for.
    var stepName: String {
        if step == "waiting", let waiting { "waiting for \(waiting.for)" } else { step }
    }
}
