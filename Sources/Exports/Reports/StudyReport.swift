// The paper's tables for one study.

import Consensus
import Foundation
import Postgres
import Studies

/// What came out of a study, read in one snapshot. Attention checks, malformed statements and people's ratings of their own
/// words are out; where the study has an inclusion rule, only what it includes is in.
public struct StudyReport: Codable, Sendable {
    public let study: String
    public let title: String
    /// The version of the study's settings that it runs with.
    public let version: Int
    public let state: StudyState
    /// Whether simulated people's answers are in.
    public let synthetic: Bool
    /// When the snapshot was taken.
    public let readAt: Date
    /// Whether the study has an inclusion rule, which was applied.
    public let appliesInclusionRule: Bool
    /// What counts, in whole sentences.
    public let counted: String
    /// How intervals were made, in whole sentences.
    public let intervals: String
    public let bootstrap: Bootstrap
    public let sample: ReportSection<SampleCounts>
    public let attrition: ReportSection<Attrition>
    public let allocation: ReportSection<AllocationReport>
    public let conditions: ReportSection<ConditionComparison>
    public let distributions: ReportSection<[RatingDistribution]>
    public let splits: ReportSection<SplitComparison>
    public let divisiveness: ReportSection<[Divisiveness]>
    public let predictions: ReportSection<[PredictionAccuracy]>
    public let times: ReportSection<PhaseTimes>

    /// Reads the answers of real people, or of simulated ones where there are no others or `includingSynthetic` asks for
    /// them too, and computes everything. All sections are of one snapshot, whatever the study does meanwhile.
    public static func read(
        of study: Study, includingSynthetic: Bool = false, bootstrap: Bootstrap = Bootstrap(), in database: Database
    ) async throws -> StudyReport {
        try await database.transaction(isolation: .repeatableRead) { connection in
            let scope = try await ReportScope.read(study, includingSynthetic: includingSynthetic, in: connection)
            let readAt = try await connection.first("SELECT now()", as: Date.self) ?? Date()
            let ratings = try await CountedRatings.gather(of: scope, bootstrap: bootstrap, in: connection)
            let reading = ConditionReading(ratings: ratings, connection: connection)
            let (overall, bySplit) = try await reading.comparisons(
                twins: study.settings.exclusionTwins, splits: ratings.splits)
            return StudyReport(
                study: study.settings.name, title: study.settings.title, version: study.version, state: study.state,
                synthetic: scope.synthetic, readAt: readAt, appliesInclusionRule: scope.hasRule,
                counted: ReportWords.counted(by: scope.hasRule ? study.settings.inclusion : nil, hasRule: scope.hasRule),
                intervals: ReportWords.intervals(bootstrap), bootstrap: bootstrap,
                sample: ReportWords.sample(try await SampleCounts.read(scope, ratings, in: connection)),
                attrition: ReportWords.attrition(try await Attrition.read(scope, in: connection)),
                allocation: ReportWords.allocation(
                    try await AllocationReport.read(
                        of: study.id, synthetic: scope.synthetic ? [true, false] : [false], in: connection)),
                conditions: ReportWords.conditions(overall),
                distributions: ReportWords.distributions(try await reading.distributions()),
                splits: ReportWords.splits(bySplit),
                divisiveness: ReportWords.divisiveness(try await reading.divisiveness()),
                predictions: ReportWords.predictions(
                    try await PredictionReading(ratings: ratings, connection: connection).accuracies()),
                times: ReportWords.times(try await PhaseTimes.read(scope, in: connection)))
        }
    }

    /// The report as JSON with sorted keys and ISO 8601 times.
    public func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return try encoder.encode(self)
    }
}
