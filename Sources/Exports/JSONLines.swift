// JSON Lines by COPY.

import Foundation
import Postgres

/// Rows of a query as one JSON object a line.
enum JSONLines {
    /// `COPY` of the rows of `query`, each as an object of its columns in their order.
    ///
    /// The objects are the only column of a CSV whose quotation mark and delimiter are control characters. JSON writes
    /// those escaped, and line ends too, so COPY has nothing to quote and gives the objects as they are.
    static func copy(of query: SQL) -> SQL {
        """
        COPY (SELECT row_to_json(line) FROM (\(sql: query)) AS line)
        TO STDOUT WITH (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')
        """
    }

    /// The rows of `query` as values, a chunk at a time.
    static func read<Row: Decodable & Sendable>(
        _ type: Row.Type, from query: SQL, in connection: Connection
    ) -> AsyncThrowingFlatMapSequence<CopyOut, Rows<Row>> {
        // Chunks are whole lines.
        connection.copyOut(copy(of: query)).flatMap { chunk in
            let decoder = JSONDecoder()
            return Rows(values: try chunk.split(separator: UInt8(ascii: "\n")).map { try decoder.decode(type, from: Data($0)) })
        }
    }

    /// Values that are there already.
    struct Rows<Row: Sendable>: AsyncSequence, Sendable {
        let values: [Row]

        struct AsyncIterator: AsyncIteratorProtocol {
            var rest: IndexingIterator<[Row]>

            mutating func next() async throws -> Row? { rest.next() }
        }

        func makeAsyncIterator() -> AsyncIterator { AsyncIterator(rest: values.makeIterator()) }
    }
}
