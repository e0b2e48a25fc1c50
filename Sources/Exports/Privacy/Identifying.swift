// Free text in which somebody may say who they are.

import Postgres
import Studies

/// What of a ``Studies/PersonalDetail`` is found in the texts of a dump, by the patterns that also screen texts before others
/// read them.
enum Identifying {
    /// The kinds that occur in `text`, with spaces between; null where there are none.
    static func kinds(in text: SQL) -> SQL { PersonalDetail.kinds(in: text) }

    /// The kinds of several texts as those of one; empty where there are none.
    static func union(_ kinds: String?...) -> String {
        let found = Set(kinds.compactMap { $0 }.flatMap { $0.split(separator: " ").map(String.init) })
        return PersonalDetail.allCases.map(\.rawValue).filter(found.contains).joined(separator: " ")
    }

    /// The column that says it.
    static func column(of texts: String) -> Column { .text("may_identify", meaning(of: texts)) }

    /// What such a column means.
    /// - Parameter texts: the columns that it is about, in words.
    static func meaning(of texts: String) -> String {
        "what in \(texts) may say who somebody is, as a machine sees it: "
            + PersonalDetail.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
            + ", with spaces between; read the text before it is passed on"
    }
}
