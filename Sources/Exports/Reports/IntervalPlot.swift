// Estimates with their intervals, one under the other.

import Consensus

/// A row each: a name, a dot at the estimate, a line over its interval, and the number in words at the right. A second mark,
/// an open square, may stand beside it.
struct IntervalPlot {
    struct Row {
        let name: String
        let estimate: Estimate
        var beside: Estimate?
    }

    let title: String
    let rows: [Row]
    let axis: Axis
    var digits = 2
    /// Where nothing would be: a dashed line.
    var reference: Double?
    /// What the dot and the square are, where there are both.
    var marks: (dot: String, square: String)?

    var svg: String {
        let letters = min(30, rows.map(\.name.count).max() ?? 0)
        let left = Double(letters) * Drawing.letter + 16, right = Drawing.width - 150
        let top = marks == nil ? 30.0 : 52, pitch = marks == nil ? 26.0 : 34, bottom = top + Double(rows.count) * pitch
        var drawing = Drawing(height: bottom + 30)
        drawing.text(title, x: 0, y: 16, style: "title")
        if let marks {
            drawing.dot(x: left, y: 34)
            drawing.text(marks.dot, x: left + 10, y: 38)
            let second = left + 30 + Double(marks.dot.count) * Drawing.letter
            drawing.square(x: second, y: 34)
            drawing.text(marks.square, x: second + 10, y: 38)
        }
        for mark in axis.marks {
            let x = axis.place(mark, left: left, right: right)
            drawing.line(x1: x, y1: top, x2: x, y2: bottom, style: "grid")
            drawing.text(Markup.number(mark, digits: axis.digits), x: x, y: bottom + 18, anchor: .middle)
        }
        if let reference {
            let x = axis.place(reference, left: left, right: right)
            drawing.line(x1: x, y1: top, x2: x, y2: bottom, style: "reference")
        }
        for (index, row) in rows.enumerated() {
            let middle = top + (Double(index) + 0.5) * pitch
            drawing.text(Drawing.cut(row.name, letters: 30), x: left - 12, y: middle + 4, anchor: .end)
            draw(row.estimate, at: row.beside == nil ? middle : middle - 6, in: &drawing, left, right) { $0.dot(x: $1, y: $2) }
            if let beside = row.beside {
                draw(beside, at: middle + 8, in: &drawing, left, right) { $0.square(x: $1, y: $2) }
            }
            drawing.text(Markup.estimate(row.estimate, digits: digits), x: right + 14, y: middle + 4)
        }
        return drawing.svg(description)
    }

    private func draw(
        _ estimate: Estimate, at y: Double, in drawing: inout Drawing, _ left: Double, _ right: Double,
        mark: (inout Drawing, Double, Double) -> Void
    ) {
        guard estimate.value.isFinite else { return }
        func x(_ value: Double) -> Double { axis.place(min(max(value, axis.low), axis.high), left: left, right: right) }
        if estimate.low.isFinite, estimate.high.isFinite {
            drawing.line(x1: x(estimate.low), y1: y, x2: x(estimate.high), y2: y, style: "interval")
            for end in [estimate.low, estimate.high] {
                drawing.line(x1: x(end), y1: y - 4, x2: x(end), y2: y + 4, style: "interval")
            }
        }
        mark(&drawing, x(estimate.value), y)
    }

    private var description: String {
        title + ". " + rows.map { "\($0.name): \(Markup.estimate($0.estimate, digits: digits))" }.joined(separator: "; ") + "."
    }
}
