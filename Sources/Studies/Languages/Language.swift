// The languages that participants' pages can be shown in.

/// A language with a file of interface texts, Public/languages/<code>.json.
public enum Language: String, Codable, Sendable, CaseIterable {
    case english = "en"
    case german = "de"
    case arabic = "ar"

    /// The one of `offered`, which is not empty, that suits a browser's Accept-Language header (RFC 9110) best; the first
    /// when none does.
    public static func preferred(_ header: String?, among offered: [Language]) -> Language? {
        let wishes = (header ?? "").split(separator: ",").compactMap { part -> (code: Substring, weight: Double)? in
            let pieces = part.split(separator: ";").map { $0.trimmingPrefix(while: \.isWhitespace) }
            guard let tag = pieces.first else { return nil }
            let weight = pieces.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            return (tag.prefix { $0 != "-" && !$0.isWhitespace }, weight)
        }
        // Sorting in Swift is stable: of equals the earlier one stays first.
        for wish in wishes.sorted(by: { $0.weight > $1.weight }) where wish.weight > 0 {
            if let found = offered.first(where: { $0.rawValue == wish.code.lowercased() }) { return found }
        }
        return offered.first
    }
}
