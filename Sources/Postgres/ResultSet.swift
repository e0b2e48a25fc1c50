// The rows of one statement, as libpq holds them.

import CLibPQ

/// What a statement returned.
///
/// `@unchecked Sendable`: the PGresult is created by libpq, never changed afterwards (libpq documents reading one from
/// several threads as safe), owned by this object alone and freed in its deinit.
public final class ResultSet: @unchecked Sendable {
    private let result: OpaquePointer
    let columns: [String]
    let types: [TypeID]

    /// The number of rows returned.
    public let count: Int

    /// Takes ownership of the result.
    init(_ result: OpaquePointer) {
        self.result = result
        let width = PQnfields(result)
        columns = (0..<width).map { PQfname(result, $0).map { String(cString: $0) } ?? "" }
        types = (0..<width).map { TypeID(rawValue: PQftype(result, $0)) }
        count = Int(PQntuples(result))
    }

    deinit {
        PQclear(result)
    }

    /// Rows inserted, updated, deleted, selected or copied.
    public var affected: Int { Int(String(cString: PQcmdTuples(result))) ?? 0 }

    /// The command that ran, as `COMMIT` or `INSERT 0 1`.
    var command: String { String(cString: PQcmdStatus(result)) }

    var status: ExecStatusType { PQresultStatus(result) }

    /// The server's report, when the statement failed.
    var failure: ServerError? {
        guard status == PGRES_FATAL_ERROR else { return nil }
        return ServerError(
            sqlState: field("C") ?? "", message: PostgresError.oneLine(field("M") ?? message), detail: field("D"),
            hint: field("H"), constraint: field("n"), table: field("t"), column: field("c"))
    }

    /// libpq's own words about a failure that did not come from the server.
    var message: String { String(cString: PQresultErrorMessage(result)) }

    /// One value.
    func cell(_ row: Int, _ column: Int) -> Cell {
        let (row32, column32) = (Int32(row), Int32(column))
        var text: String?
        if PQgetisnull(result, row32, column32) == 0, let bytes = PQgetvalue(result, row32, column32) {
            let length = Int(PQgetlength(result, row32, column32))
            text = String(
                decoding: UnsafeRawBufferPointer(start: UnsafeRawPointer(bytes), count: length), as: UTF8.self)
        }
        return Cell(column: columns[column], type: types[column], text: text)
    }

    /// All rows as tuples.
    func tuples<each C: PostgresDecodable>(
        _ type: (repeat each C).Type, limit: Int = .max
    ) throws(PostgresError) -> [(repeat each C)] {
        var width = 0
        for _ in repeat (each C).self { width += 1 }
        guard width == columns.count else {
            throw .decoding(
                column: columns.joined(separator: ", "),
                reason: "the statement returns \(columns.count) columns, and \(width) were asked for")
        }
        var rows: [(repeat each C)] = []
        rows.reserveCapacity(min(count, limit))
        for row in 0..<min(count, limit) {
            var column = 0
            rows.append((repeat try decode((each C).self, row, &column)))
        }
        return rows
    }

    private func decode<C: PostgresDecodable>(
        _ type: C.Type, _ row: Int, _ column: inout Int
    ) throws(PostgresError) -> C {
        defer { column += 1 }
        return try C.decode(cell(row, column))
    }

    /// All rows as values that decode themselves by column name.
    func decoded<R: Decodable>(_ type: R.Type) throws -> [R] {
        var names: [String: Int] = [:]
        for (index, column) in columns.enumerated() {
            names[column] = index
            names[RowDecoder.camelCase(column)] = index
        }
        return try (0..<count).map { row in
            try R(from: RowDecoder(result: self, row: row, names: names))
        }
    }

    private func field(_ code: Unicode.Scalar) -> String? {
        PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) }
    }
}
