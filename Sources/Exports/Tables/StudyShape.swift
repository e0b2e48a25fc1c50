// What a study's settings say about the columns of its dump.

import Crypto
import Postgres
import Studies

/// How many rounds and which survey questions there are, over all versions of a study: the same for every dump of them.
struct StudyShape: Sendable {
    let rounds: Int
    /// The keys of each survey's questions, in the order of the study files.
    let keys: [String: [String]]

    /// Reads it from every version of the study.
    static func read(of study: Study, in session: some PostgresSession) async throws -> StudyShape {
        let versions = try await session.query(
            "SELECT settings FROM study_versions WHERE study_id = \(study.id) ORDER BY version", as: JSONB<StudySettings>.self)
        var keys: [String: [String]] = [:]
        for settings in versions.map(\.value) {
            for kind in Surveys.Kind.allCases {
                for key in settings.surveys?.keys(of: kind) ?? [] where !keys[kind.rawValue, default: []].contains(key) {
                    keys[kind.rawValue, default: []].append(key)
                }
            }
        }
        return StudyShape(rounds: versions.map(\.value.rounds).max() ?? 0, keys: keys)
    }

    /// `name`, cut so that PostgreSQL takes it: names have at most 63 bytes there, and keys of questions may have as many.
    static func columnName(_ name: String) -> String {
        guard name.utf8.count > 63 else { return name }
        let digest = SHA256.hash(data: Array(name.utf8)).prefix(4).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
        return name.prefix(54) + "_" + digest.joined()
    }

    /// The columns that `column` stands for.
    func expand(_ column: Column) -> [Column] {
        func renamed(_ name: String) -> Column {
            Column(
                name: Self.columnName(name), kind: column.kind, meaning: column.meaning, isRequired: column.isRequired, values: column.values,
                range: column.range)
        }
        let numbers = 1...max(rounds, 1)
        switch column.repeats {
        case nil: return [column]
        case .perRound: return numbers.map { renamed(column.name.replacing("<round>", with: "\($0)")) }
        case .perQuestion(let survey):
            let keys = self.keys[survey] ?? []
            guard survey == Surveys.Kind.round.rawValue else {
                return keys.map { renamed(column.name.replacing("<key>", with: $0)) }
            }
            return numbers.flatMap { number in
                keys.map { renamed(column.name.replacing("<round>", with: "\(number)").replacing("<key>", with: $0)) }
            }
        }
    }
}
