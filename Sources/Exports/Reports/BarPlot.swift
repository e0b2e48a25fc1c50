// Counts as bars, one under the other.

/// A row each: a name, a bar as long as the count, and the count behind it. An outer bar may show of how many.
struct BarPlot {
    struct Row {
        let name: String
        let count: Int
        var of: Int?
    }

    let title: String
    let rows: [Row]

    var svg: String {
        let letters = min(34, rows.map(\.name.count).max() ?? 0)
        let left = Double(letters) * Drawing.letter + 16, right = Drawing.width - 90
        let top = 28.0, pitch = 26.0
        let most = Double(max(1, rows.map { max($0.count, $0.of ?? 0) }.max() ?? 1))
        var drawing = Drawing(height: top + Double(rows.count) * pitch + 6)
        drawing.text(title, x: 0, y: 16, style: "title")
        for (index, row) in rows.enumerated() {
            let y = top + Double(index) * pitch
            drawing.text(Drawing.cut(row.name, letters: 34), x: left - 12, y: y + 17, anchor: .end)
            let whole = row.of.map { Double($0) / most * (right - left) } ?? 0
            let part = Double(row.count) / most * (right - left)
            if row.of != nil { drawing.rectangle(x: left, y: y + 3, width: whole, height: 18, style: "outline") }
            drawing.rectangle(x: left, y: y + 3, width: part, height: 18, style: "bar")
            let words = row.of.map { "\(row.count) of \($0)" } ?? "\(row.count)"
            drawing.text(words, x: left + max(whole, part) + 8, y: y + 17)
        }
        let description = rows.map { row in "\(row.name): \(row.count)\(row.of.map { " of \($0)" } ?? "")" }
        return drawing.svg(title + ". " + description.joined(separator: "; ") + ".")
    }
}
