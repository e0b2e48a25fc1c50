import Consensus
import Testing

@Suite struct QuotationTests {
    private static let statement = "We should raise taxes on the rich."

    @Test("Six words in a row are a quotation, and all of a shorter text")
    func runs() {
        let opinion = "I think that buses should be free for everyone, always."
        #expect(Quotation.occurs(of: opinion, in: "We agree that BUSES should be free, for everyone!"))
        #expect(!Quotation.occurs(of: opinion, in: "We agree: buses should be free for us."))
        #expect(Quotation.occurs(of: "Free buses.", in: "We want free buses"))
        #expect(!Quotation.occurs(of: "", in: "We want free buses") && !Quotation.occurs(of: opinion, in: ""))
    }

    @Test("Where an opinion repeats what everybody has read, that is nobody's words; what stands beside it is")
    func common() {
        let opinion = "I think we should raise taxes on the rich, call me on 0171 4960."
        let draft = "We think we should raise taxes on the rich."
        #expect(Quotation.occurs(of: opinion, in: draft))
        #expect(!Quotation.occurs(of: opinion, in: draft, besides: ["Should we?", Self.statement]))
        #expect(Quotation.occurs(of: opinion, in: "Raise taxes on the rich, call me on 0171 4960", besides: [Self.statement]))
        #expect(Quotation.occurs(of: "No.", in: "No", besides: [Self.statement]))
    }
}
