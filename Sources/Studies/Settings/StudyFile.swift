// Reads study files (YAML).

import Foundation
import Yams

/// A study file: its text as the admin wrote it, and the settings in it.
public struct StudyFile: Sendable {
    public let text: String
    public let settings: StudySettings

    /// Reads the file at `path`.
    /// - Throws: ``StudyFileError``.
    public init(path: String) throws(StudyFileError) {
        guard let bytes = FileManager.default.contents(atPath: path) else { throw .unreadable(path: path) }
        guard let text = String(data: bytes, encoding: .utf8) else { throw .malformed("it is not UTF-8 text") }
        try self.init(yaml: text)
    }

    /// Reads YAML text.
    /// - Throws: ``StudyFileError`` with every problem of the settings.
    public init(yaml text: String) throws(StudyFileError) {
        guard let node = try StudyFileText.node(of: text) else { throw .malformed("it is empty") }
        // As much as can be shown and changed: every unknown key would be told.
        _ = try StudyFileValue(node, as: .studyFile)
        let faults = Shape.studyFile.problems(of: node)
        let settings: StudySettings
        do {
            settings = try YAMLDecoder().decode(StudySettings.self, from: text)
        } catch {
            // The shape has said why, in better words.
            guard faults.isEmpty else { throw .problems(faults.inOrder) }
            throw .malformed((error as? DecodingError).map(Self.sentence) ?? "\(error)")
        }
        let problems = faults + settings.conflicts.map { .init(line: node.line(of: $0.path), sentence: $0.sentence, path: $0.path) }
        guard problems.isEmpty else { throw .problems(problems.inOrder) }
        self.text = text
        self.settings = settings
    }

    private static func sentence(_ error: DecodingError) -> String {
        func place(_ path: [any CodingKey]) -> String {
            path.isEmpty
                ? "the file"
                : path.map { $0.intValue.map { "\($0 + 1)" } ?? $0.stringValue }.joined(separator: ".")
        }
        switch error {
        case .keyNotFound(let key, let context): return "\(place(context.codingPath + [key])) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return "\(place(context.codingPath)) has the wrong form"
        case .dataCorrupted(let context):
            if let yaml = context.underlyingError { return "\(yaml)" }
            return "\(place(context.codingPath)): \(context.debugDescription)"
        @unknown default: return "\(error)"
        }
    }
}

extension [StudyFileProblem] {
    /// By line, as somebody would mend them.
    fileprivate var inOrder: Self { sorted { ($0.line ?? 0) < ($1.line ?? 0) } }
}
