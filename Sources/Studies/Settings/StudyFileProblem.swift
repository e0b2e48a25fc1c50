// One thing that is wrong with a study file.

/// A fault of a study file, as one sentence, and its line, from 1, where it has one.
public struct StudyFileProblem: Sendable, Equatable, CustomStringConvertible {
    public let line: Int?
    public let sentence: String

    public var description: String {
        line.map { "line \($0): \(sentence)" } ?? sentence
    }

    /// The name of a place in the file: `groups.size`, `conditions.2.name`.
    static func place(_ path: [String]) -> String {
        path.isEmpty ? "the file" : path.joined(separator: ".")
    }
}
