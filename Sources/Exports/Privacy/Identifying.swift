// Free text in which somebody may say who they are.

import Postgres

/// Kinds of things that may identify a person, as PostgreSQL's regular expressions find them. They find too much rather than
/// too little: a reader decides.
enum Identifying: String, CaseIterable {
    case email, url, handle, phone, iban, card, name

    var pattern: String {
        switch self {
        case .email: #"[[:alnum:]._%+-]+@[[:alnum:]-]+(\.[[:alnum:]-]+)*\.[[:alpha:]]{2,}"#
        case .url: #"(https?://|\mwww\.)[^[:space:]]+|\m[[:alnum:]-]+\.(com|org|net|edu|gov|info|io|co\.uk|eu|de|at|ch|fr|uk)\M"#
        case .handle: #"(^|[^[:alnum:]_@.])@[[:alnum:]_]{2,}"#
        // Seven digits after a + or a 0 or in part in brackets, else nine.
        case .phone: #"(^|[^[:alnum:]])([+(] ?[0-9]|0)([ ()/.-]{0,2}[0-9]){6,14}($|[^[:alnum:]])|(^|[^[:alnum:]])[0-9]([ ()/.-]{0,2}[0-9]){8,14}($|[^[:alnum:]])"#
        case .iban: #"\m[A-Za-z]{2}[0-9]{2}( ?[A-Za-z0-9]{4}){2,7}( ?[A-Za-z0-9]{1,4})?\M"#
        case .card: #"(^|[^[:alnum:]])[0-9]([ -]?[0-9]){12,18}($|[^[:alnum:]])"#
        case .name: #"\m(my name is|my name's|i am called|ich heiße|mein name ist|je m'appelle|me llamo)\M|اسمي"#
        }
    }

    /// The kinds that occur in `text`, with spaces between; null where there are none.
    static func kinds(in text: SQL) -> SQL {
        let found = allCases.map { kind in
            "CASE WHEN \(sql: text) ~* \(kind.pattern) THEN \(kind.rawValue) END" as SQL
        }
        return "nullif(concat_ws(' ', \(sql: found.joined())), '')"
    }

    /// The kinds of several texts as those of one; empty where there are none.
    static func union(_ kinds: String?...) -> String {
        let found = Set(kinds.compactMap { $0 }.flatMap { $0.split(separator: " ").map(String.init) })
        return found.isEmpty ? "" : allCases.map(\.rawValue).filter(found.contains).joined(separator: " ")
    }

    /// The column that says it.
    static func column(of texts: String) -> Column { .text("may_identify", meaning(of: texts)) }

    /// What such a column means.
    /// - Parameter texts: the columns that it is about, in words.
    static func meaning(of texts: String) -> String {
        "what in \(texts) may say who somebody is, as a machine sees it: "
            + allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
            + ", with spaces between; read the text before it is passed on"
    }
}
