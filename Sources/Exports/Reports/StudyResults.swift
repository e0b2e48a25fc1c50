// A study's results at a glance, for the admin pages.

import Consensus
import Foundation
import Postgres
import Studies

/// How far a study is, and what has come out of it, as far as that may be seen yet.
public struct StudyResults: Codable, Sendable {
    /// What differs between conditions; withheld while it is covered.
    public struct Effects: Codable, Sendable {
        public let conditions: ReportSection<ConditionComparison>
        public let distributions: ReportSection<[RatingDistribution]>
        public let divisiveness: ReportSection<[Divisiveness]>
    }

    public let study: String
    public let title: String
    public let state: StudyState
    /// Whether simulated people's answers are in.
    public let synthetic: Bool
    public let readAt: Date
    /// What counts, and how intervals were made, in whole sentences.
    public let counted: String
    public let intervals: String
    public let progress: ReportSection<SampleProgress>
    public let attrition: ReportSection<Attrition>
    public let ratings: ReportSection<RatingArrivals>
    public let cover: ResultsCover
    /// Nil while covered: the numbers are not even computed.
    public let effects: Effects?

    /// Reads everything in one snapshot, of real people, or of simulated ones where there are no others.
    public static func read(
        of study: Study, bootstrap: Bootstrap = Bootstrap(), in database: Database
    ) async throws -> StudyResults {
        try await database.transaction(isolation: .repeatableRead) { connection in
            let scope = try await ReportScope.read(study, includingSynthetic: false, in: connection)
            let readAt = try await connection.first("SELECT now()", as: Date.self) ?? Date()
            let progress = try await SampleProgress.read(of: study, synthetic: scope.synthetic, in: connection)
            let cover = try await ResultsCover.read(of: study, progress: progress, in: connection)
            return StudyResults(
                study: study.settings.name, title: study.settings.title, state: study.state, synthetic: scope.synthetic,
                readAt: readAt,
                counted: ReportWords.counted(by: scope.hasRule ? study.settings.inclusion : nil, hasRule: scope.hasRule),
                intervals: ReportWords.intervals(bootstrap), progress: ReportWords.progress(progress),
                attrition: ReportWords.attrition(try await Attrition.read(scope, in: connection)),
                ratings: ReportWords.arrivals(try await RatingArrivals.read(scope, in: connection)), cover: cover,
                effects: cover.isCovered ? nil : try await effects(scope, bootstrap, in: connection))
        }
    }

    private static func effects(
        _ scope: ReportScope, _ bootstrap: Bootstrap, in connection: Connection
    ) async throws -> Effects {
        let ratings = try await CountedRatings.gather(of: scope, bootstrap: bootstrap, in: connection)
        let reading = ConditionReading(ratings: ratings, connection: connection)
        return Effects(
            conditions: ReportWords.conditions(
                try await reading.comparisons(twins: scope.study.settings.exclusionTwins, splits: []).overall),
            distributions: ReportWords.distributions(try await reading.distributions()),
            divisiveness: ReportWords.divisiveness(try await reading.divisiveness()))
    }
}
