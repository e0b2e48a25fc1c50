// What docs/data-dictionary.md says of the tables.

/// The tables and columns of dumps, in Markdown.
public enum DataDictionary {
    /// A section for each table, made from the descriptions that dumps are made from.
    public static var text: String { Codebook.dictionary() }
}
