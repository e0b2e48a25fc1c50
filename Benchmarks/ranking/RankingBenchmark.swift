// Ranking 16 candidates for 5 members: what it costs beside reading every pair, whether groups that wait at once are
// served in turn, and how long fitting takes.
//
//   RankingBenchmark MODEL [rounds]
//
// Each round runs every contender once, one after another, so that what else the machine does falls on all of them; the
// rows are medians over the rounds (3 unless told otherwise).

import Consensus
import Foundation
import LanguageModel
import Synchronization

@main
struct RankingBenchmark {
    static let question = "Should public transport be free for everyone?"
    static let members = 5
    static let candidates = 16

    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 2 else {
            FileHandle.standardError.write(Data("usage: RankingBenchmark MODEL [rounds]\n".utf8))
            exit(64)
        }
        try await run(model: arguments[1], rounds: arguments.count > 2 ? max(1, Int(arguments[2]) ?? 3) : 3)
    }

    @concurrent nonisolated static func run(model path: String, rounds: Int) async throws {
        let model = try await LanguageModel.load(path: path)
        let opinions = (0..<members).map { words(60, seed: UInt64($0)) }
        let statements = (0..<candidates).map { words(60, seed: UInt64(100 + $0)) }
        guard let head = PreferenceTraining(components: 32, regularizations: [0.1], folds: 2)
            .train(on: world(ratings: 400, width: model.encodingWidth))?.head
        else { return }
        let preference = EncodedPreference(head: head, encoder: model)

        var scoring: [Double] = [], pairs: [Double] = [], together: [Double] = [], inTurn: [Double] = []
        var inOrder = true
        for round in 1...rounds {
            FileHandle.standardError.write(Data("round \(round) of \(rounds)\n".utf8))
            scoring.append(
                try await seconds {
                    _ = try await preference.agreements(question: question, opinions: opinions, statements: statements)
                })
            pairs.append(
                try await seconds {
                    _ = try await model.encode(
                        opinions.flatMap { opinion in
                            statements.map { TextInContext("\(opinion)\n\($0)", after: question + "\n") }
                        })
                })
            inTurn.append(
                try await seconds {
                    for group in 0..<4 { _ = try await model.generate(request(group)) }
                })
            let order = Order()
            together.append(
                try await seconds {
                    try await withThrowingTaskGroup(of: Void.self) { tasks in
                        for group in 0..<4 {
                            tasks.addTask {
                                _ = try await model.generate(request(group))
                                order.append(group)
                            }
                            // Each is in line before the next comes.
                            while model.load <= group, order.all.isEmpty { await Task.yield() }
                        }
                        try await tasks.waitForAll()
                    }
                })
            inOrder = inOrder && order.all == [0, 1, 2, 3]
        }

        print("ranking: \(model.facts.name) \(model.facts.weightType), \(model.facts.threads) threads, median of \(rounds)")
        row("scoring \(candidates) candidates for \(members) members", median(scoring), "s")
        row("encoding each of the \(candidates * members) pairs", median(pairs), "s")
        row("pairs / scoring (at least 4)", median(zip(pairs, scoring).map { $0 / $1 }), "times")
        row("four groups at once / in turn (about 1)", median(zip(together, inTurn).map { $0 / $1 }), "times")
        print("four groups at once were served in the order in which they came: \(inOrder ? "yes" : "no")")

        var generator = SplitMix64(seed: 1)
        let agreements = (0..<members).map { _ in (0..<candidates).map { _ in 1 + 6 * generator.unit() } }
        for (name, rank) in [
            ("ranking by welfare, α = 0.5 (below 1)", { (generator: inout SplitMix64) in
                Welfare(alpha: 0.5).map { Ranking(agreements, by: $0, breakingTiesWith: &generator).order[0] } ?? 0
            }),
            ("ranking by a Schulze vote (below 1)", { generator in
                Ranking(voteOf: agreements, breakingTiesWith: &generator).order[0]
            }),
        ] {
            var sum = 0
            let time = try await seconds { for _ in 0..<1_000 { sum += rank(&generator) } }
            row(name, time, sum < 0 ? "" : "ms")
        }

        FileHandle.standardError.write(Data("fitting 100,000 ratings\n".utf8))
        let large = world(ratings: 100_000, width: model.encodingWidth)
        let clock = ContinuousClock(), started = clock.now
        _ = PreferenceTraining().train(on: large)
        row("fitting a head to 100,000 ratings, features cached", (clock.now - started) / .seconds(60), "minutes")
    }

    /// A batch of candidates, as one group waits for it.
    static func request(_ group: Int) throws -> GenerationRequest {
        GenerationRequest(
            messages: [ChatMessage(role: .user, text: words(200, seed: UInt64(group)))],
            sampling: SamplingSettings(temperature: 1, maximumTokens: 40), seeds: (0..<8).map { UInt64($0) },
            ignoreEndOfText: true)
    }

    /// Ratings that follow from encodings and noise, four statements and four members to a round.
    static func world(ratings count: Int, width: Int) -> RatingData {
        var generator = SplitMix64(seed: 7)
        func encoding() -> [Float] { (0..<width).map { _ in Float(generator.unit() - 0.5) } }
        var encodings: [[Float]] = [], ratings: [RatingData.Rating] = []
        var round = 0
        while ratings.count < count {
            let start = encodings.count
            encodings += (0..<8).map { _ in encoding() }
            for member in 0..<4 {
                for statement in 0..<4 {
                    let fit = (0..<8).reduce(0.0) {
                        $0 + Double(encodings[start + member][$1] * encodings[start + 4 + statement][$1])
                    }
                    ratings.append(
                        .init(
                            group: round / 3, question: round % 97, memberRound: round * 4 + member,
                            opinion: start + member, statement: start + 4 + statement,
                            agreement: min(7, max(1, Int((4 + 4 * fit + 2 * generator.unit()).rounded())))))
                }
            }
            round += 1
        }
        return RatingData(encodings: encodings, lengths: encodings.map { _ in 40 }, ratings: Array(ratings.prefix(count)))
    }

    static func words(_ count: Int, seed: UInt64) -> String {
        var generator = SplitMix64(seed: seed)
        let words = ["buses", "cost", "money", "people", "should", "travel", "city", "free", "because", "often", "we", "think"]
        return (0..<count).map { _ in words[generator.int(below: words.count)] }.joined(separator: " ") + "."
    }

    nonisolated static func seconds(_ work: () async throws -> Void) async throws -> Double {
        let clock = ContinuousClock(), started = clock.now
        try await work()
        return (clock.now - started) / .seconds(1)
    }

    static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

    static func row(_ name: String, _ value: Double, _ unit: String) {
        print(name.padding(toLength: 56, withPad: " ", startingAt: 0) + String(format: "%8.3f ", value) + unit)
    }

    /// In which order groups were served.
    final class Order: Sendable {
        private let groups = Mutex<[Int]>([])

        var all: [Int] { groups.withLock { $0 } }

        func append(_ group: Int) { groups.withLock { $0.append(group) } }
    }
}
