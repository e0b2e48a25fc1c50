// Compares a question file with a question set, before anything is imported.

import Consensus
import Foundation

/// A file that could become the next version of a question set.
public struct QuestionImport: Sendable {
    public let file: QuestionFile
    /// Whether questions of the set that the file lacks stay; else they are retired.
    public let keeps: Bool

    public init(_ file: QuestionFile, keeps: Bool) {
        self.file = file
        self.keeps = keeps
    }

    /// The questions of the set after the import: those of the file in its order, or, where others stay, at the places
    /// that they have, and new ones at the end. A topic or a split that the file leaves open stays as it is, and so does a
    /// question whose row in the file has a problem.
    public func result(over present: [Question]) -> [Question] {
        let before = Dictionary(present.map { ($0.key, $0) }) { first, _ in first }
        let read = file.questions.map { question in
            var question = question
            question.topic = question.topic ?? before[question.key]?.topic
            question.split = question.split ?? before[question.key]?.split
            return question
        }
        let byKey = Dictionary(read.map { ($0.key, $0) }) { first, _ in first }
        guard keeps else { return file.keys.compactMap { byKey[$0] ?? before[$0] } }
        return present.map { byKey[$0.key] ?? $0 } + read.filter { before[$0.key] == nil }
    }

    /// What the import would do to version `base` of a set.
    public func preview(of set: String, base: Int, present: [Question]) -> QuestionImportPreview {
        // A file of no use changes nothing.
        let after = file.questions.isEmpty ? present : result(over: present)
        let difference = QuestionDifference(from: present, to: after)
        let reworded = difference.changed.filter { $0.changes.contains { $0.field == "question" } }
        let news = Set(difference.added.map(\.key) + reworded.map(\.key))
        // Only what the file brings is compared: what stands in the set was looked at before.
        let found = NearDuplicates(after.map(\.text)).pairs(of: after.map(\.text)).filter { later, earlier in
            news.contains(after[later].key) || news.contains(after[earlier.index].key)
        }
        let keys = Set(file.keys), faulty = keys.subtracting(file.questions.map(\.key))
        return QuestionImportPreview(
            set: set, base: base, questions: file.questions.count, problems: file.problems,
            rowsWithProblems: Set(file.problems.map(\.row)).count, unusedColumns: file.unusedColumns, difference: difference,
            kept: keeps ? present.count { !keys.contains($0.key) } : 0,
            keptForProblems: present.count { faulty.contains($0.key) },
            withoutTopic: after.count { $0.topic == nil }, withoutSplit: after.count { $0.split == nil },
            nearDuplicates: found.map { later, earlier in
                QuestionImportPreview.NearDuplicate(
                    key: after[later].key, question: after[later].text, otherKey: after[earlier.index].key,
                    otherQuestion: after[earlier.index].text, similarity: earlier.similarity)
            })
    }
}
