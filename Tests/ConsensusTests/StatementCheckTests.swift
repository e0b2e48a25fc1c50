import Consensus
import LanguageModel
import Testing

@Suite("The check of a statement")
struct StatementCheckTests {
    private static let question = "Should we raise taxes on the rich?"
    private static let opinions = [
        "I think the rich should pay more. It is only fair that those with the broadest shoulders carry more, and the "
            + "money could go to hospitals and schools.",
        "No. If you tax people more they just move away or hide their money, and then everyone loses.",
        "I would support a small rise for people who earn several hundred thousand a year, but only if the money is "
            + "set aside for something we can see.",
    ]
    private static let good =
        "We agree that taxes should be fair and simple. A small rise for the highest earners is acceptable if the "
        + "money goes to schools and hospitals, and if it does not drive people away."

    private func malformation(
        _ text: String, finish: Draw.Finish = .endOfText, opinions: [String] = opinions
    ) throws -> Malformation? {
        try StatementCheck(question: Self.question, opinions: opinions, template: .named("zero-shot"))
            .malformation(of: text, finish: finish)
    }

    // MARK: - Well-formed

    @Test(
        "passes statements of full sentences",
        arguments: [
            good,
            "We believe that the rich should pay a little more, as long as everyone can see what it is for!",
            "We agree that taxes should rise for those who earn most (above all for “idle” fortunes).",
            "We agree on this: in 2024, the top 1.5% earned more than ever, and a rise of 2% would do no harm.",
            "Should those who have most not give most? We think so.",
            "We agree with several opinions here, and the statement we want to make is that taxes must be fair.",
            "Of course taxes have to be paid by everyone who can pay them.",
            "We know one person alone cannot carry a country, so all should pay what is due.",
        ])
    func wellFormed(_ text: String) throws {
        #expect(try malformation(text) == nil)
    }

    @Test("passes a statement that a stop string ended after a full sentence")
    func stopString() throws {
        #expect(try malformation(Self.good, finish: .stopString) == nil)
    }

    @Test("passes a statement that takes up a sentence of one opinion among its own")
    func takesUp() throws {
        #expect(
            try malformation(
                "We agree that taxes must not drive people out of the country or into hiding what they own. At the "
                    + "same time it is only fair that those with the broadest shoulders carry more than a nurse does.")
                == nil)
    }

    @Test("passes a statement that shares words with a very short opinion")
    func shortOpinion() throws {
        #expect(try malformation(Self.good, opinions: ["Fair and simple."]) == nil)
    }

    // MARK: - Malformed

    @Test("rejects as empty what says nothing", arguments: ["", "   ", "...", "Yes.", "We agree that", "— ! —"])
    func empty(_ text: String) throws {
        #expect(try malformation(text) == .empty)
    }

    @Test(
        "rejects as cut what does not end a sentence",
        arguments: [
            "We agree that taxes should be fair and that the money",
            "We agree that taxes should be fair, simple,",
            "We agree that there are two things to do:",
            "We agree that taxes should be fair and so on ...",
            "We agree that taxes should be fair and simple…",
            "We agree that taxes should rise to 45.5",
        ])
    func cut(_ text: String) throws {
        #expect(try malformation(text) == .cutMidSentence)
    }

    @Test("rejects as cut what ran into the token limit, even if it ends with a full stop by chance")
    func tokenLimit() throws {
        #expect(try malformation(Self.good, finish: .length) == .cutMidSentence)
    }

    @Test("rejects a whole opinion, word for word or nearly", arguments: opinions)
    func copied(_ opinion: String) throws {
        #expect(try malformation(opinion) == .opinionCopied)
        #expect(try malformation(opinion.uppercased().replacing(",", with: " –")) == .opinionCopied)
        #expect(try malformation("We agree: " + opinion + " This is what all of us think.") == .opinionCopied)
    }

    @Test("rejects a whole opinion also within a much longer statement")
    func copiedWithin() throws {
        let long = Self.good + " " + Self.opinions[1] + " " + Self.good + " " + Self.good
        #expect(try malformation(long) == .opinionCopied)
    }

    @Test("rejects a part of one opinion and nothing else")
    func partCopied() throws {
        #expect(
            try malformation("It is only fair that those with the broadest shoulders carry more.") == .opinionCopied)
    }

    @Test("rejects a short opinion as the statement")
    func shortCopied() throws {
        let opinions = ["Taxes must be fair and simple"]
        #expect(try malformation("Taxes must be fair and simple.", opinions: opinions) == .opinionCopied)
    }

    @Test("rejects opinions strung together")
    func strung() throws {
        let parts = [
            "It is only fair that those with the broadest shoulders carry more",
            "if you tax people more they just move away or hide their money",
            "I would support a small rise for people who earn several hundred thousand a year.",
        ]
        #expect(try malformation(parts.joined(separator: ", but ")) == .opinionList)
    }

    @Test(
        "rejects lists of the opinions",
        arguments: [
            "1. Taxes should be fair. 2. Nobody should be driven away.",
            "- Taxes should be fair for all.\n- Nobody should be driven away.",
            "• Taxes should be fair for all, and simple.",
            "We agree on these points: 1) taxes should be fair, 2) nobody should be driven away.",
            "Opinion 1 is in favour of higher taxes, and opinion 2 is against them.",
            "Person A says that the rich should pay. Person B says that they should not.",
            "One person thinks that taxes are fair. Another person thinks that they are not.",
            "The first opinion supports a rise, the second opinion rejects it, and we weigh both.",
            "Participant two wants a small rise only, and that is where we meet.",
        ])
    func lists(_ text: String) throws {
        #expect(try malformation(text) == .opinionList)
    }

    @Test(
        "rejects echoes of the prompt",
        arguments: [
            "Question: Should taxes rise? We agree that they should.",
            "Group statement: We agree that taxes should be fair.",
            "Opinion 4: I think that taxes should be fair.",
            "Should we raise taxes on the rich? We agree that taxes should be fair.",
            "We were asked, should we raise taxes on the rich, and we agree that they should be fair.",
            "We write one paragraph of two or three sentences that says what we can agree on.",
            "Sure, the rich should pay a bit more than they do now.",
            "Here is a statement that the group can agree on.",
            "We agree that it is worth exploring. Here's a possible rewording of the paragraph.",
            "I'm sorry, but I cannot write this statement.",
            "We agree that taxes should be fair.<|im_end|>",
        ])
    func echoes(_ text: String) throws {
        #expect(try malformation(text) == .promptEcho)
    }

    @Test("rejects the statement of a worked example of the few-shot prompt")
    func example() throws {
        for seed in 0..<8 {
            let template = try PromptTemplate.named("few-shot").withExamples(drawnBy: UInt64(seed))
            let check = StatementCheck(question: "Q?", opinions: Self.opinions, template: template)
            let examples = template.messages(question: "Q?", opinions: ["O."]).dropLast().filter { $0.role == .assistant }
            #expect(examples.count == 2)
            for example in examples { #expect(check.malformation(of: example.text, finish: .endOfText) == .promptEcho) }
        }
    }

    // MARK: - Which is worse

    @Test("names the worst of several faults")
    func worst() throws {
        #expect(try malformation("Question: Should we raise taxes on the rich? 1. Yes 2. No") == .promptEcho)
        #expect(try malformation(Self.opinions[1], finish: .length) == .opinionCopied)
    }

    @Test("thinks a lost end less bad than a list, a copy, an echo and nothing at all")
    func severity() {
        let order: [Malformation] = [.cutMidSentence, .opinionList, .opinionCopied, .promptEcho, .empty]
        #expect(order.map(\.severity) == order.map(\.severity).sorted())
        #expect(Set(Malformation.allCases.map(\.severity)).count == Malformation.allCases.count)
    }
}
