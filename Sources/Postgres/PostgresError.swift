// Everything that can go wrong between a statement and its rows.

/// An error of the ``Database`` or a ``Connection``; its description is one readable line.
public enum PostgresError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The address is neither a conninfo string nor a postgres:// URL.
    case invalidURL(String)
    /// Nobody answers there, or the server is just starting or stopping.
    case unreachable(String)
    /// The server wants another password, or any.
    case wrongPassword(String)
    /// The server refused the statement (or the connection, for another reason than the password).
    case server(ServerError)
    /// All connections of the pool stayed busy for the whole time a caller may wait.
    case poolTimeout(Duration)
    /// The connection broke while it was in use. Whether the last statement took effect is not known.
    case connectionLost(String)
    /// The database was closed by this program.
    case closed
    /// A column holds something else than was asked for.
    case decoding(column: String, reason: String)
    /// A value cannot be sent to PostgreSQL.
    case unbindable(String)
    /// COMMIT came too late: an error inside had already undone the transaction, and the body went on regardless.
    case transactionAborted
    /// A connection was used after the closure it was lent to had returned.
    case connectionReturned
    /// A statement that is not the COPY it was run as.
    case notACopy

    /// One sentence.
    public var description: String {
        switch self {
        case .invalidURL(let reason):
            "The database address cannot be read, write it as postgres://user@host/name: \(reason)"
        case .unreachable(let reason):
            "The database cannot be reached, check that it runs and that its address is right: \(reason)"
        case .wrongPassword(let reason):
            "The database refused the password, correct it in the database address: \(reason)"
        case .server(let error):
            "PostgreSQL refused: \(error.message) (SQLSTATE \(error.sqlState)"
                + (error.constraint.map { ", constraint \($0)" } ?? "") + ")"
                + (error.hint.map { ", hint: \($0)" } ?? "")
        case .poolTimeout(let duration):
            "No database connection became free within \(duration), try again or raise the size of the pool."
        case .connectionLost(let reason):
            "The connection to the database broke, try again: \(reason)"
        case .closed:
            "The database has been closed by this program."
        case .decoding(let column, let reason):
            "Column \"\(column)\" cannot be read: \(reason)"
        case .unbindable(let reason):
            "A value cannot be sent to the database: \(reason)"
        case .transactionAborted:
            "An error inside the transaction was ignored, so PostgreSQL undid it instead of committing."
        case .connectionReturned:
            "A database connection was used after it had been given back to the pool."
        case .notACopy:
            "The statement is not a COPY … TO STDOUT or COPY … FROM STDIN of the direction it was run as."
        }
    }

    /// The SQLSTATE, when the server refused.
    public var sqlState: String? {
        if case .server(let error) = self { error.sqlState } else { nil }
    }

    /// The violated constraint, when the server refused because of one.
    public var constraint: String? {
        if case .server(let error) = self { error.constraint } else { nil }
    }

    /// libpq's messages come in several lines; errors here are one.
    static func oneLine(_ message: String) -> String {
        message.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
