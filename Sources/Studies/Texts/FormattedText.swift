// A study's texts as pages show them: plain, or with a little formatting, as a tree of elements.

import Foundation

/// A text, or one of a few elements with others in it. Pages make elements from it one by one, so that nothing in a study
/// file can become anything else. As JSON a text is a string, and an element is an array: its name, its attributes where it
/// has some, and what is in it.
public indirect enum FormattedText: Codable, Sendable, Equatable, ExpressibleByStringLiteral {
    public enum Element: String, Codable, Sendable, CaseIterable {
        case paragraph = "p"
        case heading = "h2"
        case smallHeading = "h3"
        case list = "ul"
        case numberedList = "ol"
        case item = "li"
        case strong, em
        /// `href`: an https or mailto address.
        case link = "a"
        /// `src`: the address of a picture on this server; `alt`: what it shows.
        case picture = "img"
    }

    case text(String)
    /// With its attributes, and what is in it.
    case element(Element, [String: String], [FormattedText])

    public init(stringLiteral text: String) { self = .text(text) }

    /// An element without attributes.
    static func element(_ element: Element, _ children: [FormattedText]) -> FormattedText { .element(element, [:], children) }

    public init(from decoder: any Decoder) throws {
        if let text = try? decoder.singleValueContainer().decode(String.self) {
            self = .text(text)
            return
        }
        var parts = try decoder.unkeyedContainer()
        let element = try parts.decode(Element.self)
        let attributes = try? parts.decode([String: String].self)
        var children: [FormattedText] = []
        while !parts.isAtEnd { children.append(try parts.decode(FormattedText.self)) }
        self = .element(element, attributes ?? [:], children)
    }

    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .text(let text):
            var container = encoder.singleValueContainer()
            try container.encode(text)
        case .element(let element, let attributes, let children):
            var container = encoder.unkeyedContainer()
            try container.encode(element)
            if !attributes.isEmpty { try container.encode(attributes) }
            for child in children { try container.encode(child) }
        }
    }

    /// Everything in the tree that is a picture: the SHA-256 in its address.
    var pictures: [String] {
        guard case .element(let element, let attributes, let children) = self else { return [] }
        let own = element == .picture ? attributes["src"].map { [String($0.dropFirst(Picture.path.count))] } ?? [] : []
        return own + children.flatMap(\.pictures)
    }
}
