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

    /// What the table is, in a sentence.
    var meaning: String {
        switch self {
        case .candidateComparisons: "One row per member and round: what they saw, wrote and rated, in the scheme of the Habermas Machine data set."
        case .positionStatementRatings: "One row per member and round: their agreement with the position statements, in the same scheme."
        case .surveyResponses: "One row per person and survey that they answered, in the same scheme."
        }
    }

    /// The rows of a dump, each as a JSON object, in an order that follows from the data. People whose words were deleted
    /// have none. In a dump of what has changed, those of the groups and people of whom anything changed.
    func json(_ scope: DumpScope) -> SQL {
        let rows = switch self {
        case .candidateComparisons: Self.candidateComparisonRows(scope)
        case .positionStatementRatings: Self.positionStatementRows(scope)
        case .surveyResponses: Self.surveyRows(scope)
        }
        return "SELECT row_to_json(line) FROM (\(sql: rows)) AS line"
    }

    static func selected(_ columns: [ComparisonColumn]) -> SQL { columns.map(\.selected).joined(separator: ",\n       ") }
}
