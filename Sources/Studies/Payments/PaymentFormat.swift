// Files by which people are paid.

import Foundation

/// The forms in which what is due can be taken away.
public enum PaymentFormat: String, Codable, Sendable, CaseIterable {
    /// Platform ids of those whose whole base pay is due, one a line: what Prolific takes to approve submissions, by which
    /// it pays a study's reward.
    case prolificApprove = "prolific-approve"
    /// `id,amount` a line: what Prolific takes to pay bonuses, with everything that is not the whole base pay.
    case prolificBonus = "prolific-bonus"
    /// Everything, an amount a line, with a header.
    case csv

    /// What `people` are due, in this form. People without a platform id are in `csv` only.
    public func text(of people: [Payment]) -> String {
        let due = people.compactMap { person in person.of { !$0.paid } }
        switch self {
        case .prolificApprove:
            return Self.lines(due.filter { $0.lines.contains(where: \.isWholeBase) }.compactMap(\.platformID))
        case .prolificBonus:
            return Self.lines(
                due.compactMap { person in person.of { !$0.isWholeBase } }.compactMap { person in
                    person.platformID.map { "\($0),\(person.due)" }
                })
        case .csv:
            let header = ["participant_id", "platform_id", "payment_id", "kind", "amount", "currency", "reason", "created_at"]
            let rows = due.flatMap { person in
                person.lines.map { line in
                    [
                        person.participantID.uuidString.lowercased(), person.platformID ?? "", line.id.uuidString.lowercased(),
                        line.kind.rawValue, line.amount, person.currency, line.reason, line.createdAt.formatted(.iso8601),
                    ]
                }
            }
            return CSVText.table([header] + rows)
        }
    }

    private static func lines(_ lines: [String]) -> String { lines.map { $0 + "\n" }.joined() }
}
