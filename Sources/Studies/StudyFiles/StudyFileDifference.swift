// What is different between two versions of a study, as people read it.

import Foundation
import Yams

/// One value that another version has otherwise.
public struct StudyFileDifference: Codable, Sendable, Equatable {
    /// Such as "Time limits › Opinions".
    public let title: String
    /// Nil where there was nothing, or is nothing any more.
    public let before: String?
    public let after: String?

    public init(title: String, before: String?, after: String?) {
        self.title = title
        self.before = before
        self.after = after
    }

    /// Everything in which `after` differs from `before`, in the order of the file.
    public static func between(_ before: String, _ after: String) -> [StudyFileDifference] {
        func content(_ text: String) -> StudyFileValue {
            guard let node = try? compose(yaml: text), let value = try? StudyFileValue(node, as: .studyFile) else { return .nothing }
            return value
        }
        var found: [StudyFileDifference] = []
        compare(content(before), content(after), as: .studyFile, at: [], &found)
        return found
    }

    private static func compare(
        _ before: StudyFileValue?, _ after: StudyFileValue?, as shape: Shape?, at path: [String], _ found: inout [StudyFileDifference]
    ) {
        guard before != after else { return }
        switch (before, after) {
        case (.record(let one)?, .record(let other)?):
            let keys = StudyFileWriter.ordered(one.merging(other) { first, _ in first }, as: shape)
            for (key, _, own) in keys { compare(one[key], other[key], as: own, at: path + [key], &found) }
        case (.list(let one)?, .list(let other)?) where named(one) != nil && named(other) != nil:
            // Entries that have names are the same wherever they stand.
            let element: Shape? = switch shape {
            case .list(let element, _)?, .oneOrMore(let element, _)?: element
            default: nil
            }
            let (ones, others) = (named(one) ?? [], named(other) ?? [])
            let names = ones.map(\.name) + others.map(\.name).filter { name in !ones.contains { $0.name == name } }
            for name in names {
                compare(
                    ones.first { $0.name == name }?.value, others.first { $0.name == name }?.value, as: element,
                    at: path + [name], &found)
            }
            if ones.map(\.name) != others.map(\.name), Set(ones.map(\.name)) == Set(others.map(\.name)) {
                found.append(.init(title: title(path) + " › Order", before: ones.map(\.name).joined(separator: ", "), after: others.map(\.name).joined(separator: ", ")))
            }
        default:
            found.append(
                .init(
                    title: title(path), before: before.map { words($0, as: shape) }, after: after.map { words($0, as: shape) }))
        }
    }

    /// The entries of a list of records with the names, or keys, that each of them has.
    private static func named(_ entries: [StudyFileValue]) -> [(name: String, value: StudyFileValue)]? {
        var found: [(name: String, value: StudyFileValue)] = []
        for entry in entries {
            guard case .record(let fields) = entry, case .text(let name)? = fields["name"] ?? fields["key"],
                !found.contains(where: { $0.name == name })
            else { return nil }
            found.append((name, entry))
        }
        return found
    }

    /// Names of entries stand in quotation marks.
    private static func title(_ path: [String]) -> String {
        var keys: [String] = []
        return path.map { step in
            let words = StudyFileWords.words(at: keys + [step])
            if words.title != step {
                keys.append(step)
                return words.title
            }
            return Int(step) == nil ? "“\(step)”" : step
        }.joined(separator: " › ")
    }

    private static func words(_ value: StudyFileValue, as shape: Shape?) -> String {
        switch value {
        case .text(let text): text
        case .flag(let flag): flag ? "yes" : "no"
        case .list(let entries) where entries.allSatisfy({ if case .text = $0 { true } else { false } }):
            entries.map { words($0, as: nil) }.joined(separator: entries.contains { if case .text(let text) = $0 { text.count > 40 } else { false } } ? "\n\n" : ", ")
        default: StudyFileWriter.inline(value, as: shape)
        }
    }
}
