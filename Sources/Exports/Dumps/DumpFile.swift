// One file of a dump while it is written, with its rows counted.

import Foundation
import Postgres

/// What a file of a dump is written to. Used by one task at a time.
public final class DumpFile {
    private let outputs: [OutputFile]
    private let onRows: (Int) -> Void
    private let encoder: JSONEncoder
    /// Rows so far.
    public private(set) var rows = 0
    private var shown = 0

    /// - Parameter outputs: each gets every byte.
    init(_ outputs: [OutputFile], onRows: @escaping (Int) -> Void = { _ in }) {
        self.outputs = outputs
        self.onRows = onRows
        encoder = JSONEncoder()
        // The same row gives the same bytes.
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    }

    /// Writes text that is no row.
    public func write(_ text: String) async throws {
        for output in outputs { try await output.write(text) }
    }

    /// Appends a row of JSON Lines.
    public func append(_ row: some Encodable) async throws {
        var line = Array(try encoder.encode(row))
        line.append(UInt8(ascii: "\n"))
        for output in outputs { try await output.write(line) }
        count(1)
    }

    /// Appends every row of a query whose only column is a JSON object, without holding them in memory.
    public func copy(_ query: SQL, over connection: Connection) async throws {
        try await copy(statement: Self.jsonCopy(of: query), over: connection)
    }

    /// COPY of a query whose only column is a JSON object, a line each.
    static func jsonCopy(of query: SQL) -> SQL {
        // JSON has no control characters, so with these two nothing in it needs to be quoted.
        "COPY (\(sql: query)) TO STDOUT WITH (FORMAT csv, DELIMITER E'\\x01', QUOTE E'\\x02')"
    }

    /// Appends what a COPY statement sends.
    func copy(statement: SQL, over connection: Connection) async throws {
        var chunks = connection.copyOut(statement).makeAsyncIterator(), before = 0
        while let chunk = try await chunks.next() {
            for output in outputs { try await output.write(chunk) }
            count(chunks.rows - before)
            before = chunks.rows
        }
    }

    func finish() async throws -> [OutputFile.Facts] {
        var facts: [OutputFile.Facts] = []
        for output in outputs { facts.append(try await output.finish()) }
        return facts
    }

    func abandon() async {
        for output in outputs { await output.abandon() }
    }

    private func count(_ more: Int) {
        rows += more
        guard rows - shown >= 10_000 else { return }
        shown = rows
        onRows(rows)
    }
}
