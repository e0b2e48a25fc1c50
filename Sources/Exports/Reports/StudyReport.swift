// The paper's tables for a study.

import Consensus
import Foundation
import Postgres
import Studies

/// What came out of a study, or of several that are taken together, read in one snapshot. Attention checks, malformed statements
/// and people's ratings of their own words are out; where a study has an inclusion rule, only what it includes is in.
public struct StudyReport: Codable, Sendable {
    /// A study that is in a report.
    public struct Reported: Codable, Sendable, Equatable {
        public let study: String
        public let title: String
        /// The version of the study's settings that it runs with.
        public let version: Int
        public let state: StudyState
    }

    public let studies: [Reported]
    /// Whether simulated people's answers are in.
    public let synthetic: Bool
    /// When the snapshot was taken.
    public let readAt: Date
    /// Whether there is an inclusion rule, which was applied.
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

    /// What is read in the transaction.
    private struct Reading: Sendable {
        let scope: ReportScope
        let readAt: Date
        let sample: SampleCounts
        let attrition: Attrition
        let allocation: AllocationReport
        let effects: EffectTallies
        let predictions: [(model: String, of: [PredictionTally])]
        let times: PhaseTimes
    }

    /// Reads the answers of real people, or of simulated ones where there are no others or `includingSynthetic` asks for
    /// them too, and computes everything. All sections are of one snapshot, whatever the study does meanwhile.
    public static func read(
        of study: Study, includingSynthetic: Bool = false, bootstrap: Bootstrap = Bootstrap(), in database: Database
    ) async throws -> StudyReport {
        try await read(of: [study], includingSynthetic: includingSynthetic, bootstrap: bootstrap, in: database)
    }

    /// The same of the groups, people and questions of several studies together, such as one per split of the questions.
    /// - Throws: ``ReportError`` when a condition is not the same in all of them.
    public static func read(
        of studies: [Study], includingSynthetic: Bool = false, bootstrap: Bootstrap = Bootstrap(), in database: Database
    ) async throws -> StudyReport {
        try check(studies)
        let reading = try await database.transaction(isolation: .repeatableRead) { connection in
            let scope = try await ReportScope.read(studies, includingSynthetic: includingSynthetic, in: connection)
            let readAt = try await connection.first("SELECT now()", as: Date.self) ?? Date()
            let ratings = try await CountedRatings.gather(of: scope, in: connection)
            return Reading(
                scope: scope, readAt: readAt, sample: try await SampleCounts.read(scope, ratings, in: connection),
                attrition: try await Attrition.read(scope, in: connection),
                allocation: try await AllocationReport.read(
                    of: studies.map(\.id), synthetic: scope.synthetic ? [true, false] : [false], in: connection),
                effects: try await ConditionReading(ratings: ratings, connection: connection).tallies(twins: scope.twins),
                predictions: try await PredictionReading(connection: connection).tallies(),
                times: try await PhaseTimes.read(scope, in: connection))
        }
        return await OffPool.run { StudyReport(reading, bootstrap) }
    }

    private init(_ reading: Reading, _ bootstrap: Bootstrap) {
        let scope = reading.scope, effects = reading.effects
        let clusters = effects.clusters(bootstrap, bySplit: true)
        studies = scope.studies.map {
            Reported(study: $0.settings.name, title: $0.settings.title, version: $0.version, state: $0.state)
        }
        synthetic = scope.synthetic
        readAt = reading.readAt
        appliesInclusionRule = scope.hasRule
        counted = ReportWords.counted(by: scope.rule, hasRule: scope.hasRule)
        intervals = ReportWords.intervals(bootstrap) + (studies.count > 1 ? " Groups of all studies are drawn together." : "")
        self.bootstrap = bootstrap
        sample = ReportWords.sample(reading.sample)
        attrition = ReportWords.attrition(reading.attrition)
        allocation = ReportWords.allocation(reading.allocation)
        conditions = ReportWords.conditions(effects.comparison(clusters))
        distributions = ReportWords.distributions(effects.distributions)
        splits = ReportWords.splits(effects.bySplit(clusters))
        divisiveness = ReportWords.divisiveness(effects.divisiveness(clusters))
        predictions = ReportWords.predictions(
            reading.predictions.map { PredictionAccuracy(model: $0.model, tallies: $0.of, clusters: clusters) })
        times = ReportWords.times(reading.times)
    }

    /// Whether conditions of the same name are set alike.
    private static func check(_ studies: [Study]) throws {
        var first: [String: (condition: Condition, study: String)] = [:]
        for study in studies {
            for condition in study.settings.conditions {
                if let known = first[condition.name], known.condition != condition {
                    throw ReportError.otherCondition(condition.name, known.study, study.settings.name)
                }
                first[condition.name] = first[condition.name] ?? (condition, study.settings.name)
            }
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
