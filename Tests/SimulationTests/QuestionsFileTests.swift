// The example questions that a newcomer imports.

import Foundation
import Testing

@Suite("The example questions")
struct QuestionsFileTests {
    @Test("The file has the documented header, and every row its six fields")
    func form() throws {
        let records = try QuestionTable.records()
        #expect(records.first == QuestionTable.header)
        #expect(records.allSatisfy { $0.count == QuestionTable.header.count })
    }

    @Test("There are at least 72 questions with unique ids and unique texts")
    func unique() throws {
        let rows = try QuestionTable.rows()
        #expect(rows.count >= 72)
        #expect(Set(rows.map(\.id)).count == rows.count)
        #expect(Set(rows.map(\.question.text)).count == rows.count)
        #expect(rows.allSatisfy { $0.id.wholeMatch(of: /[a-z]+-[0-9]{2}/) != nil })
    }

    @Test("Every question asks, and both position statements are different whole sentences on one line")
    func statements() throws {
        for row in try QuestionTable.rows() {
            let question = row.question
            #expect(question.text.hasSuffix("?"), "\(row.id)")
            #expect(question.affirming != question.negating, "\(row.id)")
            for statement in [question.affirming, question.negating] {
                #expect(statement.hasSuffix(".") && statement.count > 10, "\(row.id)")
                #expect(statement.first?.isUppercase == true, "\(row.id)")
            }
            for text in [question.text, question.affirming, question.negating, row.topic] {
                #expect(!text.contains { $0.isNewline }, "\(row.id)")
                #expect(text == text.trimmingCharacters(in: .whitespaces) && !text.contains("  "), "\(row.id)")
            }
        }
    }

    @Test("At least ten topics have at least six questions each")
    func topics() throws {
        let topics = Dictionary(grouping: try QuestionTable.rows(), by: \.topic)
        #expect(topics.count >= 10)
        #expect(topics.values.allSatisfy { $0.count >= 6 })
    }

    @Test("Topics of ood_test appear in no other split, and topics of validation and iid_test are trained on")
    func splits() throws {
        let rows = try QuestionTable.rows()
        let topics = Dictionary(grouping: rows, by: \.split).mapValues { Set($0.map(\.topic)) }
        let train = try #require(topics["train"]), unseen = try #require(topics["ood_test"])
        let validation = try #require(topics["validation"]), known = try #require(topics["iid_test"])
        #expect(topics.count == 4)
        #expect(unseen.isDisjoint(with: train.union(validation).union(known)))
        #expect(validation.isSubset(of: train) && known.isSubset(of: train))
    }
}
