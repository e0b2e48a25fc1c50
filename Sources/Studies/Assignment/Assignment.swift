// Which arm a group is in, how large it is to be, and which conditions its rounds have.

import Foundation
import LanguageModel
import Postgres

/// The allocation of one group, made when it starts: from the study's seed and the group's place in the sequence, and
/// from nothing that people have done or will do.
struct Assignment: Sendable {
    /// The group's place among the groups of its study version, from 0.
    let allocation: Int
    let arm: Arm?
    /// How many members the group is to have.
    let size: Int
    /// Per round, the names of its conditions, in the order of the study file.
    let conditions: [[String]]

    /// The allocation at place `allocation` of the sequence.
    /// - Parameters:
    ///   - seed: the study's.
    ///   - version: the study version's number: each version has a sequence of its own.
    ///   - synthetic: simulated people have a sequence of their own, so that a rehearsal leaves the study's as it was.
    init(allocation: Int, settings: StudySettings, seed: UInt64, version: Int, synthetic: Bool) {
        self.allocation = allocation
        let arms = settings.arms ?? []
        var sequences = SplitMix64(seed: seed &+ (synthetic ? 0x5EED : 0))
        let sequenceSeed = sequences.next() ^ UInt64(version)
        var streams = SplitMix64(seed: sequenceSeed)
        let armSeed = streams.next()
        let conditionSeeds = (0..<max(1, arms.count)).map { _ in streams.next() }
        let sizeSeeds = (0..<max(1, arms.count)).map { _ in streams.next() }

        var armIndex = 0, earlier = allocation
        if !arms.isEmpty {
            let sequence = BlockRandomization(weights: arms.map(\.groups), seed: armSeed).sequence(allocation + 1)
            armIndex = sequence[allocation]
            earlier = sequence.dropLast().count { $0 == armIndex }
        }
        let arm = arms.isEmpty ? nil : arms[armIndex]
        self.arm = arm

        let sizes = settings.groups.sizes
        size = sizes[
            BlockRandomization(weights: Array(repeating: 1, count: sizes.count), seed: sizeSeeds[armIndex])
                .sequence(earlier + 1)[earlier]]

        let offered = settings.conditions(of: arm)
        let units = Condition.units(of: offered)
        let shown = settings.conditionsPerRound ?? units.count
        let draws = BlockRandomization(
            weights: Array(repeating: 1, count: units.count), seed: conditionSeeds[armIndex]
        ).draws((earlier + 1) * settings.rounds, of: shown)
        conditions = draws.suffix(settings.rounds).map { draw in
            draw.flatMap { units[$0] }.sorted().map { offered[$0].name }
        }
    }

    /// The allocations of the next `count` groups of the pool. They hold for as long as the caller holds the study's row.
    static func next(
        _ count: Int, in pool: Lobby.Pool, _ settings: StudySettings, _ session: some PostgresSession
    ) async throws -> [Assignment] {
        let row = try await session.first(
            """
            SELECT s.seed, v.version, (SELECT count(*) FROM groups g
                                       WHERE g.study_version_id = v.id AND g.synthetic = \(pool.synthetic))
            FROM studies s JOIN study_versions v ON v.study_id = s.id WHERE v.id = \(pool.versionID)
            """, as: (Int64, Int32, Int).self)
        return (0..<count).map {
            Assignment(
                allocation: (row?.2 ?? 0) + $0, settings: settings, seed: UInt64(row?.0 ?? 0), version: Int(row?.1 ?? 1),
                synthetic: pool.synthetic)
        }
    }
}
