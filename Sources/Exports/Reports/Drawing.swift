// A figure as SVG: what a browser, a phone and a printer show alike, without a network.

/// Lines, marks and words in a picture of a width that pages scale. Black on white: marks differ by shape, never only by
/// colour.
struct Drawing {
    /// In units of the picture, of which a letter is about 7 wide.
    static let width = 640.0
    static let letter = 7.0

    private(set) var height: Double
    private var parts = ""

    init(height: Double) {
        self.height = height
    }

    enum Anchor: String {
        case start, middle, end
    }

    mutating func text(
        _ words: String, x: Double, y: Double, anchor: Anchor = .start, style: String = ""
    ) {
        parts += "<text x=\"\(Self.place(x))\" y=\"\(Self.place(y))\" text-anchor=\"\(anchor.rawValue)\""
            + "\(Self.named(style))>\(Markup.escape(words))</text>"
    }

    mutating func line(x1: Double, y1: Double, x2: Double, y2: Double, style: String = "") {
        parts += "<line x1=\"\(Self.place(x1))\" y1=\"\(Self.place(y1))\" x2=\"\(Self.place(x2))\" y2=\"\(Self.place(y2))\""
            + "\(Self.named(style))/>"
    }

    mutating func rectangle(x: Double, y: Double, width: Double, height: Double, style: String = "", opacity: Double? = nil) {
        let shade = opacity.map { " fill-opacity=\"\(Self.place($0))\"" } ?? ""
        parts += "<rect x=\"\(Self.place(x))\" y=\"\(Self.place(y))\" width=\"\(Self.place(max(0, width)))\""
            + " height=\"\(Self.place(max(0, height)))\"\(Self.named(style))\(shade)/>"
    }

    /// A filled circle.
    mutating func dot(x: Double, y: Double) {
        parts += "<circle cx=\"\(Self.place(x))\" cy=\"\(Self.place(y))\" r=\"5\" class=\"mark\"/>"
    }

    /// An open square.
    mutating func square(x: Double, y: Double) {
        parts += "<rect x=\"\(Self.place(x - 4.5))\" y=\"\(Self.place(y - 4.5))\" width=\"9\" height=\"9\" class=\"open\"/>"
    }

    /// The picture, said in one sentence to whoever does not see it.
    func svg(_ description: String) -> String {
        "<svg viewBox=\"0 0 \(Self.place(Self.width)) \(Self.place(height))\" role=\"img\" "
            + "aria-label=\"\(Markup.escape(description))\">\(parts)</svg>"
    }

    /// `words`, cut where they would be longer than so many letters.
    static func cut(_ words: String, letters: Int) -> String {
        words.count <= letters ? words : words.prefix(letters - 1) + "…"
    }

    private static func named(_ style: String) -> String { style.isEmpty ? "" : " class=\"\(style)\"" }

    private static func place(_ value: Double) -> String {
        let text = Markup.number(value, digits: 2).replacing("−", with: "-")
        return text.hasSuffix(".00") ? String(text.dropLast(3)) : text
    }
}
