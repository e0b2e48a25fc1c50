// What a value in a study file may be. A description as data, so that every fault of a file can be told at once, each
// with its line.

import Yams

/// The form of a YAML value.
indirect enum Shape: Sendable {
    /// A single value.
    case scalar(Scalar)
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

    /// What a single value has to be.
    struct Scalar: Sendable {
        /// What a form needs to know of it.
        enum Kind: Sendable {
            /// So many characters.
            case text(ClosedRange<Int>)
            case name, key, flag
            case integer(ClosedRange<Int>)
            case number(ClosedRange<Double>)
            case choice([String])
            /// Anything else, said in words only.
            case other
        }

        let kind: Kind
        /// In words that go after "must be".
        let wanted: String
        let holds: @Sendable (Node) -> Bool

        init(_ kind: Kind, _ wanted: String, _ holds: @escaping @Sendable (Node) -> Bool) {
            self.kind = kind
            self.wanted = wanted
            self.holds = holds
        }
    }

    // MARK: - Kinds of single values

    /// A value that only words describe.
    static func scalar(_ wanted: String, _ holds: @escaping @Sendable (Node) -> Bool) -> Shape {
        .scalar(Scalar(.other, wanted, holds))
    }

    static func text(_ characters: ClosedRange<Int>) -> Shape {
        .scalar(
            Scalar(.text(characters), "a text of \(characters.lowerBound) to \(characters.upperBound) characters") { node in
                node.string.map { characters.contains($0.count) && !$0.unicodeScalars.contains("\0") } ?? false
            })
    }

    static let name = Shape.scalar(
        Scalar(.name, "a name of lower-case letters, digits and hyphens, at most 63") { node in
            node.string.map(Name.isValid) ?? false
        })

    /// A name in the data.
    static let key = Shape.scalar(
        Scalar(.key, "a key of lower-case letters, digits and underscores, beginning with a letter") { node in
            node.string.map { $0.wholeMatch(of: /[a-z][a-z0-9_]{0,62}/) != nil } ?? false
        })

    static let flag = Shape.scalar(Scalar(.flag, "true or false") { node in node.bool != nil })

    static func integer(_ range: ClosedRange<Int>) -> Shape {
        .scalar(
            Scalar(.integer(range), "\(range.lowerBound) to \(range.upperBound)") { node in
                node.int.map(range.contains) ?? false
            })
    }

    static func number(_ range: ClosedRange<Double>, _ unit: String) -> Shape {
        .scalar(
            Scalar(.number(range), "\(range.lowerBound.formatted()) to \(range.upperBound.formatted()) \(unit)") { node in
                node.float.map(range.contains) ?? false
            })
    }

    static func choice(_ options: [String]) -> Shape {
        .scalar(
            Scalar(.choice(options), "one of \(options.joined(separator: ", "))") { node in
                node.string.map(options.contains) ?? false
            })
    }

    // MARK: - Checking

    /// Everything in which `node`, which stands at `path`, departs from this shape.
    func problems(of node: Node, at path: [String] = []) -> [StudyFileProblem] {
        func problem(_ sentence: String, _ place: Node? = nil) -> StudyFileProblem {
            StudyFileProblem(line: (place ?? node).mark?.line, sentence: sentence, path: path)
        }
        let place = StudyFileProblem.place(path)
        switch self {
        case .scalar(let scalar):
            return node.isScalar && scalar.holds(node) ? [] : [problem("\(place) must be \(scalar.wanted)")]
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
                let missing = path + [field.key]
                found.append(
                    StudyFileProblem(
                        line: node.mark?.line, sentence: "\(StudyFileProblem.place(missing)) is missing", path: missing))
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
        if let sequence, let index = sequence.index(ofPlace: step) { next = sequence[index] }
        return next?.line(of: Array(path.dropFirst())) ?? mark?.line
    }
}
