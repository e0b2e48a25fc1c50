// Question sets in the database. Versions are only ever added.

import Foundation
import Postgres

/// The question sets of a database.
public struct QuestionSets: Sendable {
    let database: Database

    public init(database: Database) {
        self.database = database
    }

    // MARK: - Reading

    /// The questions of a version of the set `name`, in their order.
    /// - Parameter version: nil for the newest.
    /// - Throws: ``StudyError/unknownQuestionSet(_:)``, ``QuestionSetError/unknownVersion(_:set:)``, `PostgresError`.
    public func questions(of name: String, version: Int? = nil) async throws -> [Question] {
        try await Self.questions(ofVersion: try await Self.row(of: name, version, in: database).id, in: database)
    }

    /// The number of the newest version.
    public func newestVersion(of name: String) async throws -> Int {
        try await Self.row(of: name, nil, in: database).version
    }

    /// Every set with its newest version and how many questions that has.
    public func list() async throws -> [QuestionSetSummary] {
        try await database.rows(
            """
            SELECT DISTINCT ON (s.name) s.name, v.version,
                   (SELECT count(*) FROM questions q WHERE q.question_set_version_id = v.id) AS questions,
                   (SELECT count(DISTINCT q.topic) FROM questions q WHERE q.question_set_version_id = v.id) AS topics,
                   (SELECT count(*) FROM questions q WHERE q.question_set_version_id = v.id AND q.split IS NULL) AS unassigned,
                   (SELECT count(*) FROM question_proposals p
                    WHERE p.question_set_id = s.id AND p.state = 'pending') AS proposals,
                   v.created_at
            FROM question_sets s JOIN question_set_versions v ON v.question_set_id = s.id
            ORDER BY s.name, v.version DESC
            """, as: QuestionSetSummary.self)
    }

    /// The versions of the set, the newest first.
    /// - Parameter user: who is told only the names of studies that they have, and never of copies; nil for whoever has the
    ///   server's command line, who is told all.
    public func history(of name: String, for user: User? = nil) async throws -> [QuestionSetVersion] {
        _ = try await Self.row(of: name, nil, in: database)
        let isTheirs: SQL = if let user { StudyAccess.has(user) } else { "true" }
        return try await database.rows(
            """
            SELECT v.version, v.created_at, v.note, v.made_by,
                   (SELECT count(*) FROM questions q WHERE q.question_set_version_id = v.id) AS questions,
                   ARRAY(SELECT DISTINCT s.name FROM study_versions w JOIN studies s ON s.id = w.study_id
                         WHERE w.question_set_version_id = v.id AND \(sql: isTheirs) ORDER BY 1) AS studies,
                   (SELECT count(DISTINCT s.id) FROM study_versions w JOIN studies s ON s.id = w.study_id
                    WHERE w.question_set_version_id = v.id AND s.copy_of IS NULL AND NOT \(sql: isTheirs)) AS other_studies
            FROM question_sets t JOIN question_set_versions v ON v.question_set_id = t.id
            WHERE t.name = \(name) ORDER BY v.version DESC
            """, as: QuestionSetVersion.self)
    }

    /// What version `new` changed in version `old`.
    /// - Parameters:
    ///   - old: nil for the one before; version 0 has no questions.
    ///   - new: nil for the newest.
    public func difference(
        of name: String, from old: Int? = nil, to new: Int? = nil
    ) async throws -> (from: Int, to: Int, difference: QuestionDifference) {
        let later = try await Self.row(of: name, new, in: database)
        let earlier = old ?? later.version - 1
        let before = earlier == 0 ? [] : try await questions(of: name, version: earlier)
        let after = try await Self.questions(ofVersion: later.id, in: database)
        return (earlier, later.version, QuestionDifference(from: before, to: after))
    }

    /// Looks through a version of a set.
    /// - Parameters:
    ///   - version: nil for the newest.
    ///   - first: how many matching questions to leave out before.
    ///   - count: how many to give at most.
    public func page(
        of name: String, version: Int? = nil, matching search: QuestionSearch = QuestionSearch(), after first: Int = 0,
        count: Int = 50
    ) async throws -> QuestionPage {
        let row = try await Self.row(of: name, version, in: database)
        var conditions: [SQL] = ["question_set_version_id = \(row.id)"]
        if let text = search.text?.trimmingCharacters(in: .whitespaces), !text.isEmpty {
            let escaped = text.replacing(/[\\%_]/) { "\\\($0.output)" }
            let pattern = "%\(escaped)%"
            conditions.append(
                """
                (question ILIKE \(pattern) OR affirming_statement ILIKE \(pattern) OR negating_statement ILIKE \(pattern)
                 OR key ILIKE \(pattern))
                """)
        }
        if let topic = search.topic { conditions.append(topic.isEmpty ? "topic IS NULL" : "topic = \(topic)") }
        if let split = search.split { conditions.append(split.isEmpty ? "split IS NULL" : "split = \(split)") }
        let filter = conditions.joined(separator: " AND ")
        let matching = try await database.first("SELECT count(*) FROM questions WHERE \(sql: filter)", as: Int.self) ?? 0
        let entries = try await database.query(
            """
            SELECT position, key, question, affirming_statement, negating_statement, topic, split
            FROM questions WHERE \(sql: filter) ORDER BY position LIMIT \(Int64(count)) OFFSET \(Int64(first))
            """, as: (Int, String, String, String, String, String?, String?).self
        ).map { row in
            QuestionPage.Entry(
                position: row.0,
                question: Question(
                    key: row.1, text: row.2, affirmingStatement: row.3, negatingStatement: row.4, topic: row.5,
                    split: row.6.flatMap(Split.init(rawValue:))))
        }
        let counts = try await database.query(
            """
            SELECT topic, split, count(*) FROM questions WHERE question_set_version_id = \(row.id)
            GROUP BY topic, split ORDER BY topic, split
            """, as: (String?, String?, Int).self)
        func by(_ names: [String?]) -> [QuestionPage.Count] {
            let sums = zip(names, counts).reduce(into: [String?: Int]()) { $0[$1.0, default: 0] += $1.1.2 }
            return sums.sorted { ($0.key == nil ? 1 : 0, $0.key ?? "") < ($1.key == nil ? 1 : 0, $1.key ?? "") }
                .map { QuestionPage.Count(name: $0.key, questions: $0.value) }
        }
        return QuestionPage(
            version: row.version, matching: matching, total: counts.reduce(0) { $0 + $1.2 }, entries: entries,
            topics: by(counts.map(\.0)), splits: by(counts.map(\.1)),
            cells: counts.map {
                QuestionPage.Cell(topic: $0.0, split: $0.1.flatMap(Split.init(rawValue:)), questions: $0.2)
            })
    }

    /// The questions that an earlier version has and the newest has not, as they were last, with that version.
    public func retired(from name: String) async throws -> [(version: Int, question: Question)] {
        let newest = try await Self.row(of: name, nil, in: database)
        return try await database.query(
            """
            SELECT DISTINCT ON (q.key) v.version, q.key, q.question, q.affirming_statement, q.negating_statement, q.topic,
                   q.split
            FROM question_set_versions v JOIN questions q ON q.question_set_version_id = v.id
            WHERE v.question_set_id = \(newest.setID) AND v.id <> \(newest.id)
              AND NOT EXISTS (SELECT FROM questions n WHERE n.question_set_version_id = \(newest.id) AND n.key = q.key)
            ORDER BY q.key, v.version DESC
            """, as: (Int, String, String, String, String, String?, String?).self
        ).map { row in
            let question = Question(
                key: row.1, text: row.2, affirmingStatement: row.3, negatingStatement: row.4, topic: row.5,
                split: row.6.flatMap(Split.init(rawValue:)))
            return (row.0, question)
        }
    }

    // MARK: - Changing

    /// Stores `questions` as the newest version of the set `name`, making the set if it is new. The same questions as
    /// the newest version add nothing.
    /// - Parameters:
    ///   - base: the version that the caller knows, 0 for a set that is new; nil whatever it is.
    ///   - note: what was done, in one sentence.
    ///   - actor: who does it, for the audit log.
    /// - Returns: the version that now holds them, from 1, and whether it is new.
    /// - Throws: ``StudyError/badName(_:)``, ``QuestionSetError``, `PostgresError`.
    @discardableResult
    public func store(
        _ questions: [Question], as name: String, knowing base: Int? = nil, note: String = "",
        by actor: AuditLog.Actor = .commandLine
    ) async throws -> (version: Int, isNew: Bool) {
        guard Name.isValid(name) else { throw StudyError.badName(name) }
        return try await database.transaction { connection in
            try await connection.execute(
                "INSERT INTO question_sets (name) VALUES (\(name)) ON CONFLICT (name) DO NOTHING")
            return try await Self.change(name, .init("import", note), knowing: base, by: actor, in: connection) {
                $0 = questions
            }
        }
    }

    /// What a change does, for the history and for the audit log.
    struct Deed: Sendable {
        /// The verb of the log: `questions.<verb>`.
        let verb: String
        /// One sentence, for the history.
        let note: String
        let details: [String: String]

        init(_ verb: String, _ note: String, _ details: [String: String] = [:]) {
            self.verb = verb
            self.note = note
            self.details = details
        }
    }

    /// Changes the set `name` by `edit`, in a transaction of its own.
    /// - Parameter splitting: how splits were drawn, where they were.
    func change(
        _ name: String, _ deed: Deed, knowing base: Int?, by actor: AuditLog.Actor, splitting: SplitPlan? = nil,
        _ edit: @escaping @Sendable (inout [Question]) throws -> Void
    ) async throws -> (version: Int, isNew: Bool) {
        try await database.transaction { connection in
            try await Self.change(name, deed, knowing: base, by: actor, splitting: splitting, in: connection, edit)
        }
    }

    /// Makes the next version of a set from its newest one, and logs it.
    static func change(
        _ name: String, _ deed: Deed, knowing base: Int?, by actor: AuditLog.Actor, splitting: SplitPlan? = nil,
        in connection: Connection, _ edit: (inout [Question]) throws -> Void
    ) async throws -> (version: Int, isNew: Bool) {
        guard
            let setID = try await connection.first(
                "SELECT id FROM question_sets WHERE name = \(name) FOR UPDATE", as: UUID.self)
        else { throw StudyError.unknownQuestionSet(name) }
        let newest = try await connection.first(
            """
            SELECT id, version FROM question_set_versions
            WHERE question_set_id = \(setID) ORDER BY version DESC LIMIT 1
            """, as: (UUID, Int).self)
        if let base, base != newest?.1 ?? 0 {
            throw QuestionSetError.changedMeanwhile(set: name, version: newest?.1 ?? 0)
        }
        let before: [Question] = if let newest { try await questions(ofVersion: newest.0, in: connection) } else { [] }
        var questions = before
        try edit(&questions)
        guard !questions.isEmpty else { throw QuestionSetError.lastQuestion(set: name) }
        // Splits that come out as they were may have been drawn in another way, and the newest way is what a set tells.
        if let newest, questions == before {
            let isKnown = if let splitting { try await newestSplitPlan(of: name, in: connection) == splitting } else { true }
            if isKnown { return (newest.1, false) }
        }

        let version = (newest?.1 ?? 0) + 1
        guard
            let versionID = try await connection.first(
                """
                INSERT INTO question_set_versions (question_set_id, version, note, made_by, splitting)
                VALUES (\(setID), \(Int32(version)), \(deed.note), \(actor.user?.name), \(splitting.map { JSONB($0) }))
                RETURNING id
                """, as: UUID.self)
        else { throw StudyError.unknownQuestionSet(name) }
        try await connection.execute(
            """
            INSERT INTO questions (question_set_version_id, position, key, question, affirming_statement,
                                   negating_statement, topic, split)
            SELECT \(versionID)::uuid, row.position, row.key, row.question, row.affirming, row.negating, row.topic,
                   row.split
            FROM unnest(\(questions.map(\.key))::text[], \(questions.map(\.text))::text[],
                        \(questions.map(\.affirmingStatement))::text[],
                        \(questions.map(\.negatingStatement))::text[], \(questions.map(\.topic))::text[],
                        \(questions.map { $0.split?.rawValue })::text[])
                 WITH ORDINALITY AS row (key, question, affirming, negating, topic, split, position)
            """)
        try await AuditLog.record(
            "questions.\(deed.verb)", by: actor, subject: name,
            details: deed.details.merging(["version": "\(version)"]) { $1 }, in: connection)
        return (version, true)
    }

    /// Adds a question at the end.
    /// - Returns: the new version.
    @discardableResult
    public func add(
        _ question: Question, to name: String, knowing base: Int? = nil, by actor: AuditLog.Actor = .commandLine
    ) async throws -> Int {
        let question = question.trimmed
        if let problem = question.problems.first { throw QuestionSetError.badQuestion(problem) }
        return try await change(
            name, .init("add", "Added \(question.key).", ["id": question.key]),
            knowing: base, by: actor
        ) { questions in
            guard !questions.contains(where: { $0.key == question.key }) else {
                throw QuestionSetError.questionExists(question.key, set: name)
            }
            questions.append(question)
        }.version
    }

    /// Puts `question` in the place of the one with its id.
    @discardableResult
    public func edit(
        _ question: Question, in name: String, knowing base: Int? = nil, by actor: AuditLog.Actor = .commandLine
    ) async throws -> Int {
        let question = question.trimmed
        if let problem = question.problems.first { throw QuestionSetError.badQuestion(problem) }
        return try await change(
            name, .init("edit", "Edited \(question.key).", ["id": question.key]),
            knowing: base, by: actor
        ) { questions in
            questions[try Self.place(of: question.key, in: questions, name)] = question
        }.version
    }

    /// Takes questions out of the set. Studies that run keep them; versions before have them.
    @discardableResult
    public func retire(
        _ keys: [String], from name: String, knowing base: Int? = nil, by actor: AuditLog.Actor = .commandLine
    ) async throws -> Int {
        try await change(
            name, .init("retire", "Retired \(Self.listed(keys)).", ["ids": keys.prefix(100).joined(separator: ", ")]),
            knowing: base, by: actor
        ) { questions in
            for key in keys { _ = try Self.place(of: key, in: questions, name) }
            let gone = Set(keys)
            questions.removeAll { gone.contains($0.key) }
        }.version
    }

    /// Takes a retired question back, as it was last, at the end.
    @discardableResult
    public func restore(
        _ key: String, to name: String, knowing base: Int? = nil, by actor: AuditLog.Actor = .commandLine
    ) async throws -> Int {
        guard let question = try await retired(from: name).first(where: { $0.question.key == key })?.question else {
            throw QuestionSetError.notRetired(key, set: name)
        }
        return try await change(
            name, .init("restore", "Took \(key) back.", ["id": key]),
            knowing: base, by: actor
        ) { questions in
            guard !questions.contains(where: { $0.key == key }) else {
                throw QuestionSetError.questionExists(key, set: name)
            }
            questions.append(question)
        }.version
    }

    /// Moves a question to a place, from 1; beyond the last is the last.
    @discardableResult
    public func move(
        _ key: String, to position: Int, in name: String, knowing base: Int? = nil, by actor: AuditLog.Actor = .commandLine
    ) async throws -> Int {
        try await change(
            name, .init("move", "Moved \(key) to place \(max(1, position)).", ["id": key]),
            knowing: base, by: actor
        ) { questions in
            let question = questions.remove(at: try Self.place(of: key, in: questions, name))
            questions.insert(question, at: min(max(0, position - 1), questions.count))
        }.version
    }

    /// Gives questions a topic.
    @discardableResult
    public func setTopic(
        _ topic: String, of keys: [String], in name: String, knowing base: Int? = nil, by actor: AuditLog.Actor = .commandLine
    ) async throws -> Int {
        let topic = try Self.checked(topic)
        return try await change(
            name,
            .init(
                "topic", "Gave \(Self.listed(keys)) the topic “\(topic)”.",
                ["topic": topic, "ids": keys.prefix(100).joined(separator: ", ")]),
            knowing: base, by: actor
        ) { questions in
            for key in keys { questions[try Self.place(of: key, in: questions, name)].topic = topic }
        }.version
    }

    /// Renames a topic; where there is one of the new name already, the two become one.
    @discardableResult
    public func renameTopic(
        _ old: String, to new: String, in name: String, knowing base: Int? = nil, by actor: AuditLog.Actor = .commandLine
    ) async throws -> Int {
        let new = try Self.checked(new)
        return try await change(
            name, .init("rename-topic", "Renamed the topic “\(old)” to “\(new)”.", ["from": old, "to": new]),
            knowing: base, by: actor
        ) { questions in
            guard questions.contains(where: { $0.topic == old }) else {
                throw QuestionSetError.unknownTopic(old, set: name)
            }
            for index in questions.indices where questions[index].topic == old { questions[index].topic = new }
        }.version
    }

    /// Draws the splits.
    @discardableResult
    public func split(
        _ name: String, by plan: SplitPlan, knowing base: Int? = nil, by actor: AuditLog.Actor = .commandLine
    ) async throws -> Int {
        try Self.checked(plan.seed)
        return try await change(
            name, .init("splits", "Drew the splits with seed \(plan.seed).", ["seed": "\(plan.seed)"]),
            knowing: base, by: actor, splitting: plan
        ) { questions in
            let splits = try plan.splits(of: questions)
            for index in questions.indices { questions[index].split = splits[questions[index].key] }
        }.version
    }

    /// How the splits of the newest version that had them drawn were drawn, nil when they never were.
    public func newestSplitPlan(of name: String) async throws -> SplitPlan? {
        try await Self.newestSplitPlan(of: name, in: database)
    }

    private static func newestSplitPlan(of name: String, in session: some PostgresSession) async throws -> SplitPlan? {
        try await session.first(
            """
            SELECT v.splitting FROM question_sets s JOIN question_set_versions v ON v.question_set_id = s.id
            WHERE s.name = \(name) AND v.splitting IS NOT NULL ORDER BY v.version DESC LIMIT 1
            """, as: JSONB<SplitPlan>.self)?.value
    }

    // MARK: - Parts

    /// The id and the number of a version.
    static func row(
        of name: String, _ version: Int?, in session: some PostgresSession
    ) async throws -> (setID: UUID, id: UUID, version: Int) {
        let rows = try await session.query(
            """
            SELECT s.id, v.id, v.version FROM question_sets s JOIN question_set_versions v ON v.question_set_id = s.id
            WHERE s.name = \(name) AND v.version = coalesce(\(version.map { Int64($0) })::bigint, v.version)
            ORDER BY v.version DESC LIMIT 1
            """, as: (UUID, UUID, Int).self)
        guard let row = rows.first else {
            let set = try await session.first("SELECT id FROM question_sets WHERE name = \(name)", as: UUID.self)
            guard let version, set != nil else { throw StudyError.unknownQuestionSet(name) }
            throw QuestionSetError.unknownVersion(version, set: name)
        }
        return (row.0, row.1, row.2)
    }

    static func questions(ofVersion id: UUID, in session: some PostgresSession) async throws -> [Question] {
        try await session.query(
            """
            SELECT key, question, affirming_statement, negating_statement, topic, split
            FROM questions WHERE question_set_version_id = \(id) ORDER BY position
            """, as: (String, String, String, String, String?, String?).self
        ).map { row in
            Question(
                key: row.0, text: row.1, affirmingStatement: row.2, negatingStatement: row.3, topic: row.4,
                split: row.5.flatMap(Split.init(rawValue:)))
        }
    }

    private static func place(of key: String, in questions: [Question], _ name: String) throws(QuestionSetError) -> Int {
        guard let place = questions.firstIndex(where: { $0.key == key }) else { throw .unknownQuestion(key, set: name) }
        return place
    }

    /// A topic's name without white space around it.
    static func checked(_ topic: String) throws(QuestionSetError) -> String {
        let topic = topic.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !topic.isEmpty, topic.count <= 200, !topic.unicodeScalars.contains("\0") else {
            throw .badQuestion("a topic's name has 1 to 200 characters")
        }
        return topic
    }

    /// The greatest seed: what every program that reads JSON takes as it is.
    static let greatestSeed: Int64 = 9_007_199_254_740_991

    /// A seed as the database holds it.
    /// - Throws: ``QuestionSetError/badQuestion(_:)`` when it is above 2^53 - 1.
    @discardableResult
    public static func checked(_ seed: UInt64) throws(QuestionSetError) -> Int64 {
        guard let number = Int64(exactly: seed), number <= greatestSeed else {
            throw .badQuestion("choose a seed of at most \(greatestSeed)")
        }
        return number
    }

    /// A few of the ids, and how many more.
    static func listed(_ keys: [String]) -> String {
        if keys.count <= 5 { return keys.joined(separator: ", ") }
        return "\(keys.prefix(3).joined(separator: ", ")) and \(keys.count - 3) more"
    }
}
