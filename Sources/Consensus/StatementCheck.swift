// The rule by which a candidate is rejected. Pure: it reads texts and gives a verdict.

import LanguageModel

/// Checks the form of candidate statements for one question and its opinions.
public struct StatementCheck: Sendable {
    /// Words in a row that two texts share by copying, not by chance.
    static let copiedRun = 6
    /// Words in a row of the prompt's own wording that make an echo.
    static let echoedRun = 8
    /// The share of words from which "whole" is meant: a changed word or two do not make a text one's own.
    static let wholeShare = 0.8
    /// An opinion of fewer words may stand in a text by chance.
    static let shortOpinion = 12
    /// A text of fewer words says nothing.
    static let fewestWords = 4

    private let question: Words
    private let opinions: [Words]
    private let prompt: [Words]

    /// - Parameter template: the prompt's own wording, which a statement must not repeat.
    public init(question: String, opinions: [String], template: PromptTemplate) {
        self.question = Words(question)
        self.opinions = opinions.map { Words($0) }
        prompt = template.wording.map { Words($0) }
    }

    /// What is wrong with a text, nil when it is a well-formed statement. Of several faults the worst is named.
    /// - Parameter finish: how its draw ended.
    public func malformation(of text: String, finish: Draw.Finish) -> Malformation? {
        let words = Words(text)
        if words.count < Self.fewestWords { return .empty }
        if echoesPrompt(text, words) { return .promptEcho }
        if opinions.contains(where: { copies($0, words) }) { return .opinionCopied }
        if listsOpinions(text, words) { return .opinionList }
        if finish == .length || !Sentences.endsComplete(text) { return .cutMidSentence }
        return nil
    }

    // MARK: - The parts of the rule

    private func echoesPrompt(_ text: String, _ words: Words) -> Bool {
        if question.count >= Self.fewestWords, words.contains(question) { return true }
        if prompt.contains(where: { words.marks(sharedWith: $0, runsOf: Self.echoedRun).contains(true) }) {
            return true
        }
        if text.contains("<|") || text.contains("|>") { return true }
        // A label at the start of a sentence: "Question:", "Opinion 2:", "Group statement:".
        let label = #/
            (?: ^ | [.!?\n] ) [\s"“*\#]*
            (?: (?: group | consensus | shared | joint | final | common ) \s+ )?
            (?: question | opinions? | statement | answer | instructions? | note ) \s* \d* \s* \** :
            /#.ignoresCase()
        // Talk about the task instead of the task done.
        let reply = #/
            ^ [\s"“*]* (?: (?: sure | certainly | of\ course | okay ) [,.!] | as\ an\ ai\b | i['’]?m\ sorry\b )
            /#.ignoresCase()
        let offer = #/
            \b here (?: ['’]s | \ is | \ are ) \b [^.!?]{0,60}
            \b (?: statement | paragraph | version | summary | response | rewording | revision | example ) s? \b
            /#.ignoresCase()
        return text.contains(label) || text.contains(reply) || text.contains(offer)
    }

    /// Whether (nearly) all of an opinion stands in the text, or (nearly) all of the text in the opinion.
    private func copies(_ opinion: Words, _ words: Words) -> Bool {
        let run = min(Self.copiedRun, opinion.count)
        if words.share(in: opinion, runsOf: run) >= Self.wholeShare { return true }
        // A few words that stand in a much longer text are a point of it, not a copy of the opinion.
        guard opinion.count >= Self.shortOpinion || words.count <= 3 * opinion.count else { return false }
        return opinion.share(in: words, runsOf: run) >= Self.wholeShare
    }

    private func listsOpinions(_ text: String, _ words: Words) -> Bool {
        // A line that begins with a bullet or a number, or "1." and "2." within the text.
        if text.contains(/(?:^|\n)[ \t]*(?:[-*•–]\s|\(?\d{1,2}[.)]\s|\(?[a-z]\)\s)/) { return true }
        if text.contains(/\b1[.)]\s.*\b2[.)]\s/.dotMatchesNewlines()) { return true }
        // "Opinion 1", "Person A".
        let numbered = #/
            \b (?: opinion | person | participant | speaker | member | respondent ) \s+
            (?: \#?\d | (?: one | two | three | four | five ) \b )
            /#.ignoresCase()
        let lettered = /\b(?:[Oo]pinion|[Pp]erson|[Pp]articipant|[Ss]peaker|[Mm]ember|[Rr]espondent) [A-E]\b/
        if text.contains(numbered) || text.contains(lettered) { return true }
        // "One person says …, another person thinks …", "The first opinion …, the second opinion …".
        let voice = #/
            \b (?: one | another | the\ (?: first | second | third | fourth | fifth | other | last ) ) \s+
            (?: person | participant | member | opinion | speaker | respondent | of\ us ) \b
            /#.ignoresCase()
        if text.matches(of: voice).count >= 2 { return true }
        // Several opinions strung together verbatim.
        var marks = [Bool](repeating: false, count: words.count)
        for opinion in opinions {
            let shared = words.marks(sharedWith: opinion, runsOf: Self.copiedRun)
            for index in marks.indices where shared[index] { marks[index] = true }
        }
        let copied = marks.reduce(0) { $0 + ($1 ? 1 : 0) }
        return Double(copied) >= Self.wholeShare * Double(words.count)
    }
}
