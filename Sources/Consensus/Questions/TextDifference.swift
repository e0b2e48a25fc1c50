// What changed in a text, word by word.

/// A text beside an earlier one, in pieces.
public struct TextDifference: Codable, Sendable, Equatable {
    public enum Kind: String, Codable, Sendable {
        case same, removed, added
    }

    /// Words in a row that share a fate.
    public struct Piece: Codable, Sendable, Equatable {
        public let kind: Kind
        public var text: String
    }

    /// What is the same and what was added give the later text, what is the same and what was removed the earlier one;
    /// white space apart.
    public let pieces: [Piece]

    public init(from old: String, to new: String) {
        let before = old.split(whereSeparator: \.isWhitespace), after = new.split(whereSeparator: \.isWhitespace)
        var removed: Set<Int> = [], added: Set<Int> = []
        for change in after.difference(from: before) {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): added.insert(offset)
            }
        }
        var pieces: [Piece] = []
        func append(_ kind: Kind, _ word: Substring) {
            if pieces.last?.kind == kind {
                pieces[pieces.count - 1].text += " " + word
            } else {
                pieces.append(Piece(kind: kind, text: String(word)))
            }
        }
        var one = 0, other = 0
        while one < before.count || other < after.count {
            if one < before.count, removed.contains(one) {
                append(.removed, before[one])
                one += 1
            } else if other < after.count, added.contains(other) {
                append(.added, after[other])
                other += 1
            } else {
                append(.same, after[other])
                one += 1
                other += 1
            }
        }
        self.pieces = pieces
    }
}
