// Who wins against whom, as a table of numbers.

import Consensus

/// The row's condition against the column's: the win rate, its interval under it, and a shade that is darker the further the
/// rate is from one half. A frame marks intervals that leave one half out.
struct WinRateMatrix {
    let conditions: [String]
    let pairs: [(one: String, other: String, winRate: Estimate)]

    /// The win rate of `row` against `column`; nil where nobody rated both.
    private func rate(_ row: String, _ column: String) -> Estimate? {
        for pair in pairs {
            if pair.one == row, pair.other == column { return pair.winRate }
            if pair.one == column, pair.other == row {
                let rate = pair.winRate
                return Estimate(value: 1 - rate.value, low: 1 - rate.high, high: 1 - rate.low)
            }
        }
        return nil
    }

    var svg: String {
        let letters = min(24, conditions.map(\.count).max() ?? 0)
        let left = Double(letters) * Drawing.letter + 36, top = 76.0
        let wide = (Drawing.width - left) / Double(max(1, conditions.count)), tall = 46.0
        var drawing = Drawing(height: top + Double(conditions.count) * tall + 4)
        drawing.text("Win rate of the row against the column", x: 0, y: 16, style: "title")
        drawing.text("1 always, 0.5 as often as not, 0 never; framed where the interval leaves 0.5 out", x: 0, y: 36)
        for (index, name) in conditions.enumerated() {
            // Columns are known by the number that their row has.
            drawing.text("\(index + 1)", x: left + (Double(index) + 0.5) * wide, y: top - 10, anchor: .middle)
            drawing.text(
                "\(index + 1) \(Drawing.cut(name, letters: 24))", x: left - 12, y: top + (Double(index) + 0.5) * tall + 4,
                anchor: .end)
        }
        for (line, row) in conditions.enumerated() {
            for (place, column) in conditions.enumerated() {
                let x = left + Double(place) * wide, y = top + Double(line) * tall, middle = x + wide / 2
                guard line != place, let rate = rate(row, column), rate.value.isFinite else {
                    drawing.rectangle(x: x + 1, y: y + 1, width: wide - 2, height: tall - 2, style: "empty")
                    drawing.text("–", x: middle, y: y + tall / 2 + 4, anchor: .middle)
                    continue
                }
                // Never so dark that black words could not be read on it.
                drawing.rectangle(
                    x: x + 1, y: y + 1, width: wide - 2, height: tall - 2,
                    style: rate.excludes(0.5) ? "shade framed" : "shade", opacity: abs(rate.value - 0.5) * 0.7)
                drawing.text(Markup.number(rate.value, digits: 2), x: middle, y: y + 20, anchor: .middle, style: "strong")
                if wide >= 62 {
                    drawing.text(
                        "\(Markup.number(rate.low, digits: 2))–\(Markup.number(rate.high, digits: 2))", x: middle, y: y + 36,
                        anchor: .middle, style: "small")
                }
            }
        }
        let description = pairs.map { "\($0.one) against \($0.other): \(Markup.estimate($0.winRate, digits: 2))" }
        return drawing.svg("Win rates. " + description.joined(separator: "; ") + ".")
    }
}
