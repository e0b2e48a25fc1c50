// Money is counted in hundredths, so that sums are exact.

/// Amounts of money in hundredths of a currency's unit, and as texts with two decimals.
enum Cents {
    /// - Returns: nil unless `text` is an amount with two decimals, such as 6.00.
    static func of(_ text: String) -> Int64? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].count == 2, let whole = Int64(parts[0]), let rest = Int64(parts[1]), rest >= 0 else {
            return nil
        }
        return whole * 100 + (parts[0].hasPrefix("-") ? -rest : rest)
    }

    /// The amount as a study file has it, to the nearest hundredth.
    static func of(_ amount: Double) -> Int64 { Int64((amount * 100).rounded()) }

    static func text(_ cents: Int64) -> String {
        let rest = abs(cents % 100)
        return "\(cents < 0 ? "-" : "")\(abs(cents / 100)).\(rest < 10 ? "0" : "")\(rest)"
    }
}
