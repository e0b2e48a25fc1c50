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

    /// What is read in the transaction.
    private struct Reading: Sendable {
        let scope: ReportScope
        let readAt: Date
        let progress: SampleProgress
        let cover: ResultsCover
        let attrition: Attrition
        let ratings: RatingArrivals
        let effects: EffectTallies?
    }

    /// Reads everything in one snapshot, of real people, or of simulated ones where there are no others.
    public static func read(
        of study: Study, bootstrap: Bootstrap = Bootstrap(), in database: Database
    ) async throws -> StudyResults {
        let reading = try await database.transaction(isolation: .repeatableRead) { connection in
            let scope = try await ReportScope.read([study], includingSynthetic: false, in: connection)
            let readAt = try await connection.first("SELECT now()", as: Date.self) ?? Date()
            let progress = try await SampleProgress.read(of: study, synthetic: scope.synthetic, in: connection)
            let cover = try await ResultsCover.read(of: study, progress: progress, in: connection)
            return Reading(
                scope: scope, readAt: readAt, progress: progress, cover: cover,
                attrition: try await Attrition.read(scope, in: connection),
                ratings: try await RatingArrivals.read(scope, in: connection),
                effects: cover.isCovered ? nil : try await effects(scope, in: connection))
        }
        return await OffPool.run { StudyResults(of: study, reading, bootstrap) }
    }

    private static func effects(_ scope: ReportScope, in connection: Connection) async throws -> EffectTallies {
        let ratings = try await CountedRatings.gather(of: scope, in: connection)
        return try await ConditionReading(ratings: ratings, connection: connection).tallies(twins: scope.twins)
    }

    private init(of study: Study, _ reading: Reading, _ bootstrap: Bootstrap) {
        self.study = study.settings.name
        title = study.settings.title
        state = study.state
        synthetic = reading.scope.synthetic
        readAt = reading.readAt
        counted = ReportWords.counted(by: reading.scope.rule, hasRule: reading.scope.hasRule)
        intervals = ReportWords.intervals(bootstrap)
        progress = ReportWords.progress(reading.progress)
        attrition = ReportWords.attrition(reading.attrition)
        ratings = ReportWords.arrivals(reading.ratings)
        cover = reading.cover
        effects = reading.effects.map { tallies in
            let clusters = tallies.clusters(bootstrap, bySplit: false)
            return Effects(
                conditions: ReportWords.conditions(tallies.comparison(clusters)),
                distributions: ReportWords.distributions(tallies.distributions),
                divisiveness: ReportWords.divisiveness(tallies.divisiveness(clusters)))
        }
    }
}
