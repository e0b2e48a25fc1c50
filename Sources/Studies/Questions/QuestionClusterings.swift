// Finds topics in question sets, and keeps what was found.

import Consensus
import Foundation
import LanguageModel
import Postgres

/// The clusterings of a database.
public struct QuestionClusterings: Sendable {
    let database: Database

    public init(database: Database) {
        self.database = database
    }

    /// The fewest questions that topics are sought in.
    public static let fewest = 6

    /// How far the work is.
    public enum Progress: Sendable {
        case encoding(done: Int, of: Int)
        case clustering(done: Int, of: Int)
    }

    /// Encodes the questions of the newest version, clusters them and keeps the result. No question is changed.
    /// - Parameters:
    ///   - model: the one that encodes.
    ///   - clusters: how many; nil tries several numbers and takes the one of the best silhouette.
    ///   - seed: below 2^53.
    ///   - actor: whom to write down in the log; nil for a job, which is in it since it was asked for.
    /// - Throws: ``StudyError/unknownQuestionSet(_:)``, ``QuestionSetError/tooFewQuestions(needed:found:)``, `ModelError`;
    ///   `CancellationError` when the task is cancelled.
    public func find(
        in name: String, with model: LanguageModel, clusters: Int?, seed: UInt64, by author: String? = nil,
        logging actor: AuditLog.Actor? = nil, progress: (@Sendable (Progress) -> Void)? = nil
    ) async throws -> QuestionClustering {
        let number = try QuestionSets.checked(seed)
        let row = try await QuestionSets.row(of: name, nil, in: database)
        let questions = try await QuestionSets.questions(ofVersion: row.id, in: database)
        guard questions.count >= Self.fewest else {
            throw QuestionSetError.tooFewQuestions(needed: Self.fewest, found: questions.count)
        }
        if let clusters, !(2..<questions.count).contains(clusters) {
            throw QuestionSetError.tooFewQuestions(needed: clusters + 1, found: questions.count)
        }
        let encoder = QuestionEncoder(model, database: database) { progress?(.encoding(done: $0, of: $1)) }
        let encodings = try await encoder.topics(of: questions.map(\.text))
        let stop = Stop()
        let found = try await withTaskCancellationHandler {
            try await OffPool.run {
                Result {
                    try TopicClustering(of: encodings, clusters: clusters, seed: seed, isCancelled: { stop.isRaised }) {
                        progress?(.clustering(done: $0, of: $1))
                    }
                }
            }.get()
        } onCancel: {
            stop.raise()
        }
        let texts = questions.map { "\($0.text) \($0.affirmingStatement)" }
        let words = DistinctiveWords.of(texts, found.assignments, clusters: found.clusters, count: 6)
        let given = zip(questions, found.assignments).filter { $0.0.topic != nil }
        let likeness = Set(given.map(\.0.topic)).count > 1
            ? AdjustedRandIndex.of(given.map(\.0.topic), given.map(\.1)) : nil
        let id = try await database.transaction { connection in
            guard
                let id = try await connection.first(
                    """
                    INSERT INTO question_clusterings (question_set_version_id, encoder_sha256, encoder_name,
                        sentence_embeddings, seed, clusters, clusters_given, silhouette, adjusted_rand_index, trials, words,
                        made_by)
                    VALUES (\(row.id), \(encoder.facts.sha256), \(encoder.facts.name), \(encoder.embedsSentences),
                            \(number), \(Int32(found.clusters)), \(clusters != nil), \(found.silhouette),
                            \(likeness), \(JSONB(found.trials)), \(JSONB(words)), \(author))
                    RETURNING id
                    """, as: UUID.self)
            else { throw QuestionSetError.unknownClustering }
            try await connection.execute(
                """
                INSERT INTO question_clusters (question_clustering_id, key, cluster, x, y)
                SELECT \(id)::uuid, * FROM unnest(\(questions.map(\.key))::text[],
                    \(found.assignments.map { Int32($0 + 1) })::integer[], \(found.plane.map { $0[0] })::float8[],
                    \(found.plane.map { $0[1] })::float8[])
                """)
            if let actor {
                try await AuditLog.record(
                    "questions.cluster", by: actor, subject: name, details: ["seed": "\(seed)"], in: connection)
            }
            return id
        }
        return try await clustering(id, of: name)
    }

    /// The newest clustering of the set, nil when there is none.
    public func newest(of name: String) async throws -> QuestionClustering? {
        let row = try await QuestionSets.row(of: name, nil, in: database)
        let id = try await database.first(
            """
            SELECT c.id FROM question_clusterings c JOIN question_set_versions v ON v.id = c.question_set_version_id
            WHERE v.question_set_id = \(row.setID) ORDER BY c.created_at DESC, c.id LIMIT 1
            """, as: UUID.self)
        guard let id else { return nil }
        return try await clustering(id, of: name)
    }

    /// A clustering of the set.
    /// - Throws: ``QuestionSetError/unknownClustering``.
    public func clustering(_ id: UUID, of name: String) async throws -> QuestionClustering {
        guard
            let row = try await database.first(
                """
                SELECT v.version, c.encoder_name, c.sentence_embeddings, c.seed, c.clusters_given, c.silhouette,
                       c.adjusted_rand_index, c.trials, c.words, c.created_at
                FROM question_clusterings c JOIN question_set_versions v ON v.id = c.question_set_version_id
                     JOIN question_sets s ON s.id = v.question_set_id
                WHERE c.id = \(id) AND s.name = \(name)
                """,
                as: (
                    Int, String, Bool, Int64, Bool, Double, Double?, JSONB<[TopicClustering.Trial]>, JSONB<[[String]]>, Date
                ).self)
        else { throw QuestionSetError.unknownClustering }
        let points = try await database.query(
            """
            SELECT p.key, q.question, q.topic, p.cluster, p.x, p.y
            FROM question_clusterings c JOIN question_clusters p ON p.question_clustering_id = c.id
                 JOIN questions q ON q.question_set_version_id = c.question_set_version_id AND q.key = p.key
            WHERE c.id = \(id) ORDER BY q.position
            """, as: (String, String, String?, Int, Double, Double).self
        ).map { QuestionClustering.Point(key: $0.0, question: $0.1, topic: $0.2, cluster: $0.3, x: $0.4, y: $0.5) }
        let sizes = points.reduce(into: [Int: Int]()) { $0[$1.cluster, default: 0] += 1 }
        var names: Set<String> = []
        let clusters = row.8.value.enumerated().map { index, words in
            var name = words.prefix(3).joined(separator: ", ")
            if name.isEmpty || names.contains(name) { name = "topic \(index + 1)" }
            names.insert(name)
            return QuestionClustering.Cluster(
                number: index + 1, questions: sizes[index + 1] ?? 0, words: words, suggestion: name)
        }
        return QuestionClustering(
            id: id, version: row.0, encoder: row.1, sentenceEmbeddings: row.2, seed: UInt64(clamping: row.3),
            clustersGiven: row.4, silhouette: row.5, adjustedRandIndex: row.6, trials: row.7.value, clusters: clusters,
            points: points, createdAt: row.9)
    }

    /// Gives the questions the topics of a clustering. Clusters of one name become one topic; questions that were changed
    /// or added since keep what they have.
    /// - Parameter names: per number of a cluster its topic; one that is missing has its suggestion.
    /// - Returns: the new version.
    @discardableResult
    public func use(
        _ id: UUID, of name: String, names: [Int: String] = [:], knowing base: Int? = nil,
        by actor: AuditLog.Actor = .commandLine
    ) async throws -> Int {
        let found = try await clustering(id, of: name)
        var topics: [Int: String] = [:]
        for cluster in found.clusters {
            topics[cluster.number] = try QuestionSets.checked(names[cluster.number] ?? cluster.suggestion)
        }
        let clusterOf = Dictionary(found.points.map { ($0.key, (cluster: $0.cluster, text: $0.question)) }) { one, _ in
            one
        }
        let named = topics
        return try await QuestionSets(database: database).change(
            name,
            .init(
                "use-topics", "Gave the questions \(Set(topics.values).count) topics that were found by clustering.",
                ["clustering": id.uuidString]),
            knowing: base, by: actor
        ) { questions in
            for index in questions.indices {
                guard let place = clusterOf[questions[index].key], place.text == questions[index].text else { continue }
                questions[index].topic = named[place.cluster] ?? questions[index].topic
            }
        }.version
    }
}
