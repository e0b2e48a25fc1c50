// Simulated people: what they write and how they rate.

import Foundation
import Simulation
import Testing

@Suite("Simulated people")
struct SimulatedPersonTests {
    private let rich = ContestedQuestion(
        text: "Should we raise taxes on the rich?", affirming: "We should raise taxes on the rich.",
        negating: "We should not raise taxes on the rich.")
    private let questions: [ContestedQuestion]

    init() throws {
        questions = try QuestionTable.rows().map(\.question)
    }

    private func people(_ count: Int) -> [SimulatedPerson] {
        (1...count).map { Simulation.person($0, seed: 11) }
    }

    // MARK: - Seeds

    @Test("The same seed gives the same stance, opinion and rating")
    func same() {
        for question in questions {
            let one = SimulatedPerson(seed: 5), other = SimulatedPerson(seed: 5)
            let opinion = one.opinion(on: question)
            #expect(one.stance(on: question) == other.stance(on: question))
            #expect(opinion == other.opinion(on: question))
            #expect(
                one.rate(statement: question.affirming, ownOpinion: opinion, question: question)
                    == other.rate(statement: question.affirming, ownOpinion: opinion, question: question))
        }
    }

    @Test("What a person says is fixed by the seed for good, on any machine")
    func fixed() {
        let person = Simulation.person(1, seed: 1)
        #expect(person.seed == 13_988_543_772_855_188_686)
        #expect(person.stance(on: rich) == StanceRatings(affirming: 1, negating: 7))
        #expect(
            person.opinion(on: rich) == """
                The present situation is not fair on everybody, I admit. All the same, I would say that we should not \
                raise taxes on the rich. Once such a thing is in place, it is hardly ever undone. That matters more to \
                me than any promise that is made about it.
                """)
        #expect(
            person.rate(statement: rich.negating, ownOpinion: person.opinion(on: rich), question: rich)
                == StatementRating(agreement: 6, quality: 4))
    }

    @Test("Two seeds give two people, who differ in stance and opinion on most questions")
    func different() {
        let one = SimulatedPerson(seed: 1), other = SimulatedPerson(seed: 2)
        #expect(questions.count { one.opinion(on: $0) != other.opinion(on: $0) } > questions.count * 9 / 10)
        #expect(questions.count { one.stance(on: $0) != other.stance(on: $0) } > questions.count * 7 / 10)
    }

    @Test("No two people of a run are the same person")
    func distinct() {
        #expect(Set(people(2_000).map(\.seed)).count == 2_000)
        #expect(Simulation.person(1, seed: 1).seed != Simulation.person(1, seed: 2).seed)
    }

    // MARK: - Stances

    @Test("Stances use the whole scale, and agreeing with one side goes with rejecting the other")
    func stances() {
        let stances = people(300).flatMap { person in questions.prefix(10).map { person.stance(on: $0) } }
        #expect(Set(stances.map(\.affirming)) == Set(1...7))
        #expect(Set(stances.map(\.negating)) == Set(1...7))
        #expect(correlation(stances.map { ($0.affirming, $0.negating) }) < -0.7)
    }

    @Test("Every question divides people")
    func divided() {
        for question in questions {
            let stances = people(200).map { $0.stance(on: question) }
            let yes = stances.count { $0.affirming > $0.negating }, no = stances.count { $0.affirming < $0.negating }
            #expect(yes > 40 && no > 40, "\(question.text) \(yes) \(no)")
        }
    }

    // MARK: - Opinions

    @Test("An opinion has two to four whole sentences and 20 to 60 words")
    func opinions() {
        for question in questions {
            for person in people(40) {
                let opinion = person.opinion(on: question)
                let sentences = opinion.dropLast().components(separatedBy: ". ")
                #expect((20...60).contains(opinion.split(separator: " ").count), "\(opinion)")
                #expect((2...4).contains(sentences.count), "\(opinion)")
                #expect(opinion.hasSuffix("."), "\(opinion)")
                #expect(sentences.allSatisfy { $0.first?.isUppercase == true && !$0.hasSuffix(".") }, "\(opinion)")
                #expect(!opinion.contains("  ") && !opinion.contains { "{}\n".contains($0) }, "\(opinion)")
            }
        }
    }

    @Test("An opinion has as many words as the study asks for, and no more characters than it allows")
    func limits() {
        for person in people(50) {
            let long = person.opinion(on: rich, minimumWords: 120)
            #expect(long.split(separator: " ").count >= 120 && long.hasSuffix("."))
            for limit in [12, 60, 200] {
                let short = person.opinion(on: rich, minimumWords: 1, maximumCharacters: limit)
                #expect(short.unicodeScalars.count <= limit && short.hasSuffix(".") && short.count > 3, "\(short)")
            }
        }
    }

    @Test("A statement's first word loses its capital inside a sentence, unless it is a name")
    func capitals() {
        let named = ContestedQuestion(
            text: "Should Norwegians eat less fish?", affirming: "Norwegians should eat less fish.",
            negating: "Norwegians should not eat less fish.")
        let plain = ContestedQuestion(
            text: "Should hikers carry maps?", affirming: "Hikers should carry maps.",
            negating: "Hikers should not carry maps.")
        let opinions = people(100).map { ($0.opinion(on: named), $0.opinion(on: plain)) }
        #expect(opinions.allSatisfy { !$0.0.contains("norwegians") })
        #expect(opinions.contains { $0.0.contains("that Norwegians should") })
        #expect(opinions.allSatisfy { !$0.1.contains("that Hikers") && !$0.1.contains("whether Hikers") })
        #expect(opinions.contains { $0.1.contains("that hikers should") })
    }

    @Test("The members of a group rarely begin alike, and hardly ever write the same")
    func variety() {
        let crowd = people(300)
        var alike = 0, equal = 0, groups = 0
        for question in questions.prefix(20) {
            for first in stride(from: 0, to: crowd.count, by: 3) {
                let opinions = crowd[first..<(first + 3)].map { $0.opinion(on: question) }
                groups += 1
                if Set(opinions.map { $0.split(separator: " ").prefix(4).joined() }).count < 3 { alike += 1 }
                if Set(opinions).count < 3 { equal += 1 }
            }
        }
        #expect(alike < groups / 8, "\(alike) of \(groups)")
        #expect(equal < groups / 100, "\(equal) of \(groups)")
    }

    // MARK: - Ratings

    @Test("People agree with their own opinion by two points more than with one of the other side")
    func ownSide() {
        var own: [Int] = [], others: [Int] = []
        for question in questions.prefix(6) {
            let crowd = people(30).map { ($0, $0.stance(on: question), $0.opinion(on: question)) }
            for (person, stance, opinion) in crowd where stance.affirming != stance.negating {
                own.append(person.rate(statement: opinion, ownOpinion: opinion, question: question).agreement)
                for (_, other, words) in crowd
                where (other.affirming - other.negating) * (stance.affirming - stance.negating) < 0 {
                    others.append(person.rate(statement: words, ownOpinion: opinion, question: question).agreement)
                }
            }
        }
        #expect(mean(own) > mean(others) + 2, "\(mean(own)) \(mean(others))")
    }

    @Test("Agreement with a statement of one side follows the stance")
    func followsStance() {
        let statement = """
            We should raise taxes on the rich. Those who have the most can give more, and everybody would benefit from \
            better schools and hospitals.
            """
        let pairs = people(500).map { person in
            (
                person.stance(on: rich).affirming,
                person.rate(statement: statement, ownOpinion: person.opinion(on: rich), question: rich).agreement
            )
        }
        #expect(correlation(pairs) > 0.6, "\(correlation(pairs))")
    }

    @Test("Where the sides differ by a word instead of a not, each still agrees with its own")
    func otherWords() {
        let fee = ContestedQuestion(
            text: "Should we abolish the licence fee?", affirming: "We should abolish the licence fee.",
            negating: "We should keep the licence fee.")
        let pairs = people(500).map { person in
            (
                person.stance(on: fee).negating,
                // No words of one's own to find in it again: only the side it takes counts.
                person.rate(statement: fee.negating, ownOpinion: "", question: fee).agreement
            )
        }
        #expect(correlation(pairs) > 0.5, "\(correlation(pairs))")
    }

    @Test("Agreement and quality use the whole scale")
    func scale() {
        let crowd = people(40)
        var agreement: Set<Int> = [], quality: Set<Int> = []
        for question in questions.prefix(3) {
            let statements = crowd.map { $0.opinion(on: question) } + ["maybe", "", "we should and"]
            for person in crowd {
                let own = person.opinion(on: question)
                for statement in statements {
                    let rating = person.rate(statement: statement, ownOpinion: own, question: question)
                    agreement.insert(rating.agreement)
                    quality.insert(rating.quality)
                }
            }
        }
        #expect(agreement == Set(1...7))
        #expect(quality == Set(1...7))
    }

    @Test("A whole statement is thought better than one that stops in the middle, and better than a scrap")
    func quality() {
        let whole = """
            We should raise taxes on the rich, provided that the money is spent well. Those who have the most can \
            carry more, and public services need it.
            """
        func quality(_ statement: String) -> Double {
            mean(
                people(400).map { person in
                    person.rate(statement: statement, ownOpinion: person.opinion(on: rich), question: rich).quality
                })
        }
        #expect(quality(whole) > quality(String(whole.dropLast(20))) + 1)
        #expect(quality(whole) > quality("Taxes are bad.") + 1.5)
        #expect(quality("") < 3)
    }

    // MARK: - Statistics

    private func mean(_ values: [Int]) -> Double {
        Double(values.reduce(0, +)) / Double(max(1, values.count))
    }

    /// Pearson's r.
    private func correlation(_ pairs: [(Int, Int)]) -> Double {
        let x = mean(pairs.map(\.0)), y = mean(pairs.map(\.1))
        let deviations = pairs.map { (Double($0.0) - x, Double($0.1) - y) }
        let product = deviations.reduce(0) { $0 + $1.0 * $1.1 }
        let squares = deviations.reduce((0, 0)) { ($0.0 + $1.0 * $1.0, $0.1 + $1.1 * $1.1) }
        return product / (squares.0 * squares.1).squareRoot()
    }
}
