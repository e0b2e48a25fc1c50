// Rows of JSON Lines as values.

import Foundation

/// The values in a chunk of whole lines.
struct DecodedRows<Row: Decodable & Sendable>: AsyncSequence, Sendable {
    private let values: [Row]

    init(lines: [UInt8]) throws {
        let decoder = JSONDecoder()
        values = try lines.split(separator: UInt8(ascii: "\n")).map { try decoder.decode(Row.self, from: Data($0)) }
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var rest: IndexingIterator<[Row]>

        mutating func next() async throws -> Row? { rest.next() }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(rest: values.makeIterator()) }
}
