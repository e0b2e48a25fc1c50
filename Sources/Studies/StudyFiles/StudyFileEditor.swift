// Changes one value in the text of a study file, and leaves the rest as its author wrote it: order, spacing, comments.

import Foundation
import Yams

/// The text of a study file in which values are changed.
public struct StudyFileEditor: Sendable {
    /// The text as it is now.
    public private(set) var text: String
    /// Comments that had to go, because what they stood in was written anew.
    public private(set) var lostComments: [String] = []

    public init(_ text: String) {
        self.text = text.replacing("\r\n", with: "\n")
    }

    /// Puts `value` at `path` (keys, and places in lists from 1); without one, takes away what is there.
    ///
    /// Only the lines of that value are written anew, where it has lines of its own; else those of what it stands in. The
    /// result is read again: it says what it should, or the whole file is written anew.
    /// - Throws: ``StudyFileError`` when the text cannot be read.
    public mutating func set(_ path: [String], to value: StudyFileValue?) throws(StudyFileError) {
        guard !path.isEmpty else { throw .malformed("there is nothing named to change in it") }
        guard path.count < StudyFileValue.deepest else { throw .malformed("there is too much in it") }
        let root = try Self.node(of: text)
        let before = try StudyFileValue(root, as: .studyFile)
        guard let after = before.setting(path[...], to: value) else { throw .malformed("nothing would be left of it") }
        guard after.isWithinBounds else { throw .malformed("there is too much in it") }
        guard after != before else { return }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var edit = Edit(lines: lines, path: path, value: value)
        if let changed = edit.apply(to: root, before, as: .studyFile, path[...], lines.indices),
            Self.says(changed, after)
        {
            lostComments += comments(of: lines, in: edit.replaced).filter { !edit.kept.contains($0) }
            text = changed
        } else {
            lostComments += comments(of: lines, in: lines.indices)
            text = StudyFileWriter.file(after, as: .studyFile)
        }
    }

    private static func node(of text: String) throws(StudyFileError) -> Node {
        guard let node = try StudyFileText.node(of: text) else { return Node([(Node, Node)]()) }
        return node
    }

    private static func says(_ text: String, _ value: StudyFileValue) -> Bool {
        (try? StudyFileValue(node(of: text), as: .studyFile)) == value
    }

    // MARK: - Comments

    /// The comments on some of the text's lines.
    private func comments(of lines: [String], in range: Range<Int>) -> [String] {
        Self.commentStarts(in: lines, on: range).map { String(lines[$0.line][$0.place...]) }
    }

    /// Where the comments on some of the lines begin.
    ///
    /// The text is read once, with a number behind every “#” of these lines: where the number turns up in a value, the sign
    /// is part of that; else it is in a comment, which goes to the end of its line.
    private static func commentStarts(in lines: [String], on range: Range<Int>) -> [(line: Int, place: String.Index)] {
        var signs: [(line: Int, place: String.Index)] = []
        var marked = lines
        for index in range {
            let scalars = lines[index].unicodeScalars
            var line = String.UnicodeScalarView()
            for place in scalars.indices {
                line.append(scalars[place])
                guard scalars[place] == "#" else { continue }
                line.append(contentsOf: "\(numberStart)\(signs.count)\(numberEnd)".unicodeScalars)
                signs.append((line: index, place: place))
            }
            marked[index] = String(line)
        }
        guard !signs.isEmpty, let node = try? StudyFileText.node(of: marked.joined(separator: "\n"), limit: .max) else { return [] }
        var withinValues: Set<Int> = []
        addNumbers(in: node, to: &withinValues)
        var starts: [(line: Int, place: String.Index)] = []
        for (number, sign) in signs.enumerated() where !withinValues.contains(number) {
            if starts.last?.line != sign.line { starts.append(sign) }
        }
        return starts
    }

    /// Signs that no script has.
    private static let numberStart: Unicode.Scalar = "\u{E000}"
    private static let numberEnd: Unicode.Scalar = "\u{E001}"

    private static func addNumbers(in node: Node, to found: inout Set<Int>) {
        if let scalar = node.scalar {
            var digits: String?
            for sign in scalar.string.unicodeScalars {
                if sign == numberStart {
                    digits = ""
                } else if sign == numberEnd {
                    if let text = digits, let number = Int(text) { found.insert(number) }
                    digits = nil
                } else {
                    digits?.unicodeScalars.append(sign)
                }
            }
        } else if let entries = node.sequence {
            for entry in entries { addNumbers(in: entry, to: &found) }
        } else if let entries = node.mapping {
            for (key, value) in entries {
                addNumbers(in: key, to: &found)
                addNumbers(in: value, to: &found)
            }
        }
    }

    // MARK: - Within the lines

    /// One change, as it finds its way through the text.
    private struct Edit {
        var lines: [String]
        let path: [String]
        let value: StudyFileValue?
        /// The lines, by their old numbers, that were written anew or taken away.
        var replaced: Range<Int> = 0..<0
        /// Comments that were put behind what was written anew.
        var kept: [String] = []

        /// - Returns: the new text; nil when `node` has no lines that could be changed by themselves.
        mutating func apply(
            to node: Node, _ content: StudyFileValue, as shape: Shape?, _ rest: ArraySlice<String>, _ extent: Range<Int>
        ) -> String? {
            guard let step = rest.first else { return nil }
            if let mapping = node.mapping {
                var fields: [Shape.Field] = []
                if case .record(let own)? = shape { fields = own }
                let own = fields.first { $0.key == step }?.shape
                if mapping.isEmpty, rest.count == path.count {
                    return insert(step, own, rest, at: lines.count, indent: 0)
                }
                guard !isInBrackets(node), let places = entries(of: mapping, within: extent) else { return nil }
                guard let index = places.firstIndex(where: { $0.key == step }) else {
                    // After the key that comes before it in the shape.
                    let order = fields.map(\.key)
                    let rank = order.firstIndex(of: step) ?? order.count
                    let before = places.last { (order.firstIndex(of: $0.key) ?? order.count) < rank }
                    return insert(step, own, rest, at: (before ?? places[places.count - 1]).lines.upperBound, indent: places[0].column)
                }
                let place = places[index]
                if rest.count > 1, let child = content.value(at: [step]),
                    let changed = apply(to: place.node, child, as: own, rest.dropFirst(), place.inner)
                {
                    return changed
                }
                guard let next = (content.value(at: [step]) ?? .record([:])).setting(rest.dropFirst(), to: value) else {
                    guard places.count > 1, !isOnHyphen(place) else { return nil }
                    return replace(place.lines, with: [])
                }
                let written = StudyFileWriter.entry(step, next, as: own, indent: place.column)
                return replace(place.lines, with: prefixed(written, place))
            }
            if let sequence = node.sequence, !isInBrackets(node), let index = sequence.index(ofPlace: step), rest.count > 1 {
                let element: Shape? = switch shape {
                case .list(let element, _)?, .oneOrMore(let element, _)?: element
                default: nil
                }
                guard let item = content.value(at: [step]), let places = items(of: sequence, within: extent) else { return nil }
                return apply(to: sequence[index], item, as: element, rest.dropFirst(), places[index])
            }
            return nil
        }

        /// Whether a mapping or a list is written within brackets. The parser's own word for it is not to be relied on.
        private func isInBrackets(_ node: Node) -> Bool {
            guard let mark = node.mark, lines.indices.contains(mark.line - 1) else { return true }
            let scalars = Array(lines[mark.line - 1].unicodeScalars)
            return scalars.indices.contains(mark.column - 1) && (scalars[mark.column - 1] == "{" || scalars[mark.column - 1] == "[")
        }

        private struct Place {
            let key: String
            let node: Node
            /// Where the key begins, from 0.
            let column: Int
            /// From its key to the last line of its value.
            let lines: Range<Int>
            /// Where its value may have lines.
            var inner: Range<Int> { lines }
        }

        /// Where the entries of a mapping stand, if each begins on a line of its own.
        private func entries(of mapping: Node.Mapping, within extent: Range<Int>) -> [Place]? {
            var starts: [(key: String, node: Node, line: Int, column: Int)] = []
            for (key, value) in mapping {
                guard let mark = key.mark, let name = key.string else { return nil }
                starts.append((name, value, mark.line - 1, mark.column - 1))
            }
            let isOrdered = zip(starts, starts.dropFirst()).allSatisfy { $0.line < $1.line && $0.column == $1.column }
            guard let first = starts.first, let last = starts.last, isOrdered, extent.contains(first.line), extent.contains(last.line)
            else { return nil }
            return starts.indices.map { index in
                let end = index + 1 < starts.count ? starts[index + 1].line : extent.upperBound
                let start = starts[index]
                return Place(
                    key: start.key, node: start.node, column: start.column,
                    lines: start.line..<trimmed(start.line, end, deeperThan: start.column))
            }
        }

        private func items(of sequence: Node.Sequence, within extent: Range<Int>) -> [Range<Int>]? {
            let starts = sequence.compactMap { $0.mark.map { $0.line - 1 } }
            guard starts.count == sequence.count, zip(starts, starts.dropFirst()).allSatisfy({ $0 < $1 }),
                let first = starts.first, let last = starts.last, extent.contains(first), extent.contains(last)
            else { return nil }
            return starts.indices.map { index in
                let end = index + 1 < starts.count ? starts[index + 1] : extent.upperBound
                return starts[index]..<trimmed(starts[index], end, deeperThan: -1)
            }
        }

        /// Where what begins on line `start` ends at the latest: blank lines before `end`, and comments no deeper than
        /// `column`, belong to what follows.
        private func trimmed(_ start: Int, _ end: Int, deeperThan column: Int) -> Int {
            var end = end
            while end > start + 1 {
                let line = lines[end - 1]
                let depth = line.prefix { $0 == " " }.count
                let rest = line.dropFirst(depth)
                guard rest.allSatisfy(\.isWhitespace) || (rest.hasPrefix("#") && depth <= max(column, 0)) else { break }
                end -= 1
            }
            return end
        }

        private func isOnHyphen(_ place: Place) -> Bool {
            !lines[place.lines.lowerBound].prefix(place.column).allSatisfy { $0 == " " }
        }

        /// `written` behind what stands before its key on the line, with the comment that stood behind it.
        private mutating func prefixed(_ written: [String], _ place: Place) -> [String] {
            let first = lines[place.lines.lowerBound]
            var result = written
            result[0] = String(first.prefix(place.column)) + written[0]
            if place.lines.count == 1, let comment = commentBehind(place) {
                let text = String(comment.drop { $0 == " " })
                kept.append(text)
                result[0] += comment
            }
            return result
        }

        /// What stands behind a value of one line, with the space before it.
        private func commentBehind(_ place: Place) -> String? {
            let line = lines[place.lines.lowerBound]
            guard let sign = StudyFileEditor.commentStarts(in: [line], on: 0..<1).first else { return nil }
            let before = line.unicodeScalars[..<sign.place]
            guard let space = before.last, space.properties.isWhitespace,
                let value = before.lastIndex(where: { !$0.properties.isWhitespace })
            else { return nil }
            return String(line[before.index(after: value)...])
        }

        private mutating func replace(_ extent: Range<Int>, with written: [String]) -> String {
            replaced = extent
            var changed = lines
            changed.replaceSubrange(extent, with: written)
            return changed.joined(separator: "\n")
        }

        private mutating func insert(
            _ step: String, _ shape: Shape?, _ rest: ArraySlice<String>, at line: Int, indent: Int
        ) -> String? {
            guard let next = rest.count == 1 ? value : StudyFileValue.record([:]).setting(rest.dropFirst(), to: value) else { return nil }
            let space = String(repeating: " ", count: indent)
            var written = StudyFileWriter.entry(step, next, as: shape, indent: indent)
            written[0] = space + written[0]
            var changed = lines
            changed.insert(contentsOf: written, at: min(line, changed.count))
            return changed.joined(separator: "\n")
        }
    }
}
