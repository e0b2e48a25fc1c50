// A study that fits on a sheet of paper: one round, kept in memory, spoken to over real HTTP.

import Foundation
import Hummingbird

/// The participants' API over a study of one round, with the faults that a test asks for. It outlives the servers that
/// are started over it, as a database would.
actor PaperStudy {
    /// What goes wrong.
    enum Fault: Sendable {
        /// Every answer is stored, but the first time the client hears of an error instead.
        case losesFirstReplies
        /// Opinions are refused with this problem.
        case refusesOpinions(String)
        /// The stance is asked for again, however often it is given.
        case forgetsStances
        /// Opinions are refused as if they came too late, and asked for again.
        case conflictsOnOpinions
        /// After the opinion the stance is asked for.
        case showsStancesAgain
        /// The wait for a group goes on, long after its deadline.
        case letsDeadlinesPass
    }

    private struct Person {
        var isInstructed = false
        var stance: [String: Int]?
        var opinion: String?
        var shown: Set<UUID> = []
        var ratings: [UUID: [Int]] = [:]
        var isDebriefed = false
        var group: Int?
    }

    let token = "a-simulation-token"
    private let groupSize: Int
    private let fault: Fault?
    private var people: [String: Person] = [:]
    private var lobby: [String] = []
    private var groups: [[String]] = []
    /// Bodies of POST requests, by session and path, in the order they came.
    private(set) var received: [String: [String]] = [:]
    private var disturbed: Set<String> = []
    /// How many requests asked only for the state.
    private(set) var looks = 0

    init(groupSize: Int = 3, fault: Fault? = nil) {
        self.groupSize = groupSize
        self.fault = fault
    }

    var opinions: [String] { people.values.compactMap(\.opinion).sorted() }
    var joined: Int { people.count }
    var debriefed: Int { people.values.count(where: \.isDebriefed) }
    var ratings: Int { people.values.reduce(0) { $0 + $1.ratings.count } }
    /// Whether everything that was rated had been noted as shown.
    var ratedOnlyWhatWasShown: Bool { people.values.allSatisfy { $0.shown.isSuperset(of: $0.ratings.keys) } }

    static let question = (
        text: "Should we close city centres to private cars?",
        affirming: "We should close city centres to private cars.",
        negating: "We should not close city centres to private cars."
    )
    static let statements: [(id: UUID, text: String)] = [
        (UUID(), "We should close city centres to private cars, with exceptions for people who need them."),
        (UUID(), "City centres should stay open to private cars. Shops and older people depend on them."),
    ]

    // MARK: - Requests

    struct Reply: Sendable {
        var status: HTTPResponse.Status = .ok
        var body = ""
        var session: String?
        var isProblem = false
    }

    private static func problem(_ status: HTTPResponse.Status, _ detail: String) -> Reply {
        Reply(status: status, body: json(["status": status.code, "detail": detail]), isProblem: true)
    }

    func join(authorization: String?, body: String) -> Reply {
        guard authorization == "Bearer \(token)" else { return Self.problem(.unauthorized, "The token is not valid.") }
        guard body == #"{"consent":true}"# else { return Self.problem(.unprocessableContent, "Consent is needed.") }
        let session = UUID().uuidString
        people[session] = Person()
        return Reply(status: .created, body: state(of: session), session: session)
    }

    func look(session: String) -> Reply {
        guard people[session] != nil else { return Self.problem(.unauthorized, "There is no such session.") }
        looks += 1
        return Reply(body: state(of: session))
    }

    func answer(_ name: String, session: String, body: String) -> Reply {
        guard var person = people[session], let values = Self.values(body) else {
            return Self.problem(.unauthorized, "There is no such session.")
        }
        received["\(session) \(name)", default: []].append(body)
        switch name {
        case "instructions":
            if !person.isInstructed { lobby.append(session) }
            person.isInstructed = true
        case "stance":
            let given = ["affirming": values["affirming"] as? Int ?? 0, "negating": values["negating"] as? Int ?? 0]
            guard person.stance == nil || person.stance == given else {
                return Self.problem(.conflict, "The stance was given already.")
            }
            if case .forgetsStances = fault {} else { person.stance = given }
        case "opinion":
            if case .conflictsOnOpinions = fault { return Self.problem(.conflict, "The group has moved on.") }
            if case .refusesOpinions(let detail) = fault { return Self.problem(.unprocessableContent, detail) }
            let text = values["text"] as? String
            guard person.opinion == nil || person.opinion == text else {
                return Self.problem(.conflict, "The opinion was given already.")
            }
            person.opinion = text
        case "shown", "rating":
            guard let id = (values["statement"] as? String).flatMap(UUID.init(uuidString:)) else {
                return Self.problem(.notFound, "There is no such statement.")
            }
            if name == "shown" {
                person.shown.insert(id)
            } else {
                let rating = [values["agreement"] as? Int ?? 0, values["quality"] as? Int ?? 0]
                guard person.ratings[id] == nil || person.ratings[id] == rating else {
                    return Self.problem(.conflict, "The statement was rated already.")
                }
                person.ratings[id] = rating
            }
        default: person.isDebriefed = true
        }
        people[session] = person
        fillGroups()
        if case .losesFirstReplies = fault, disturbed.insert("\(session) \(name) \(body)").inserted {
            return Self.problem(.internalServerError, "Something went wrong.")
        }
        return name == "shown" ? Reply(status: .noContent) : Reply(body: state(of: session))
    }

    private func fillGroups() {
        if case .letsDeadlinesPass = fault { return }
        while lobby.count >= groupSize {
            for session in lobby.prefix(groupSize) { people[session]?.group = groups.count }
            groups.append(Array(lobby.prefix(groupSize)))
            lobby.removeFirst(groupSize)
        }
    }

    // MARK: - State

    private func state(of session: String) -> String {
        guard let person = people[session] else { return "{}" }
        var state: [String: Any] = [:]
        if !person.isInstructed {
            state["step"] = "instructions"
        } else if let group = person.group {
            state["round"] = ["number": 1, "of": 1]
            let question = Self.question
            state["question"] = [
                "text": question.text, "affirming": question.affirming, "negating": question.negating,
            ]
            state["opinion"] = [
                "minimumWords": 10, "maximumCharacters": 3_000, "own": person.opinion as Any? ?? NSNull(),
            ]
            let isReady = groups[group].allSatisfy { people[$0]?.opinion != nil }
            var isAskedAgain = false
            if case .showsStancesAgain = fault { isAskedAgain = person.opinion != nil }
            if person.stance == nil || isAskedAgain {
                state["step"] = "stance"
            } else if person.opinion == nil {
                state["step"] = "opinion"
            } else if !isReady {
                state["step"] = "waiting"
                state["waiting"] = ["for": "opinions", "done": 1, "of": groupSize]
            } else if let next = Self.statements.first(where: { person.ratings[$0.id] == nil }) {
                state["step"] = "rating"
                state["statement"] = ["id": next.id.uuidString, "text": next.text, "number": 1, "of": 2]
            } else {
                state["step"] = person.isDebriefed ? "done" : "debriefing"
            }
        } else {
            state["step"] = "lobby"
            state["waiting"] = ["for": "group", "done": 1, "of": groupSize]
            if case .letsDeadlinesPass = fault {
                state["now"] = "2026-01-01T00:01:00Z"
                state["deadline"] = "2026-01-01T00:00:00Z"
            }
        }
        state["version"] = Self.json(state)
        return Self.json(state)
    }

    private static func json(_ value: [String: Any]) -> String {
        guard let bytes = try? JSONSerialization.data(withJSONObject: value, options: .sortedKeys) else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func values(_ body: String) -> [String: Any]? {
        (try? JSONSerialization.jsonObject(with: Data(body.utf8))) as? [String: Any]
    }
}
