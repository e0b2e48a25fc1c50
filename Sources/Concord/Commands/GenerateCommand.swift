// concord generate

import ArgumentParser
import Consensus
import Foundation
import LanguageModel
import Simulation
import Studies

struct GenerateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Draft statements outside any study, to try a model or a prompt.",
        discussion: """
            Either one question with opinions of your own:
              concord generate --question "Should we …?" --opinions opinions.txt
            (one opinion per paragraph), or many statements for a question file, with opinions of simulated people, \
            counting the malformed:
              concord generate --questions Examples/questions.csv --statements 100
            """)

    @Option(help: "The question.") var question: String?
    @Option(help: ArgumentHelp("A text file with one opinion per paragraph.", valueName: "file")) var opinions: String?
    @Option(help: ArgumentHelp("A question file, for counting malformed statements.", valueName: "csv"))
    var questions: String?
    @Option(help: "How many statements to draft for a question file.") var statements = 100
    @Option(help: "How many simulated people write about each question of a question file.") var groupSize = 3
    @Option(help: "The prompt template: \(PromptTemplate.names.joined(separator: ", ")).") var prompt = "zero-shot"
    @Option(help: ArgumentHelp("A prompt file of your own, in the form of Sources/Consensus/Prompts.", valueName: "file"))
    var promptFile: String?
    @Option(help: "Candidates drawn as one batch.") var candidates = 16
    @Option(help: "The seed.") var seed: UInt64 = 1
    @Flag(help: "Print JSON, one line per statement.") var json = false
    @OptionGroup var modelOptions: ModelOptions

    func validate() throws {
        guard (question == nil) != (questions == nil) else {
            throw ValidationError("Give either --question with --opinions, or --questions.")
        }
        guard (question == nil) == (opinions == nil) else {
            throw ValidationError("--question and --opinions go together.")
        }
        guard (1...64).contains(candidates) else { throw ValidationError("--candidates must be 1 to 64.") }
        guard (1...10_000).contains(statements) else { throw ValidationError("--statements must be 1 to 10000.") }
        guard (2...5).contains(groupSize) else { throw ValidationError("--group-size must be 2 to 5.") }
    }

    func run() async throws {
        // What is wrong with a prompt is said before a model is loaded.
        _ = try template(for: .chat)
        if let question, let opinions {
            guard let bytes = FileManager.default.contents(atPath: opinions),
                let text = String(data: bytes, encoding: .utf8)
            else { throw CommandError.unreadable(opinions) }
            let paragraphs = text.replacing("\r\n", with: "\n").components(separatedBy: "\n\n")
                .map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }.filter { !$0.isEmpty }
            guard paragraphs.count >= 2 else { throw CommandError.notEnoughOpinions }
            try await draftOne(question, paragraphs)
        } else if let questions {
            try await count(QuestionFile(path: questions).questions)
        }
    }

    private func template(for form: PromptTemplate.Form) throws -> PromptTemplate {
        guard let promptFile else { return try PromptTemplate.named(prompt, form: form) }
        guard let bytes = FileManager.default.contents(atPath: promptFile), let text = String(data: bytes, encoding: .utf8)
        else { throw CommandError.unreadable(promptFile) }
        return try PromptTemplate(name: "file", version: promptFile, text: text)
    }

    private func draftOne(_ question: String, _ opinions: [String]) async throws {
        let model = try await modelOptions.load()
        let template = try template(for: model.chats ? .chat : .text).withExamples(drawnBy: seed)
        let mediator = Mediator(model: model)
        let bar = ProgressBar("Tokens")
        let draft = try await mediator.draft(brief(question, opinions, template, seed)) { progress in
            bar.show(progress.tokensDone, of: progress.tokensExpected)
        }
        bar.end()
        if json { return try Output.json(draft) }
        for (index, candidate) in draft.candidates.enumerated() {
            let mark = draft.chosen.contains(index) ? "*" : " "
            let reason = candidate.malformation.map { " [\($0.rawValue)]" } ?? ""
            print("\(mark) \(candidate.draw).\(candidate.index + 1)\(reason) \(candidate.text)\n")
        }
    }

    /// One line of `--json` output when counting.
    private struct Line: Encodable {
        let question: String
        let opinions: [String]
        let text: String
        let draws: Int
        let malformed: String?
    }

    private func count(_ questions: [Question]) async throws {
        let model = try await modelOptions.load()
        let template = try template(for: model.chats ? .chat : .text)
        let mediator = Mediator(model: model)
        let bar = ProgressBar("Statements")
        var marked: [String: Int] = [:]
        var redrawn = 0
        for number in 0..<statements {
            let question = questions[number % questions.count]
            var generator = SplitMix64(seed: seed &+ UInt64(number))
            let opinions = (0..<groupSize).map { _ in
                SimulatedPerson(seed: generator.next()).opinion(
                    on: ContestedQuestion(
                        text: question.text, affirming: question.affirmingStatement,
                        negating: question.negatingStatement))
            }
            let draft = try await mediator.draft(
                brief(question.text, opinions, template.withExamples(drawnBy: generator.next()), generator.next() >> 1))
            let chosen = draft.statements[0]
            let draws = draft.candidates.map { $0.draw }.max() ?? 1
            if draws > 1 { redrawn += 1 }
            let reason = chosen.malformation?.rawValue
            if let reason { marked[reason, default: 0] += 1 }
            bar.show(number + 1, of: statements, note: "\(marked.values.reduce(0, +)) malformed")
            if json {
                try Output.json(
                    Line(question: question.text, opinions: opinions, text: chosen.text, draws: draws, malformed: reason))
            }
        }
        bar.end()
        guard !json else { return }
        let total = marked.values.reduce(0, +)
        print("\(total) of \(statements) statements malformed; \(redrawn) needed to be drawn again.")
        for (reason, count) in marked.sorted(by: { $0.key < $1.key }) { print("  \(reason): \(count)") }
    }

    private func brief(_ question: String, _ opinions: [String], _ template: PromptTemplate, _ seed: UInt64) -> Brief {
        Brief(
            question: question, opinions: opinions, template: template, candidates: candidates, sampling: .statement,
            seed: seed)
    }
}
