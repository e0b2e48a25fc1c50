// Ratings of another study's dump, for training a preference model before there are ratings of one's own.

import Foundation
import Postgres
import SwiftCSV

/// Reads the CSV files of a dump (`rounds.csv`, `opinions.csv`, `statements.csv`, `ratings.csv`), or its `preferences.jsonl`.
public struct RatingImport: Sendable {
    /// Ratings of members with an opinion, of well-formed statements that they did not write themselves.
    private let ratings: [CollectedRating]

    public var count: Int { ratings.count }

    /// Reads whichever of the two lies at `path`: a folder, or a file of pairs.
    /// - Throws: ``ModelRegistryError/badDump(file:reason:)``.
    public static func read(_ path: String) throws -> RatingImport {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        return exists && !isFolder.boolValue
            ? try RatingImport(preferences: URL(filePath: path))
            : try RatingImport(folder: URL(filePath: path, directoryHint: .isDirectory))
    }

    /// Reads pairs. Every rating counts once, however many pairs it is in; a member's round in which they agreed with all
    /// statements alike has no pairs, so it is not among them. They count in the split of the pair, not of the question set.
    /// - Parameter preferences: a `preferences.jsonl`, or one of its parts.
    /// - Throws: ``ModelRegistryError/badDump(file:reason:)``.
    public init(preferences: URL) throws {
        let path = preferences.path(percentEncoded: false)
        guard let file = try? FileHandle(forReadingFrom: preferences) else {
            throw ModelRegistryError.badDump(file: path, reason: "it cannot be read")
        }
        defer { try? file.close() }
        struct Place: Hashable {
            let statement: String
            let participant: String
        }
        var ratings: [CollectedRating] = [], seen: Set<Place> = []
        var rest = Data(), number = 0
        let decoder = JSONDecoder()
        func take(_ line: Data) throws {
            number += 1
            guard !line.isEmpty else { return }
            guard let pair = try? decoder.decode(PreferenceLine.self, from: line), let both = pair.ratings else {
                throw ModelRegistryError.badDump(
                    file: path, reason: "line \(number) is not a pair of ratings; name a preferences.jsonl that concord export wrote")
            }
            ratings += both.filter { seen.insert(Place(statement: $0.statementId, participant: $0.participantId)).inserted }
        }
        func piece() throws -> Data? {
            do {
                return try file.read(upToCount: 1 << 20)
            } catch {
                throw ModelRegistryError.badDump(file: path, reason: "it cannot be read to its end")
            }
        }
        while let piece = try piece(), !piece.isEmpty {
            rest.append(piece)
            let lines = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            for line in lines.dropLast() { try take(Data(line)) }
            rest = Data(lines.last ?? Data())
        }
        try take(rest)
        self.ratings = ratings
    }

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
    public func store(as name: String, in database: Database, by actor: AuditLog.Actor = .commandLine) async throws {
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
            try await AuditLog.record(
                "model.import-ratings", by: actor, subject: name, details: ["ratings": "\(count)"], in: connection)
        }
    }
}
