// Does the comparison of conditions find something where there is nothing? Small simulated A/A studies: two conditions
// under different names show texts from the same source, simulated people rate them, and the share of studies in which
// a 95 % interval misses the null is counted. About 5 in 100 should; the percentile bootstrap is known to be somewhat
// narrow with few groups.
//
//   NullStudies QUESTIONS.csv [studies] [groups]

import Consensus
import Foundation
import Simulation
import Studies

@main
struct NullStudies {
    static let members = 4
    static let rounds = 2

    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 2 else {
            FileHandle.standardError.write(Data("usage: NullStudies QUESTIONS.csv [studies] [groups]\n".utf8))
            exit(64)
        }
        let questions = try QuestionFile(path: arguments[1]).questions.map {
            ContestedQuestion(text: $0.text, affirming: $0.affirmingStatement, negating: $0.negatingStatement)
        }
        let studies = arguments.count > 2 ? Int(arguments[2]) ?? 100 : 100
        let groups = arguments.count > 3 ? Int(arguments[3]) ?? 20 : 20
        var missesOfDifference = 0, missesOfWinRate = 0
        for study in 0..<studies {
            let pair = ConditionComparison(
                of: ratings(groups: groups, study: UInt64(study), questions), conditions: ["a", "a-again"]
            ).pairs[0]
            if pair.difference.excludes(0) { missesOfDifference += 1 }
            if pair.winRate.excludes(0.5) { missesOfWinRate += 1 }
        }
        print("\(studies) simulated A/A studies of \(groups) groups of \(members), \(rounds) rounds each:")
        print("intervals of the difference in agreement that miss 0: \(missesOfDifference) of \(studies)")
        print("intervals of the win rate that miss one half: \(missesOfWinRate) of \(studies)")
    }

    /// The ratings of one study: each condition shows the opinion of somebody outside the group.
    static func ratings(groups: Int, study: UInt64, _ questions: [ContestedQuestion]) -> [RatedStatement] {
        var seed = study &* 1_000_003
        func person() -> SimulatedPerson {
            seed &+= 1
            return SimulatedPerson(seed: seed)
        }
        var ratings: [RatedStatement] = []
        for group in 0..<groups {
            let people = (0..<members).map { _ in person() }
            for round in 0..<rounds {
                let question = questions[(Int(study) * 31 + group * rounds + round) % questions.count]
                for condition in ["a", "a-again"] {
                    let statement = person().opinion(on: question)
                    for (index, member) in people.enumerated() {
                        let rating = member.rate(
                            statement: statement, ownOpinion: member.opinion(on: question), question: question)
                        ratings.append(
                            RatedStatement(
                                group: "\(group)", round: "\(group) \(round)", member: "\(index)", condition: condition,
                                statement: "\(group) \(round) \(condition)", agreement: rating.agreement,
                                quality: rating.quality))
                    }
                }
            }
        }
        return ratings
    }
}
