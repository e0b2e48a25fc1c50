// The tables of a dump in the column scheme of the Habermas Machine data set (Tessler et al. 2024, AI can help humans find
// common ground in democratic deliberation; github.com/google-deepmind/habermas_machine), so that what is written for that
// data set reads a Concord study as it is. docs/data-dictionary.md says how the two sets of terms map.

import Foundation
import Postgres

/// One table in that scheme.
public enum ComparisonTable: String, CaseIterable, Sendable {
    /// One row per member and round.
    case candidateComparisons = "candidate_comparisons"
    /// One row per member and round: the stance.
    case positionStatementRatings = "position_statement_ratings"
    /// One row per person and survey that they answered.
    case surveyResponses = "survey_responses"

    /// The columns, in their order, of Parquet and of the objects in JSON Lines.
    public var fields: [ArrowField] {
        let columns = switch self {
        case .candidateComparisons: Self.candidateComparisonColumns
        case .positionStatementRatings: Self.positionStatementColumns
        case .surveyResponses: Self.surveyColumns
        }
        return columns.map(\.field)
    }

    /// The rows of one study, in an order that follows from the data. People whose words were deleted have none.
    func rows(study: UUID, includingSynthetic: Bool) -> SQL {
        switch self {
        case .candidateComparisons: Self.candidateComparisonRows(study: study, includingSynthetic: includingSynthetic)
        case .positionStatementRatings: Self.positionStatementRows(study: study, includingSynthetic: includingSynthetic)
        case .surveyResponses: Self.surveyRows(study: study, includingSynthetic: includingSynthetic)
        }
    }

    /// The table as JSON Lines, in chunks of whole lines, as it is seen from `connection`.
    public func jsonLines(study: UUID, includingSynthetic: Bool, in connection: Connection) -> CopyOut {
        connection.copyOut(JSONLines.copy(of: rows(study: study, includingSynthetic: includingSynthetic)))
    }

    static func selected(_ columns: [ComparisonColumn]) -> SQL { columns.map(\.selected).joined(separator: ",\n       ") }
}
