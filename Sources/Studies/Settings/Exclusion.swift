// How many members a condition silently leaves out.

/// A number of members, or a share of those who wrote an opinion.
public enum Exclusion: Codable, Sendable, Equatable, ExpressibleByIntegerLiteral {
    case members(Int)
    /// Above 0 and below 1.
    case share(Double)

    /// - Returns: nil unless `value` is 0, 1, 2 or a share between 0 and 1.
    init?(_ value: Double) {
        switch value {
        case 0, 1, 2: self = .members(Int(value))
        case let share where share > 0 && share < 1: self = .share(share)
        default: return nil
        }
    }

    public init(integerLiteral members: Int) { self = .members(members) }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let exclusion = Exclusion(try container.decode(Double.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not 0, 1, 2 or a share")
        }
        self = exclusion
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .members(let members): try container.encode(members)
        case .share(let share): try container.encode(share)
        }
    }

    /// Whether anybody is left out.
    var leavesOut: Bool { self != .members(0) }

    /// How many of `writers` are left out: a share is rounded to the nearest number of people, and is at least one.
    func count(of writers: Int) -> Int {
        switch self {
        case .members(let members): members
        case .share(let share): max(1, Int((share * Double(writers)).rounded()))
        }
    }

    /// Whether enough are left for a statement: the opinions of two. A condition for which this is false is not run.
    func leavesEnough(of writers: Int) -> Bool {
        !leavesOut || writers - count(of: writers) >= 2
    }
}
