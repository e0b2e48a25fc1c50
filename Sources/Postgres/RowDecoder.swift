// Decodes a row into a Decodable type: snake_case columns fill camelCase properties.

import Foundation

struct RowDecoder: Decoder {
    let result: ResultSet
    let row: Int
    /// Column numbers by column name, and by the camelCase form of the name.
    let names: [String: Int]

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(RowContainer(decoder: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try only().unkeyedContainer()
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        try only()
    }

    /// The one column of a row that decodes to a single value.
    private func only() throws(PostgresError) -> CellDecoder {
        guard result.columns.count == 1 else {
            throw .decoding(
                column: result.columns.joined(separator: ", "), reason: "a single value was asked for, not a row")
        }
        return CellDecoder(cell: result.cell(row, 0))
    }

    /// `model_sha256` → `modelSha256`.
    static func camelCase(_ column: String) -> String {
        let words = column.split(separator: "_")
        guard let first = words.first else { return column }
        return words.dropFirst().reduce(into: String(first)) { name, word in
            name += word.prefix(1).uppercased() + word.dropFirst()
        }
    }
}

/// The columns of a row by property name.
private struct RowContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let decoder: RowDecoder

    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { decoder.names.keys.compactMap { Key(stringValue: $0) } }

    func contains(_ key: Key) -> Bool { decoder.names[key.stringValue] != nil }

    func decodeNil(forKey key: Key) throws -> Bool { try cell(key).cell.text == nil }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T { try cell(key).decode(type) }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try cell(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try cell(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { decoder }

    func superDecoder(forKey key: Key) throws -> any Decoder { try cell(key) }

    private func cell(_ key: Key) throws(PostgresError) -> CellDecoder {
        guard let column = decoder.names[key.stringValue] else {
            throw .decoding(column: key.stringValue, reason: "the statement returns no such column")
        }
        return CellDecoder(cell: decoder.result.cell(decoder.row, column))
    }
}
