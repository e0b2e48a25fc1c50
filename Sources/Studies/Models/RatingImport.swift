// Ratings of another study's dump, for training a preference model before there are ratings of one's own.

import Foundation
import Postgres
import SwiftCSV

/// Reads the CSV files of a dump (`rounds.csv`, `opinions.csv`, `statements.csv`, `ratings.csv`).
public struct RatingImport: Sendable {
    /// Ratings of members with an opinion, of well-formed statements that they did not write themselves.
    private let ratings: [CollectedRating]

    public var count: Int { ratings.count }

    /// - Parameter folder: a dump.
    /// - Throws: ``ModelRegistryError/badDump(file:reason:)``.
    public init(folder: URL) throws {
        func rows(_ name: String, _ columns: [String]) throws -> [[String: String]] {
            let file = folder.appending(path: "\(name).csv")
            guard FileManager.default.fileExists(atPath: file.path(percentEncoded: false)) else {
                throw ModelRegistryError.badDump(
                    file: file.path(percentEncoded: false), reason: "there is no such file; name the folder of a dump")
            }
            let table: CSV<Named>
            do {
                table = try CSV<Named>(url: file)
            } catch {
                throw ModelRegistryError.badDump(file: file.path(percentEncoded: false), reason: "it is not a CSV file")
            }
            for column in columns where !table.header.contains(column) {
                throw ModelRegistryError.badDump(
                    file: file.path(percentEncoded: false), reason: "the column \(column) is missing")
            }
            return table.rows
        }
        let rounds = Dictionary(
            try rows("rounds", ["round_id", "group_id", "question", "split"]).map { ($0["round_id"] ?? "", $0) }
        ) { first, _ in first }
        let opinions = Dictionary(
            try rows("opinions", ["round_id", "participant_id", "text"]).map {
                (($0["round_id"] ?? "") + " " + ($0["participant_id"] ?? ""), $0["text"] ?? "")
            }
        ) { first, _ in first }
        let statements = Dictionary(
            try rows("statements", ["statement_id", "text", "malformed", "author_participant_id"]).map {
                ($0["statement_id"] ?? "", $0)
            }
        ) { first, _ in first }
        var ratings: [CollectedRating] = []
        for (index, row) in try rows("ratings", ["statement_id", "participant_id", "round_id", "agreement"]).enumerated() {
            let person = row["participant_id"] ?? "", round = row["round_id"] ?? "", id = row["statement_id"] ?? ""
            guard let agreement = row["agreement"].flatMap({ Int($0) }), (1...7).contains(agreement) else {
                throw ModelRegistryError.badDump(
                    file: "ratings.csv", reason: "row \(index + 2): agreement must be 1 to 7")
            }
            guard let statement = statements[id], let place = rounds[round], let split = place["split"],
                Split(rawValue: split) != nil
            else {
                throw ModelRegistryError.badDump(
                    file: "ratings.csv", reason: "row \(index + 2): its statement or round is not in the dump")
            }
            guard let opinion = opinions[round + " " + person], !opinion.isEmpty, let text = statement["text"], !text.isEmpty,
                statement["malformed"] == "f" || statement["malformed"] == "false",
                statement["author_participant_id"] != person
            else { continue }
            ratings.append(
                CollectedRating(
                    groupId: place["group_id"] ?? "", roundId: round, participantId: person,
                    question: place["question"] ?? "", split: split, opinion: opinion, statementId: id, statement: text,
                    agreement: agreement))
        }
        self.ratings = ratings
    }

    /// Stores the ratings under a name.
    /// - Throws: ``ModelRegistryError/importExists(_:)``, ``StudyError/badName(_:)``.
    public func store(as name: String, in database: Database) async throws {
        guard Name.isValid(name) else { throw StudyError.badName(name) }
        try await database.transaction { connection in
            guard
                let id = try await connection.first(
                    "INSERT INTO rating_imports (name) VALUES (\(name)) ON CONFLICT DO NOTHING RETURNING id", as: UUID.self)
            else { throw ModelRegistryError.importExists(name) }
            for start in stride(from: 0, to: ratings.count, by: 1_000) {
                let part = ratings[start..<min(start + 1_000, ratings.count)]
                try await connection.execute(
                    """
                    INSERT INTO imported_ratings
                    SELECT \(id)::uuid, * FROM unnest(
                        \(part.map(\.groupId))::text[], \(part.map(\.roundId))::text[], \(part.map(\.participantId))::text[],
                        \(part.map(\.question))::text[], \(part.map(\.split))::text[], \(part.map(\.opinion))::text[],
                        \(part.map(\.statementId))::text[], \(part.map(\.statement))::text[],
                        \(part.map { Int16($0.agreement) })::smallint[])
                    ON CONFLICT DO NOTHING
                    """)
            }
        }
    }
}
