// Text for HTML and SVG.

import Consensus
import Foundation

enum Markup {
    /// `text` as text, also in an attribute.
    static func escape(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }

    /// A number with so many digits after the point, and a minus sign; nothing for what is not a number.
    static func number(_ value: Double, digits: Int) -> String {
        guard value.isFinite else { return "" }
        let text = String(format: "%.\(digits)f", value)
        // No negative nought.
        if text.hasPrefix("-"), Double(text) == 0 { return String(text.dropFirst()) }
        return text.replacing("-", with: "−")
    }

    /// A value with its interval.
    static func estimate(_ estimate: Estimate, digits: Int) -> String {
        guard estimate.value.isFinite else { return "" }
        let value = number(estimate.value, digits: digits)
        guard estimate.low.isFinite, estimate.high.isFinite else { return value }
        return "\(value) (\(number(estimate.low, digits: digits)) to \(number(estimate.high, digits: digits)))"
    }
}
