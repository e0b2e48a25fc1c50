// A shape as forms are made from it.

/// A ``Shape`` with words for people, as JSON.
public indirect enum ShapeDescription: Encodable, Sendable {
    /// One key of a record.
    public struct Field: Encodable, Sendable {
        public let key: String
        public let title: String
        public let help: String
        public let isRequired: Bool
        public let shape: ShapeDescription
    }

    public struct Option: Encodable, Sendable {
        public let value: String
        public let title: String
    }

    /// A single value: its kind (`text`, `name`, `key`, `flag`, `integer`, `number`, `choice`, `other`), its bounds or options.
    case scalar(kind: String, wanted: String, minimum: Double?, maximum: Double?, options: [Option]?)
    case list(ShapeDescription, ClosedRange<Int>)
    /// A single value, or a list of such.
    case oneOrMore(ShapeDescription, ClosedRange<Int>)
    case record([Field])

    private enum CodingKeys: String, CodingKey {
        case kind, wanted, minimum, maximum, options, element, fields
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .scalar(let kind, let wanted, let minimum, let maximum, let options):
            try values.encode(kind, forKey: .kind)
            try values.encode(wanted, forKey: .wanted)
            try values.encodeIfPresent(minimum, forKey: .minimum)
            try values.encodeIfPresent(maximum, forKey: .maximum)
            try values.encodeIfPresent(options, forKey: .options)
        case .list(let element, let count), .oneOrMore(let element, let count):
            if case .list = self { try values.encode("list", forKey: .kind) } else { try values.encode("oneOrMore", forKey: .kind) }
            try values.encode(element, forKey: .element)
            try values.encode(count.lowerBound, forKey: .minimum)
            try values.encode(count.upperBound, forKey: .maximum)
        case .record(let fields):
            try values.encode("record", forKey: .kind)
            try values.encode(fields, forKey: .fields)
        }
    }

    /// Describes `shape`, which stands at `path` (keys only: all entries of a list are described alike).
    init(_ shape: Shape, at path: [String] = []) {
        switch shape {
        case .scalar(let scalar):
            var kind = "other", minimum: Double?, maximum: Double?, options: [Option]?
            switch scalar.kind {
            case .text(let range): (kind, minimum, maximum) = ("text", Double(range.lowerBound), Double(range.upperBound))
            case .name: kind = "name"
            case .key: kind = "key"
            case .flag: kind = "flag"
            case .integer(let range):
                (kind, minimum, maximum) = ("integer", Double(range.lowerBound), Double(range.upperBound))
            case .number(let range): (kind, minimum, maximum) = ("number", range.lowerBound, range.upperBound)
            case .choice(let values):
                kind = "choice"
                options = values.map { Option(value: $0, title: StudyFileWords.option($0, at: path)) }
            case .other: break
            }
            self = .scalar(kind: kind, wanted: scalar.wanted, minimum: minimum, maximum: maximum, options: options)
        case .list(let element, let count): self = .list(ShapeDescription(element, at: path), count)
        case .oneOrMore(let element, let count): self = .oneOrMore(ShapeDescription(element, at: path), count)
        case .record(let fields):
            self = .record(
                fields.map { field in
                    let place = path + [field.key]
                    let words = StudyFileWords.words(at: place)
                    return Field(
                        key: field.key, title: words.title, help: words.help, isRequired: field.isRequired,
                        shape: ShapeDescription(field.shape, at: place))
                })
        }
    }

    /// The whole of a study file.
    public static let studyFile = ShapeDescription(.studyFile)
}
