// A table of a report.

/// Numbers under their headings; the first column names the rows.
struct ReportTable {
    struct Column {
        let title: String
        /// The number's name in its section's sources; nil for a column of names.
        var number: String?
    }

    let caption: String
    let columns: [Column]
    let rows: [[String]]

    /// - Parameter note: the number of the footnote that says what made a number.
    func html(note: (String) -> Int?) -> String {
        guard !rows.isEmpty else { return "<p class=\"none\">\(Markup.escape(caption)): none yet.</p>\n" }
        var html = "<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"\(Markup.escape(caption))\">"
            + "<table>\n<caption>\(Markup.escape(caption))</caption>\n<thead><tr>"
        for column in columns {
            let mark = column.number.flatMap(note).map { "<sup><a href=\"#source-\($0)\">\($0)</a></sup>" } ?? ""
            html += "<th scope=\"col\"\(column.number == nil ? "" : " class=\"number\"")>\(Markup.escape(column.title))\(mark)</th>"
        }
        html += "</tr></thead>\n<tbody>\n"
        for row in rows {
            html += "<tr>"
            for (index, text) in row.enumerated() {
                let text = text.isEmpty ? "–" : Markup.escape(text)
                html += index == 0
                    ? "<th scope=\"row\">\(text)</th>"
                    : "<td\(columns[index].number == nil ? "" : " class=\"number\"")>\(text)</td>"
            }
            html += "</tr>\n"
        }
        return html + "</tbody>\n</table></div>\n"
    }
}
