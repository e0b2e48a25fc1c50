// What one person is to be paid.

import Foundation

/// A person's pay: line by line, and summed. Amounts are texts with two decimals.
public struct Payment: Codable, Sendable, Equatable {
    public enum Kind: String, Codable, Sendable, CaseIterable {
        case base, waiting, bonus
    }

    /// One amount, as it was written down.
    public struct Line: Codable, Sendable, Equatable {
        public let id: UUID
        public let kind: Kind
        public let amount: String
        /// How their part ended (`done`, or a name of ``EndReason``), or what a bonus is for.
        public let reason: String
        public let createdAt: Date
        public let paid: Bool
        /// When it was last marked as paid or as not paid, and by whom; nobody for the command line.
        public let markedAt: Date?
        public let markedBy: String?
        /// Why it was marked so, if somebody said.
        public let note: String?
        /// Whether it is the whole of the base pay, which a platform pays with the submission.
        public let isWholeBase: Bool
    }

    public let participantID: UUID
    /// Their id on the platform that they came from.
    public let platformID: String?
    public let currency: String
    public let base: String
    public let waiting: String
    public let bonus: String
    public let total: String
    /// Of the total, what is paid and what is still due.
    public let paid: String
    public let due: String
    public let lines: [Line]

    init(participantID: UUID, platformID: String?, currency: String, lines: [Line]) {
        func sum(_ counts: (Line) -> Bool) -> String {
            Cents.text(lines.filter(counts).reduce(0) { $0 + (Cents.of($1.amount) ?? 0) })
        }
        self.participantID = participantID
        self.platformID = platformID
        self.currency = currency
        self.lines = lines
        base = sum { $0.kind == .base }
        waiting = sum { $0.kind == .waiting }
        bonus = sum { $0.kind == .bonus }
        total = sum { _ in true }
        paid = sum(\.paid)
        due = sum { !$0.paid }
    }

    /// By what they are known to whoever pays them.
    public var person: String { platformID ?? participantID.uuidString.lowercased() }

    /// These lines of it; nil when there are none.
    func of(_ counts: (Line) -> Bool) -> Payment? {
        let kept = lines.filter(counts)
        return kept.isEmpty
            ? nil : Payment(participantID: participantID, platformID: platformID, currency: currency, lines: kept)
    }
}
