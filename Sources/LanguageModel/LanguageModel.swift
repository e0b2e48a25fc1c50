// The face of the module: one model, and the thread that computes it.

import CLlama
import Dispatch
import Foundation

/// A language model in this process. Requests are served one at a time, in the order they came, each with the context
/// to itself.
///
/// Proof of safety: llama.cpp's model is immutable once loaded; contexts are made, used and freed inside one block on
/// the serial `engine` queue; tokenizing reads the vocabulary only, which is safe from any thread.
public final class LanguageModel: @unchecked Sendable {
    /// What is recorded of this model with every generation.
    public let facts: ModelFacts

    private let model: OpaquePointer
    private let vocabulary: OpaquePointer
    private let template: ChatTemplate
    /// The engine's own queue: its thread may block, unlike those of Swift's pool.
    private let engine = DispatchQueue(label: "concord.language-model")

    private init(model: OpaquePointer, template: ChatTemplate, facts: ModelFacts) {
        self.model = model
        self.vocabulary = llama_model_get_vocab(model)
        self.template = template
        self.facts = facts
    }

    deinit {
        llama_model_free(model)
    }

    /// Loads a GGUF file.
    /// - Parameters:
    ///   - chatTemplate: the name of a template known to llama.cpp, instead of the model's own.
    ///   - threads: threads to compute with; nil takes one per core.
    /// - Throws: ``ModelError``.
    public static func load(
        path: String, chatTemplate: String? = nil, threads: Int? = nil
    ) async throws -> LanguageModel {
        try await offPool { try loadNow(path: path, chatTemplate: chatTemplate, threads: threads) }
    }

    /// How many tokens the chat has with the template applied.
    /// - Throws: ``ModelError/untokenizable``.
    public func tokenCount(of messages: [ChatMessage]) throws -> Int {
        try tokens(of: messages).count
    }

    /// The tokens of the chat with the template applied.
    /// - Throws: ``ModelError/untokenizable``.
    public func tokens(of messages: [ChatMessage]) throws -> [Int32] {
        try ChatPrompt(messages, template: template, vocabulary: vocabulary).tokens
    }

    /// Draws one candidate per seed, as one batch over the shared prompt. The same model, build, kind of CPU, threads,
    /// request and seeds give the same candidates, whatever else is waiting.
    /// - Parameter progress: called on the engine's thread after every step.
    /// - Throws: ``ModelError``; `CancellationError` when the task is cancelled, which stops the work.
    public func generate(
        _ request: GenerationRequest, progress: (@Sendable (GenerationProgress) -> Void)? = nil
    ) async throws -> GenerationResult {
        let cancellation = Cancellation()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                engine.async {
                    continuation.resume(
                        with: Result { try self.generateNow(request, cancellation: cancellation, progress: progress) })
                }
            }
        } onCancel: {
            cancellation.raise()
        }
    }

    /// Converts a GGUF file to another weight type. The output appears whole or not at all.
    /// - Throws: ``ModelError``.
    public static func convert(from input: String, to output: String, weightType: WeightType) async throws {
        try await offPool {
            try ModelFile.check(input)
            _ = LlamaLog.start
            var parameters = llama_model_quantize_default_params()
            parameters.ftype = weightType.fileType
            parameters.allow_requantize = true
            let partial = output + ".partial"
            guard llama_model_quantize(input, partial, &parameters) == 0, rename(partial, output) == 0 else {
                unlink(partial)
                throw ModelError.conversionFailed(path: output)
            }
        }
    }

    // MARK: - On threads that may block

    private static func offPool<Value: Sendable>(
        _ work: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue(label: "concord.language-model.files").async {
                continuation.resume(with: Result(catching: work))
            }
        }
    }

    private static func loadNow(path: String, chatTemplate: String?, threads: Int?) throws -> LanguageModel {
        _ = LlamaLog.start
        try ModelFile.check(path)
        guard let model = llama_model_load_from_file(path, llama_model_default_params()) else {
            throw ModelError.unloadable(path: path, reason: LlamaLog.complaint)
        }
        do {
            let template = try ChatTemplate(name: chatTemplate, model: model)
            let facts = ModelFacts(
                path: path, name: metadata("general.name", of: model) ?? URL(filePath: path).lastPathComponent,
                sha256: try ModelFile.sha256(path),
                weightType: String(cString: llama_ftype_name(llama_model_ftype(model))),
                parameterCount: Int(llama_model_n_params(model)),
                contextLength: Int(llama_model_n_ctx_train(model)), chatTemplate: chatTemplate,
                threads: max(1, threads ?? ProcessInfo.processInfo.activeProcessorCount),
                llamaBuild: String(cString: llama_version()), cpu: processor())
            return LanguageModel(model: model, template: template, facts: facts)
        } catch {
            llama_model_free(model)
            throw error
        }
    }

    private static func metadata(_ key: String, of model: OpaquePointer) -> String? {
        var buffer = [CChar](repeating: 0, count: 256)
        let length = llama_model_meta_val_str(model, key, &buffer, buffer.count)
        guard length > 0 else { return nil }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func processor() -> String {
        let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
        let name = lines.first { $0.hasPrefix("model name") }?.split(separator: ":").last
            .map { $0.trimmingCharacters(in: .whitespaces) }
        return "\(name ?? "unknown"); \(String(cString: llama_print_system_info()))"
    }

    private func generateNow(
        _ request: GenerationRequest, cancellation: Cancellation, progress: (@Sendable (GenerationProgress) -> Void)?
    ) throws -> GenerationResult {
        if cancellation.isRaised { throw CancellationError() }
        let candidates = request.seeds.count
        guard candidates > 0 else { throw ModelError.noSeeds }
        let mostCandidates = Int(llama_max_parallel_sequences())
        guard candidates <= mostCandidates else { throw ModelError.tooManySeeds(limit: mostCandidates) }
        let maximumTokens = max(1, request.sampling.maximumTokens)
        let prompt = try ChatPrompt(request.messages, template: template, vocabulary: vocabulary)
        let room = facts.contextLength - maximumTokens
        guard prompt.tokens.count <= room else {
            throw ModelError.promptTooLong(tokens: prompt.tokens.count, limit: max(0, room))
        }

        let clock = ContinuousClock()
        let started = clock.now
        var context = try DecodingContext(
            model: model, threads: facts.threads, promptTokens: prompt.tokens.count, candidates: candidates,
            maximumTokens: maximumTokens, cancellation: cancellation)
        try context.read(prompt.tokens, candidates: candidates)
        let read = clock.now

        var samplers = request.seeds.map { TokenSampler(settings: request.sampling, seed: $0) }
        var texts = request.seeds.map { _ in CandidateText(stops: request.sampling.stop) }
        var sampling = Duration.zero
        // Where each running candidate's logits are: all begin with those of the prompt's last token.
        var running = (0..<candidates).map { (candidate: $0, row: -1) }
        for step in 0..<maximumTokens {
            var next: [(candidate: Int, token: llama_token, position: Int)] = []
            let beforeSampling = clock.now
            for (candidate, row) in running {
                let (token, logProbability) = samplers[candidate].draw(from: try context.logits(row))
                if !request.ignoreEndOfText, llama_vocab_is_eog(vocabulary, token) {
                    texts[candidate].end(logProbability: logProbability)
                    continue
                }
                texts[candidate].append(
                    ChatPrompt.bytes(of: token, vocabulary, special: false), logProbability: logProbability)
                if texts[candidate].finish == nil {
                    next.append((candidate, token, prompt.tokens.count + step))
                }
            }
            sampling += clock.now - beforeSampling
            let ended = candidates - next.count
            progress?(
                GenerationProgress(
                    tokensDone: next.count * (step + 1) + ended * maximumTokens,
                    tokensExpected: candidates * maximumTokens))
            if next.isEmpty || step == maximumTokens - 1 { break }
            try context.read(next)
            running = next.enumerated().map { (candidate: $1.candidate, row: $0) }
        }
        for index in texts.indices where texts[index].finish == nil { texts[index].cutOff() }
        let done = clock.now
        let draws = zip(request.seeds, texts).map { seed, text in
            Draw(
                seed: seed, text: String(decoding: text.bytes, as: UTF8.self), tokenCount: text.tokenCount,
                logProbability: text.logProbability, finish: text.finish ?? .length)
        }
        return GenerationResult(
            draws: draws, promptTokens: prompt.tokens.count, promptText: prompt.text,
            promptSeconds: (read - started).seconds, decodeSeconds: (done - read).seconds,
            samplingSeconds: sampling.seconds)
    }
}

extension Duration {
    var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
