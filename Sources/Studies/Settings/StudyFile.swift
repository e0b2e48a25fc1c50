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
        let settings: StudySettings
        do {
            settings = try YAMLDecoder().decode(StudySettings.self, from: text)
        } catch let error as DecodingError {
            throw .malformed(Self.sentence(error))
        } catch {
            throw .malformed("\(error)")
        }
        let problems = settings.problems
        guard problems.isEmpty else { throw .problems(problems) }
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
