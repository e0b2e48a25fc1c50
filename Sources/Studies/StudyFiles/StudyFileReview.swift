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
            guard text.utf8.count <= Self.maximumBytes else {
                throw StudyFileError.malformed("it is longer than \(Self.maximumBytes / 1024) KB")
            }
            guard let node = try compose(yaml: text) else { throw StudyFileError.malformed("it is empty") }
            content = try StudyFileValue(node, as: .studyFile)
        } catch {
            faults = [Self.fault(of: error)]
            content = nil
            file = nil
            return
        }
        do {
            let file = try StudyFile(yaml: text)
            self.file = file
            faults = []
            warnings = file.settings.warnings
        } catch .problems(let problems) {
            faults = problems
            file = nil
        } catch {
            faults = [Self.fault(of: error)]
            file = nil
        }
    }

    /// A fault at `path`, with its line.
    func problem(_ sentence: String, at path: [String]) -> StudyFileProblem {
        let node = file.flatMap { try? compose(yaml: $0.text) }
        return StudyFileProblem(line: node?.line(of: path), sentence: sentence, path: path)
    }

    /// Adds what only the database can tell.
    mutating func add(faults: [StudyFileProblem], warnings: [String]) {
        self.faults += faults
        self.warnings += warnings
    }

    private static func fault(of error: any Error) -> StudyFileProblem {
        switch error {
        case StudyFileError.malformed(let reason): return StudyFileProblem(line: nil, sentence: "the file cannot be read: \(reason)")
        case YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
            YamlError.composer(_, let problem, let mark, _):
            return StudyFileProblem(line: mark.line, sentence: "the file cannot be read on from here: \(problem)")
        case YamlError.duplicatedKeysInMapping(let duplicates, let context):
            return StudyFileProblem(
                line: context.mark.line, sentence: "\(duplicates.joined(separator: ", ")) is there twice")
        case YamlError.reader(let problem, _, _, _):
            return StudyFileProblem(line: nil, sentence: "the file has a sign in it that cannot be read: \(problem)")
        default: return StudyFileProblem(line: nil, sentence: "the file cannot be read")
        }
    }
}
