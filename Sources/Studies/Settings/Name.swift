// The form of the names that appear in addresses and on the command line.

/// Names of studies, question sets and conditions: lower-case letters, digits and hyphens, at most 63 characters.
enum Name {
    static func isValid(_ name: String) -> Bool {
        let scalars = name.unicodeScalars
        guard let first = scalars.first, scalars.count <= 63, first != "-" else { return false }
        return scalars.allSatisfy { ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "-" }
    }
}
