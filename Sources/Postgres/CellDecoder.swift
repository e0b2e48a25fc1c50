// Decodes one column into a Decodable type: what PostgresDecodable knows, JSON for json columns, raw values for the
// rest.

import Foundation

struct CellDecoder: Decoder, SingleValueDecodingContainer {
    let cell: Cell

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func decodeNil() -> Bool { cell.text == nil }

    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        if let known = type as? any PostgresDecodable.Type, let value = try known.decode(cell) as? T {
            return value
        }
        if cell.type.isJSON {
            do {
                return try JSONText.decoder().decode(type, from: Foundation.Data(cell.required(type).utf8))
            } catch let error as DecodingError {
                throw PostgresError.decoding(column: cell.column, reason: "its JSON is not a \(type): \(error)")
            }
        }
        do {
            return try type.init(from: self)
        } catch let error as DecodingError {
            throw PostgresError.decoding(column: cell.column, reason: "it is not a \(type): \(error)")
        }
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        ElementContainer(cells: try cell.elements(as: Array<Any>.self))
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        throw PostgresError.decoding(
            column: cell.column, reason: "it is of type \(cell.type), and only JSON decodes to a value with properties")
    }
}

/// The elements of an array column.
private struct ElementContainer: UnkeyedDecodingContainer {
    let cells: [Cell]
    var currentIndex = 0

    var codingPath: [any CodingKey] { [] }
    var count: Int? { cells.count }
    var isAtEnd: Bool { currentIndex == cells.count }

    mutating func decodeNil() throws -> Bool {
        guard try next().cell.text == nil else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        let value = try next().decode(type)
        currentIndex += 1
        return value
    }

    mutating func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        try next().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try next().unkeyedContainer()
    }

    mutating func superDecoder() throws -> any Decoder {
        let decoder = try next()
        currentIndex += 1
        return decoder
    }

    private func next() throws -> CellDecoder {
        guard currentIndex < cells.count else {
            throw DecodingError.valueNotFound(
                Any.self, .init(codingPath: [], debugDescription: "the array has no more elements"))
        }
        return CellDecoder(cell: cells[currentIndex])
    }
}
