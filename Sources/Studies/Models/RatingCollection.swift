// Ratings to learn from and to evaluate on, from studies of this database and from imports.

import Consensus
import Foundation
import LanguageModel
import Postgres

/// The ratings of some studies and imports. Left out are attention checks, authors' ratings of their own words, malformed
/// statements, and ratings of members who wrote no opinion.
public struct RatingCollection: Sendable {
    private let ratings: [CollectedRating]
    /// Names of where they come from.
    public let studies: [String]
    public let imports: [String]

    /// Reads the ratings.
    /// - Parameter includingSynthetic: whether simulated people count in a study that has real ones; in one that has only
    ///   simulated people they always do.
    /// - Throws: ``StudyError/unknownStudy(_:)``, ``ModelRegistryError/unknownImport(_:)``.
    public static func read(
        studies: [String], imports: [String] = [], includingSynthetic: Bool = false, in database: Database
    ) async throws -> RatingCollection {
        var ratings: [CollectedRating] = []
        for name in Set(studies).sorted() {
            let study = try await StudyCatalog(database: database).study(named: name)
            ratings += try await database.rows(
                """
                SELECT g.id::text AS group_id, r.id::text AS round_id, p.participant_id::text AS participant_id,
                       q.question, q.split, o.text AS opinion, s.id::text AS statement_id, s.text AS statement, a.agreement
                FROM ratings a JOIN presentations p ON p.id = a.presentation_id
                     JOIN statements s ON s.id = p.statement_id JOIN generations n ON n.id = s.generation_id
                     JOIN rounds r ON r.id = p.round_id JOIN groups g ON g.id = r.group_id
                     JOIN questions q ON q.id = r.question_id
                     JOIN opinions o ON o.round_id = r.id AND o.participant_id = p.participant_id
                WHERE g.study_id = \(study.id) AND n.source <> 'attention-check' AND NOT s.malformed AND s.text <> ''
                  AND s.author_id IS DISTINCT FROM p.participant_id
                  AND (NOT g.synthetic OR \(includingSynthetic)
                       OR NOT EXISTS (SELECT FROM participants t WHERE t.study_id = g.study_id AND NOT t.synthetic))
                ORDER BY g.created_at, g.id, r.number, p.participant_id, p.position
                """, as: CollectedRating.self)
        }
        for name in Set(imports).sorted() {
            guard
                let id = try await database.first("SELECT id FROM rating_imports WHERE name = \(name)", as: UUID.self)
            else { throw ModelRegistryError.unknownImport(name) }
            ratings += try await database.rows(
                """
                SELECT group_id, round_id, participant_id, question, split, opinion, statement_id, statement, agreement
                FROM imported_ratings WHERE rating_import_id = \(id)
                ORDER BY group_id, round_id, participant_id, statement_id
                """, as: CollectedRating.self)
        }
        return RatingCollection(ratings: ratings, studies: Set(studies).sorted(), imports: Set(imports).sorted())
    }

    private init(ratings: [CollectedRating], studies: [String], imports: [String]) {
        self.ratings = ratings
        self.studies = studies
        self.imports = imports
    }

    public var count: Int { ratings.count }

    /// The ids of the groups that rated.
    public var groups: Set<String> { Set(ratings.map(\.groupId)) }

    /// How many questions there are.
    public var questions: Int { Set(ratings.map(\.question)).count }

    /// Those on questions of one split.
    public func of(_ split: Split) -> RatingCollection {
        RatingCollection(ratings: ratings.filter { $0.split == split.rawValue }, studies: studies, imports: imports)
    }

    /// Those of other groups.
    public func without(groups: Set<String>) -> RatingCollection {
        RatingCollection(ratings: ratings.filter { !groups.contains($0.groupId) }, studies: studies, imports: imports)
    }

    /// The texts that the ratings are about, each once, and the ratings with places in them.
    private var indexed: (texts: [TextInContext], ratings: [RatingData.Rating]) {
        var texts: [TextInContext] = []
        var places: [TextInContext: Int] = [:]
        func place(_ text: TextInContext) -> Int {
            if let place = places[text] { return place }
            places[text] = texts.count
            texts.append(text)
            return texts.count - 1
        }
        func numbers(_ ids: [String]) -> [String: Int] {
            Dictionary(uniqueKeysWithValues: Set(ids).sorted().enumerated().map { ($1, $0) })
        }
        let groups = numbers(ratings.map(\.groupId)), questions = numbers(ratings.map(\.question))
        let memberRounds = numbers(ratings.map { $0.roundId + $0.participantId })
        let indexed = ratings.map { rating in
            RatingData.Rating(
                group: groups[rating.groupId] ?? 0, question: questions[rating.question] ?? 0,
                memberRound: memberRounds[rating.roundId + rating.participantId] ?? 0,
                opinion: place(.answer(rating.opinion, to: rating.question)),
                statement: place(.answer(rating.statement, to: rating.question)), agreement: rating.agreement)
        }
        return (texts, indexed)
    }

    /// The ratings without encodings, for models that read pairs.
    func data() -> RatingData {
        let (texts, ratings) = indexed
        return RatingData(encodings: texts.map { _ in [] }, lengths: texts.map(Self.length), ratings: ratings)
    }

    /// The ratings with the encodings of their texts.
    func data(encodedBy encoder: some TextEncoder) async throws -> RatingData {
        let (texts, ratings) = indexed
        return RatingData(
            encodings: try await encoder.encodings(of: texts), lengths: texts.map(Self.length), ratings: ratings)
    }

    /// What a reward model made elsewhere reads, per rating: the pair, and the statement with an empty opinion.
    func pairs() -> [(whole: String, blind: String)] {
        ratings.map { rating in
            func text(_ opinion: String) -> String {
                ScoredPreference.text(question: rating.question, opinion: opinion, statement: rating.statement)
            }
            return (text(rating.opinion), text(""))
        }
    }

    private static func length(_ text: TextInContext) -> Int { text.text.split(whereSeparator: \.isWhitespace).count }
}
