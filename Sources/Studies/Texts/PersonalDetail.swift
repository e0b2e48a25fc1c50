// Free text in which somebody may say who they are, or somebody else is.

import Postgres

/// Kinds of things that may identify a person, as PostgreSQL's regular expressions find them (without regard to case). They
/// find too much rather than too little: a reader decides. What is shown to others is screened by them, and dumps say by
/// them which texts to read before they are passed on.
public enum PersonalDetail: String, Codable, Sendable, CaseIterable {
    case email, url, handle, phone, iban, card, id, address, name

    /// The version of the patterns, stored with what they find.
    public static let version = "v1"

    /// The regular expression; digits are those of ``plainDigits(in:)``.
    public var pattern: String {
        switch self {
        case .email: #"[[:alnum:]._%+-]+ ?(@|\(at\)|\[at\]) ?[[:alnum:]-]+(\.[[:alnum:]-]+)*\.[[:alpha:]]{2,}"#
        case .url: #"(https?://|\mwww\.)[^[:space:]]*[^[:space:].,;:!?)]|\m[[:alnum:]-]+\.(com|org|net|edu|gov|info|io|me|co\.uk|eu|de|at|ch|fr|uk)\M(/[^[:space:]]*[^[:space:].,;:!?)])?"#
        case .handle: #"(?<![[:alnum:]_@.])@[[:alnum:]_]{2,}"#
        // Seven digits after a + or a 0 or in part in brackets, else nine; none that are part of a longer thing with letters.
        case .phone: #"(?<![[:alnum:]-])([+(] ?[0-9]|0)([ ()/.-]{0,2}[0-9]){6,14}(?!-?[[:alnum:]])|(?<![[:alnum:]-])[0-9]([ ()/.-]{0,2}[0-9]){8,14}(?!-?[[:alnum:]])"#
        // 15 to 34 characters.
        case .iban: #"\m[A-Z]{2}[0-9]{2}( ?[A-Z0-9]{4}){2} ?([A-Z0-9]{3}|[A-Z0-9]{4}( ?[A-Z0-9]{4}){0,4}( ?[A-Z0-9]{1,3})?)\M"#
        case .card: #"(?<![[:alnum:]-])[0-9]([ -]?[0-9]){12,18}(?!-?[[:alnum:]])"#
        // A Prolific id, a British national insurance number, an American social security number.
        case .id: #"\m[0-9a-f]{24}\M|\m[A-CEGHJ-PR-TW-Z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]\M|\m[0-9]{3}-[0-9]{2}-[0-9]{4}\M"#
        // A number and a street, a street and a number, a British postcode, a German one with its town.
        case .address: #"\m[0-9]{1,4}[a-z]?,? ([[:alpha:]']+ ){1,3}(street|st|road|rd|avenue|ave|lane|drive|close|crescent|boulevard)\M|\m[[:alpha:]-]+(straße|strasse|str\.|weg|gasse|allee|platz) [0-9]{1,4}|\m[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}\M|شارع ([^[:space:]]+ ){1,3}[0-9]+"#
        case .name: #"\m(my name is|my name's|i am called|ich heiße|mein name ist|je m'appelle|me llamo)\M ?[[:alpha:]'-]*|اسمي [^[:space:].،]+"#
        }
    }

    /// `text` with the digits of Arabic script as those of ASCII, character by character.
    public static func plainDigits(in text: SQL) -> SQL {
        "translate(\(sql: text), '٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹', '01234567890123456789')"
    }

    /// An expression for the kinds that occur in `text`, with spaces between; null where there are none.
    public static func kinds(in text: SQL) -> SQL {
        let found = allCases.map { kind in
            "CASE WHEN looked.plain ~* \(kind.pattern) THEN \(kind.rawValue) END" as SQL
        }
        // Putting other digits in the place of digits takes longer than a pattern: once per text, and where there are any.
        return """
            (SELECT nullif(concat_ws(' ', \(sql: found.joined())), '')
             FROM (SELECT CASE WHEN \(sql: text) ~ '[٠-٩۰-۹]' THEN \(sql: plainDigits(in: text)) ELSE \(sql: text) END AS plain
                   OFFSET 0) AS looked)
            """
    }
}
