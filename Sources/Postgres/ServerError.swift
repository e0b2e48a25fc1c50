// What PostgreSQL said when it refused a statement.

/// An error report of the server. `message` and `detail` may quote values: they are for logs and operators, not for
/// participants.
public struct ServerError: Sendable, Equatable {
    /// The five characters of the SQLSTATE, as in appendix A of PostgreSQL's manual: `23505` is a unique violation.
    public var sqlState: String
    /// The primary message, one line.
    public var message: String
    /// More about it, often with the values concerned.
    public var detail: String?
    /// What the server suggests.
    public var hint: String?
    /// The name of the constraint that was violated.
    public var constraint: String?
    /// The table concerned.
    public var table: String?
    /// The column concerned.
    public var column: String?

    /// A report put together from its fields.
    public init(
        sqlState: String, message: String, detail: String? = nil, hint: String? = nil, constraint: String? = nil,
        table: String? = nil, column: String? = nil
    ) {
        self.sqlState = sqlState
        self.message = message
        self.detail = detail
        self.hint = hint
        self.constraint = constraint
        self.table = table
        self.column = column
    }

    /// `40001` and `40P01`: nothing was changed, and the same transaction may succeed when run again.
    public var isRetryable: Bool { sqlState == "40001" || sqlState == "40P01" }
}
