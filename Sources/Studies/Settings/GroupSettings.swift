// What groups are like, as a study file states it.

/// The sizes of groups, and whom each has to hold.
public struct GroupSettings: Codable, Sendable, Equatable {
    /// So many members at least who meet a criterion.
    public struct Need: Codable, Sendable, Equatable {
        public var criterion: Criterion
        public var atLeast: Int

        enum CodingKeys: String, CodingKey {
            case atLeast = "at_least"
        }

        public init(from decoder: any Decoder) throws {
            criterion = try Criterion(from: decoder)
            atLeast = try decoder.container(keyedBy: CodingKeys.self).decode(Int.self, forKey: .atLeast)
        }

        public func encode(to encoder: any Encoder) throws {
            try criterion.encode(to: encoder)
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(atLeast, forKey: .atLeast)
        }
    }

    /// Members wanted, 3 to 5: one size for all groups, or several that are allocated in blocks.
    public var sizes: [Int]
    /// Members needed to start, when somebody has waited as long as the study lets them.
    public var minimum: Int
    /// Members needed to go on; ``minimum`` if nil.
    public var minimumToGoOn: Int?
    /// How many seconds somebody who has waited a while has to answer "Still there?"; 30 if nil.
    public var stillThereSeconds: Int?
    /// Whom every group holds; anybody if nil.
    public var compose: [Need]?

    /// The time for "Still there?", in seconds.
    var stillThere: Double { Double(stillThereSeconds ?? 30) }

    /// The least number of members that a round can have.
    var least: Int { minimumToGoOn ?? minimum }

    enum CodingKeys: String, CodingKey {
        case sizes = "size"
        case minimum
        case minimumToGoOn = "minimum_to_go_on"
        case stillThereSeconds = "still_there_seconds"
        case compose
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        if let one = try? values.decode(Int.self, forKey: .sizes) {
            sizes = [one]
        } else {
            sizes = try values.decode([Int].self, forKey: .sizes)
        }
        minimum = try values.decode(Int.self, forKey: .minimum)
        minimumToGoOn = try values.decodeIfPresent(Int.self, forKey: .minimumToGoOn)
        stillThereSeconds = try values.decodeIfPresent(Int.self, forKey: .stillThereSeconds)
        compose = try values.decodeIfPresent([Need].self, forKey: .compose)
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        // As the file has it.
        if sizes.count == 1 { try values.encode(sizes[0], forKey: .sizes) } else { try values.encode(sizes, forKey: .sizes) }
        try values.encode(minimum, forKey: .minimum)
        try values.encodeIfPresent(minimumToGoOn, forKey: .minimumToGoOn)
        try values.encodeIfPresent(stillThereSeconds, forKey: .stillThereSeconds)
        try values.encodeIfPresent(compose, forKey: .compose)
    }

    /// Everything that does not go together in it, or with the rest of the study: the place, and a sentence.
    func conflicts(in settings: StudySettings) -> [(path: [String], sentence: String)] {
        var found: [(path: [String], sentence: String)] = []
        let smallest = sizes.min() ?? 0
        if minimum > smallest { found.append((["groups", "minimum"], "groups.minimum must be 3 up to groups.size")) }
        if let minimumToGoOn, minimumToGoOn > minimum {
            found.append(
                (["groups", "minimum_to_go_on"], "groups.minimum_to_go_on must be 3 up to groups.minimum"))
        }
        let needs = compose ?? []
        for (index, need) in needs.enumerated() {
            let path = ["groups", "compose", "\(index + 1)"]
            found += need.criterion.conflicts(in: settings).map { (path, "groups.compose.\(index + 1): \($0)") }
            let apart = needs[..<index].filter { $0.criterion.excludes(need.criterion, in: settings) }
            let wanted = apart.reduce(need.atLeast) { $0 + $1.atLeast }
            if wanted > smallest {
                found.append((path, "groups.compose.\(index + 1): a group of \(smallest) cannot hold \(wanted) different people"))
            }
        }
        return found
    }
}
