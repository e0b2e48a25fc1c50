// One part of a report: numbers, what they mean, and what made them.

/// Numbers that belong together.
public struct ReportSection<Numbers: Codable & Sendable>: Codable, Sendable {
    /// What the numbers are, in whole sentences.
    public let definition: String
    /// For each number, by its name in ``numbers``, the query and the function that made it, as `Type.member`.
    public let source: [String: String]
    public let numbers: Numbers

    init(definition: String, source: [String: String], numbers: Numbers) {
        self.definition = definition
        self.source = source
        self.numbers = numbers
    }
}
