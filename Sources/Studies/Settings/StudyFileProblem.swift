// One thing that is wrong with a study file.

/// A fault of a study file, as one sentence, and its line, from 1, where it has one.
public struct StudyFileProblem: Codable, Sendable, Equatable, CustomStringConvertible {
    public let line: Int?
    public let sentence: String
    /// Where it is: keys, and places in lists from 1.
    public let path: [String]

    init(line: Int?, sentence: String, path: [String] = []) {
        self.line = line
        self.sentence = sentence
        self.path = path
    }

    public var description: String {
        line.map { "line \($0): \(sentence)" } ?? sentence
    }

    /// The name of a place in the file: `groups.size`, `conditions.2.name`.
    static func place(_ path: [String]) -> String {
        path.isEmpty ? "the file" : path.joined(separator: ".")
    }
}
