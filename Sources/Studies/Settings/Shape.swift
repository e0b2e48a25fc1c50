// What a value in a study file may be. A description as data, so that every fault of a file can be told at once, each
// with its line.

import Yams

/// The form of a YAML value.
indirect enum Shape: Sendable {
    /// A single value: what it has to be, in words that go after "must be", and whether a text is that.
    case scalar(String, @Sendable (Node) -> Bool)
    /// A single value, or a list of so many.
    case oneOrMore(Shape, ClosedRange<Int>)
    /// A list of so many entries.
    case list(Shape, ClosedRange<Int>)
    /// A mapping with these keys and no others.
    case record([Field])

    /// One key of a mapping.
    struct Field: Sendable {
        let key: String
        let shape: Shape
        let isRequired: Bool

        init(_ key: String, _ shape: Shape, optional: Bool = false) {
            self.key = key
            self.shape = shape
            self.isRequired = !optional
        }
    }

    // MARK: - Kinds of single values

    static func text(_ characters: ClosedRange<Int>) -> Shape {
        .scalar("a text of \(characters.lowerBound) to \(characters.upperBound) characters") { node in
            node.string.map { characters.contains($0.count) && !$0.unicodeScalars.contains("\0") } ?? false
        }
    }

    static let name = Shape.scalar("a name of lower-case letters, digits and hyphens, at most 63") { node in
        node.string.map(Name.isValid) ?? false
    }

    /// A name in the data.
    static let key = Shape.scalar("a key of lower-case letters, digits and underscores, beginning with a letter") { node in
        node.string.map { $0.wholeMatch(of: /[a-z][a-z0-9_]{0,62}/) != nil } ?? false
    }

    static let flag = Shape.scalar("true or false") { node in node.bool != nil }

    static func integer(_ range: ClosedRange<Int>) -> Shape {
        .scalar("\(range.lowerBound) to \(range.upperBound)") { node in node.int.map(range.contains) ?? false }
    }

    static func number(_ range: ClosedRange<Double>, _ unit: String) -> Shape {
        .scalar("\(range.lowerBound.formatted()) to \(range.upperBound.formatted()) \(unit)") { node in
            node.float.map(range.contains) ?? false
        }
    }

    static func choice(_ options: [String]) -> Shape {
        .scalar("one of \(options.joined(separator: ", "))") { node in node.string.map(options.contains) ?? false }
    }

    // MARK: - Checking

    /// Everything in which `node`, which stands at `path`, departs from this shape.
    func problems(of node: Node, at path: [String] = []) -> [StudyFileProblem] {
        func problem(_ sentence: String, _ place: Node? = nil) -> StudyFileProblem {
            StudyFileProblem(line: (place ?? node).mark?.line, sentence: sentence)
        }
        let place = StudyFileProblem.place(path)
        switch self {
        case .scalar(let wanted, let holds):
            return node.isScalar && holds(node) ? [] : [problem("\(place) must be \(wanted)")]
        case .oneOrMore(let element, let count):
            return (node.sequence == nil ? element : .list(element, count)).problems(of: node, at: path)
        case .list(let element, let count):
            guard let entries = node.sequence else { return [problem("\(place) must be a list")] }
            var found = entries.enumerated().flatMap { element.problems(of: $1, at: path + ["\($0 + 1)"]) }
            if !count.contains(entries.count) {
                found.append(problem("\(place) must list \(count.lowerBound) to \(count.upperBound) entries"))
            }
            return found
        case .record(let fields):
            guard let mapping = node.mapping else { return [problem("\(place) must have keys, such as \(fields[0].key)")] }
            var found: [StudyFileProblem] = []
            for (key, value) in mapping {
                let name = key.string ?? ""
                if let field = fields.first(where: { $0.key == name }) {
                    found += field.shape.problems(of: value, at: path + [name])
                } else {
                    let known = fields.map(\.key).joined(separator: ", ")
                    found.append(problem("unknown key \(name) in \(place); known here: \(known)", key))
                }
            }
            for field in fields where field.isRequired && mapping[Node(field.key)] == nil {
                found.append(problem("\(StudyFileProblem.place(path + [field.key])) is missing"))
            }
            return found
        }
    }
}

extension Node {
    fileprivate var isScalar: Bool { scalar != nil }

    /// The line of the value at `path` (keys, and places in lists from 1), or of as much of the way to it as there is.
    func line(of path: [String]) -> Int? {
        guard let step = path.first else { return mark?.line }
        var next: Node?
        if let mapping { next = mapping[Node(step)] }
        if let sequence, let place = Int(step), sequence.indices.contains(place - 1) { next = sequence[place - 1] }
        return next?.line(of: Array(path.dropFirst())) ?? mark?.line
    }
}
