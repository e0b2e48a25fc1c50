// A misspelt key in a study file is an error, not a default.

private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

extension Decoder {
    /// - Throws: `DecodingError.dataCorrupted` naming the first key that is not among `known`.
    func refuseUnknownKeys(_ known: [String]) throws {
        let values = try container(keyedBy: AnyKey.self)
        if let unknown = values.allKeys.map(\.stringValue).sorted().first(where: { !known.contains($0) }) {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: codingPath,
                    debugDescription: "unknown key \(unknown); known here: \(known.joined(separator: ", "))"))
        }
    }
}
