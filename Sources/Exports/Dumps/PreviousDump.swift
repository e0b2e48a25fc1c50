// A dump that was made before, as far as a later one needs to know it.

import Foundation
import Studies

/// What the descriptor of a dump says of its name and of what it saw. Decoded from a whole `datapackage.json`, or from these
/// two keys of one.
public struct PreviousDump: Codable, Sendable, Equatable {
    let name: String
    let concord: DataPackage.Concord

    /// How many characters a name may have: that of a study and numbers of transactions.
    private static let longestName = 1_000
    /// The same of what it saw, which names the transactions that were open: never more than there are connections.
    private static let longestSnapshot = 100_000

    /// - Throws: `DecodingError` when it is not the descriptor of a dump of this program.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        name = try values.decode(String.self, forKey: .name)
        concord = try values.decode(DataPackage.Concord.self, forKey: .concord)
        guard name.count <= Self.longestName else {
            throw DecodingError.dataCorruptedError(forKey: .name, in: values, debugDescription: "the name is too long")
        }
        guard concord.snapshot.utf8.count <= Self.longestSnapshot, Snapshot(concord.snapshot) != nil else {
            throw DecodingError.dataCorruptedError(forKey: .concord, in: values, debugDescription: "the snapshot is none")
        }
    }

    /// Reads it from a dump's folder, its zip file, or its `datapackage.json`.
    /// - Throws: ``DumpError``.
    public static func read(_ url: URL) async throws -> PreviousDump {
        try await DataPackage.decoded(PreviousDump.self, of: url)
    }

    /// Whether a dump of what has changed since can be one of this study.
    /// - Throws: ``DumpError/otherStudy(_:wanted:)``.
    public func check(isOf study: Study) throws(DumpError) {
        guard concord.study == study.settings.name, concord.studyID == study.id.uuidString.lowercased() else {
            throw .otherStudy(concord.study, wanted: study.settings.name)
        }
    }
}
