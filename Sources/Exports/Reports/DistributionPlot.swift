// How often each point of a scale was given, a small figure per condition.

/// Seven bars per condition, as shares of its ratings, with the share over each.
struct DistributionPlot {
    let title: String
    let rows: [(name: String, counts: [Int])]

    private static let columns = 3

    var svg: String {
        let wide = Drawing.width / Double(Self.columns), tall = 128.0, top = 24.0
        let lines = (rows.count + Self.columns - 1) / Self.columns
        var drawing = Drawing(height: top + Double(lines) * tall)
        drawing.text(title, x: 0, y: 16, style: "title")
        let highest = rows.flatMap { row in row.counts.map { Self.share($0, of: row.counts) } }.max() ?? 1
        for (index, row) in rows.enumerated() {
            let x = Double(index % Self.columns) * wide, y = top + Double(index / Self.columns) * tall
            drawing.text(Drawing.cut(row.name, letters: 26), x: x, y: y + 16)
            let base = y + 104, pitch = (wide - 24) / Double(max(1, row.counts.count))
            for (point, count) in row.counts.enumerated() {
                let share = Self.share(count, of: row.counts), height = highest > 0 ? share / highest * 58 : 0
                let left = x + Double(point) * pitch
                drawing.rectangle(x: left + 2, y: base - height, width: pitch - 4, height: height, style: "bar")
                drawing.text(
                    Markup.number(share * 100, digits: 0), x: left + pitch / 2, y: base - height - 4, anchor: .middle,
                    style: "small")
                drawing.text("\(point + 1)", x: left + pitch / 2, y: base + 14, anchor: .middle, style: "small")
            }
            drawing.line(x1: x, y1: base, x2: x + wide - 24, y2: base, style: "axis")
        }
        let description = rows.map { row in
            row.name + ": " + row.counts.enumerated().map { "\($0 + 1), \($1) times" }.joined(separator: ", ")
        }
        return drawing.svg(title + ". " + description.joined(separator: "; ") + ".")
    }

    private static func share(_ count: Int, of counts: [Int]) -> Double {
        Double(count) / Double(max(1, counts.reduce(0, +)))
    }
}
