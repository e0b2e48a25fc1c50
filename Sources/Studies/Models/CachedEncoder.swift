// Encodings that are computed once and kept in the database.

import Consensus
import Crypto
import Foundation
import LanguageModel
import Postgres

/// Encodes texts with a language model, each only the first time that anybody asks.
public struct CachedEncoder: TextEncoder {
    private let model: LanguageModel
    private let database: Database
    private let pooled: Bool
    private let progress: (@Sendable (_ done: Int, _ of: Int) -> Void)?

    /// - Parameters:
    ///   - pooled: takes the model's sentence embeddings of contexts and texts together, not the states of the texts.
    ///   - progress: called as texts are done.
    public init(
        _ model: LanguageModel, database: Database, pooled: Bool = false,
        progress: (@Sendable (_ done: Int, _ of: Int) -> Void)? = nil
    ) {
        self.model = model
        self.database = database
        self.pooled = pooled
        self.progress = progress
    }

    /// How many texts are encoded between two writes.
    private static let batch = 64

    public func encodings(of texts: [TextInContext]) async throws -> [[Float]] {
        let keys = texts.map(Self.key)
        let encoder = model.facts.sha256 + (model.facts.adapterSHA256.map { "+\($0)" } ?? "") + (pooled ? " pooled" : "")
        let kept = try await database.query(
            """
            SELECT text_sha256, encoding FROM encodings
            WHERE encoder_sha256 = \(encoder) AND text_sha256 = ANY(\(keys))
            """, as: (Data, Data).self)
        var known = Dictionary(kept.map { ($0.0, Self.floats($0.1)) }) { first, _ in first }
        var missing: [(key: Data, text: TextInContext)] = []
        for (key, text) in zip(keys, texts) where known[key] == nil {
            known[key] = []
            missing.append((key, text))
        }
        let total = texts.count, done = texts.count - missing.count
        progress?(done, total)
        for start in stride(from: 0, to: missing.count, by: Self.batch) {
            let batch = missing[start..<min(start + Self.batch, missing.count)]
            let report: @Sendable (Int) -> Void = { [progress] in progress?(done + start + $0, total) }
            let encoded = if pooled {
                try await model.embed(batch.map { $0.text.context + $0.text.text }, progress: report)
            } else {
                try await model.encode(batch.map(\.text), progress: report)
            }
            try await database.execute(
                """
                INSERT INTO encodings (encoder_sha256, text_sha256, encoding)
                SELECT \(encoder), key, encoding FROM unnest(\(batch.map(\.key))::bytea[], \(encoded.map(Self.bytes))::bytea[])
                     AS encoded (key, encoding)
                ON CONFLICT DO NOTHING
                """)
            for (entry, encoding) in zip(batch, encoded) { known[entry.key] = encoding }
        }
        return keys.map { known[$0] ?? [] }
    }

    /// By what a text is known: the SHA-256 of all that is read.
    static func key(of text: TextInContext) -> Data {
        Data(SHA256.hash(data: Data((text.context + text.text).utf8)))
    }

    private static func bytes(_ floats: [Float]) -> Data {
        floats.reduce(into: Data(capacity: floats.count * 4)) { data, float in
            withUnsafeBytes(of: float.bitPattern.littleEndian) { data.append(contentsOf: $0) }
        }
    }

    private static func floats(_ data: Data) -> [Float] {
        let bytes = Array(data)
        return stride(from: 0, to: bytes.count - 3, by: 4).map { place in
            Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[place + $1]) << (8 * UInt32($1)) })
        }
    }
}
