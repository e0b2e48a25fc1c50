// What is to be said of the text of a study file, before anything is stored.

import Foundation
import Yams

/// A text, read as a study file: every fault with its line, warnings, and what it says as far as it can be read.
public struct StudyFileReview: Encodable, Sendable {
    /// How long a file may be, in bytes.
    public static let maximumBytes = 512 * 1024

    public private(set) var faults: [StudyFileProblem]
    /// What an admin should know before the study opens, though nothing is wrong.
    public private(set) var warnings: [String] = []
    /// Nil when the text is no YAML.
    public let content: StudyFileValue?
    /// The file; nil when it has faults of its own.
    public let file: StudyFile?

    private enum CodingKeys: String, CodingKey {
        case faults, warnings, content
    }

    public init(_ text: String) {
        do {
            guard let node = try StudyFileText.node(of: text) else { throw StudyFileError.malformed("it is empty") }
            content = try StudyFileValue(node, as: .studyFile)
        } catch {
            faults = Self.faults(of: error)
            content = nil
            file = nil
            return
        }
        do {
            let file = try StudyFile(yaml: text)
            self.file = file
            faults = []
            warnings = file.settings.warnings
        } catch {
            faults = Self.faults(of: error)
            file = nil
        }
    }

    /// A fault at `path`, with its line.
    func problem(_ sentence: String, at path: [String]) -> StudyFileProblem {
        let node = file.flatMap { try? StudyFileText.node(of: $0.text) }
        return StudyFileProblem(line: node?.line(of: path), sentence: sentence, path: path)
    }

    /// Adds what only the database can tell.
    mutating func add(faults: [StudyFileProblem], warnings: [String]) {
        self.faults += faults
        self.warnings += warnings
    }

    private static func faults(of error: any Error) -> [StudyFileProblem] {
        switch error {
        case StudyFileError.problems(let problems): problems
        case StudyFileError.malformed(let reason): [StudyFileProblem(line: nil, sentence: "the file cannot be read: \(reason)")]
        default: [StudyFileProblem(line: nil, sentence: "the file cannot be read")]
        }
    }
}
