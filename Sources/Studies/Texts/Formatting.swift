// Reads the signs by which a study's texts are formatted: a small, strict part of Markdown.
//
//     # Heading        ## Smaller heading
//     - an entry       1. a numbered entry
//     **strong**       *emphasised*        \* a sign that means nothing
//     [words](https://…)                   ![what it shows](/pictures/<SHA-256>)
//
// Signs that do not fit this are text. There is no HTML.

import Foundation

/// What a text with signs says.
struct Formatting {
    private(set) var blocks: [FormattedText] = []
    /// What is wrong with it, a sentence each.
    private(set) var problems: [String] = []

    /// Reads one entry of a study's texts.
    init(_ text: String) {
        var words: [String] = []
        var items: [String] = []
        var list: FormattedText.Element?
        func endParagraph(_ reader: inout Formatting) {
            if !words.isEmpty { reader.blocks.append(.element(.paragraph, reader.inline(words.joined(separator: " ")))) }
            words = []
        }
        func endList(_ reader: inout Formatting) {
            if let list { reader.blocks.append(.element(list, items.map { .element(.item, reader.inline($0)) })) }
            list = nil
            items = []
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let trimmed = line.trimmingCharacters(in: .whitespaces)
            if trimmed.isEmpty {
                endParagraph(&self)
                endList(&self)
            } else if let heading = trimmed.wholeMatch(of: /(#{1,2}) +(.+)/) {
                endParagraph(&self)
                endList(&self)
                blocks.append(
                    .element(heading.1.count == 1 ? .heading : .smallHeading, inline(String(heading.2))))
            } else if let entry = trimmed.wholeMatch(of: /(?:[-*]|([0-9]{1,3})\.) +(.+)/) {
                endParagraph(&self)
                let kind = entry.1 == nil ? FormattedText.Element.list : .numberedList
                if list != kind { endList(&self) }
                list = kind
                items.append(String(entry.2))
            } else if list != nil, line.first?.isWhitespace == true, let last = items.indices.last {
                items[last] += " " + trimmed
            } else {
                endList(&self)
                words.append(trimmed)
            }
        }
        endParagraph(&self)
        endList(&self)
    }

    /// What is within a line.
    private mutating func inline(_ text: String) -> [FormattedText] {
        var parts: [FormattedText] = []
        var plain = ""
        var rest = Substring(text)
        func flush() {
            if !plain.isEmpty { parts.append(.text(plain)) }
            plain = ""
        }
        while let next = rest.first {
            if next == "\\", let escaped = rest.dropFirst().first, "\\*[]!#-_".contains(escaped) {
                plain.append(escaped)
                rest = rest.dropFirst(2)
            } else if let picture = rest.prefixMatch(of: /!\[([^\]]*)\]\(([^)\s]*)\)/) {
                flush()
                parts += self.picture(of: String(picture.1), at: String(picture.2))
                rest = rest[picture.range.upperBound...]
            } else if let link = rest.prefixMatch(of: /\[([^\]]+)\]\(([^)\s]*)\)/) {
                flush()
                parts += self.link(String(link.1), to: String(link.2))
                rest = rest[link.range.upperBound...]
            } else if let strong = rest.prefixMatch(of: /\*\*(\S|\S.*?\S)\*\*/) {
                flush()
                parts.append(.element(.strong, inline(String(strong.1))))
                rest = rest[strong.range.upperBound...]
            } else if let emphasis = rest.prefixMatch(of: /\*([^\s*]|[^\s*][^*]*[^\s*])\*/) {
                flush()
                parts.append(.element(.em, inline(String(emphasis.1))))
                rest = rest[emphasis.range.upperBound...]
            } else {
                plain.append(next)
                rest = rest.dropFirst()
            }
        }
        flush()
        return parts
    }

    private mutating func link(_ words: String, to address: String) -> [FormattedText] {
        let isUsable = (address.hasPrefix("https://") || address.hasPrefix("mailto:")) && URL(string: address) != nil
        guard isUsable else {
            problems.append("the link “\(words.prefix(60))” must go to an https:// or mailto: address")
            return [.text(words)]
        }
        return [.element(.link, ["href": address], [.text(words)])]
    }

    private mutating func picture(of what: String, at address: String) -> [FormattedText] {
        let words = what.trimmingCharacters(in: .whitespaces)
        guard !words.isEmpty else {
            problems.append("a picture must say what it shows, for those who cannot see it: ![what it shows](\(address.prefix(80)))")
            return []
        }
        guard address.hasPrefix(Picture.path), Picture.isName(String(address.dropFirst(Picture.path.count))) else {
            problems.append(
                "the picture “\(words.prefix(60))” must be one that was uploaded here: its address is \(Picture.path) and 64 letters")
            return []
        }
        return [.element(.picture, ["src": address, "alt": words], [])]
    }
}
