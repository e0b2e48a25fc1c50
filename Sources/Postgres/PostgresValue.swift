// One value on its way to PostgreSQL, in PostgreSQL's text format.

/// A value bound to a statement. PostgreSQL infers its type from the place it stands in, so the same text serves a
/// `smallint` and a `bigint`; where nothing tells the type, cast it: `\(ids)::uuid[]`.
public enum PostgresValue: Sendable, Equatable {
    /// SQL `NULL`.
    case null
    /// The value in PostgreSQL's text format.
    case text(String)
    /// A value that has no form in PostgreSQL; the reason becomes the error of the statement that binds it.
    case unbindable(String)
}
