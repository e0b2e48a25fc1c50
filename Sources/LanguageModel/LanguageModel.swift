// The face of the module: one model, and the thread that computes it.

import CLlama
import Dispatch
import Foundation

/// A language model in this process. Requests are served one at a time, in the order they came, each with the context
/// to itself.
///
/// Proof of safety for `@unchecked`: llama.cpp's model and adapter are immutable once loaded, and freed only when nothing
/// holds this object; contexts are made, used and freed inside one job of the `engine`; tokenizing reads the vocabulary
/// only, which is safe from any thread.
///
/// llama.cpp's threads meet at a barrier several hundred times per token, and by default spin there. Where others want
/// the cores too (a database, a browser), that makes a step many times slower, so the process should be started with
/// `GOMP_SPINCOUNT=1000` in its environment: threads then soon sleep, at hardly any cost on an idle machine.
public final class LanguageModel: @unchecked Sendable {
    /// What is recorded of this model with every generation.
    public let facts: ModelFacts

    private let model: OpaquePointer
    private let vocabulary: OpaquePointer
    /// The low-rank adapter that every context computes with; freed with the model.
    private let adapter: OpaquePointer?
    /// Nil for a model that does not chat.
    private let template: ChatTemplate?
    private let engine: Engine

    private init(
        model: OpaquePointer, adapter: OpaquePointer?, template: ChatTemplate?, facts: ModelFacts, engine: Engine
    ) {
        self.model = model
        self.vocabulary = llama_model_get_vocab(model)
        self.adapter = adapter
        self.template = template
        self.facts = facts
        self.engine = engine
    }

    deinit {
        llama_model_free(model)
    }

    /// Loads a GGUF file.
    /// - Parameters:
    ///   - adapter: a GGUF file with a low-rank adapter (LoRA) for the model, with which it then computes.
    ///   - chatTemplate: the name of a template known to llama.cpp, instead of the model's own; ``plainText`` for a model
    ///     that goes on with a text instead of answering in a chat. A model without a template is such a one.
    ///   - threads: threads to compute with; nil takes one per core.
    ///   - other: a model whose thread computes this one too, so that the two never compete for the cores.
    /// - Throws: ``ModelError``.
    public static func load(
        path: String, adapter: String? = nil, chatTemplate: String? = nil, threads: Int? = nil,
        inTurnWith other: LanguageModel? = nil
    ) async throws -> LanguageModel {
        let engine = other?.engine ?? Engine(name: "language-model")
        return try await offPool {
            try loadNow(path: path, adapter: adapter, chatTemplate: chatTemplate, threads: threads, engine: engine)
        }
    }

    /// The name that stands for no chat template at all.
    public static let plainText = "none"

    /// Whether the model answers in a chat. One that does not goes on with a text.
    public var chats: Bool { template != nil }

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

    /// The tokens of a text.
    /// - Parameter special: whether the names of special tokens in it become those tokens.
    /// - Throws: ``ModelError/untokenizable``.
    public func tokens(of text: String, special: Bool) throws -> [Int32] {
        try ChatPrompt.tokenize(text, special: special, vocabulary)
    }

    /// Requests that wait or are being served.
    public var load: Int { engine.load }

    /// Draws one candidate per seed, as one batch over the shared prompt. The same model, build, kind of CPU, threads,
    /// request and seeds give the same candidates, whatever else is waiting.
    /// - Parameter progress: called on the engine's thread after every step.
    /// - Throws: ``ModelError``; `CancellationError` when the task is cancelled, which stops the work.
    public func generate(
        _ request: GenerationRequest, progress: (@Sendable (GenerationProgress) -> Void)? = nil
    ) async throws -> GenerationResult {
        try await engine.run { try self.generateNow(request, cancellation: $0, progress: progress) }
    }

    /// How many numbers encode a text.
    public var encodingWidth: Int { Int(llama_model_n_embd(model)) }

    /// Encodes texts: for each the mean, over its tokens, of the last layer's states, after what stands before it. Each
    /// is read with the cache to itself, so that its encoding does not depend on the others. What does not fit the
    /// model's context is left out, from the end of the text.
    /// - Parameter progress: called on the engine's thread after every text, with how many are done.
    /// - Returns: ``encodingWidth`` numbers per text.
    /// - Throws: ``ModelError``; `CancellationError` when the task is cancelled, which stops the work.
    public func encode(
        _ texts: [TextInContext], progress: (@Sendable (Int) -> Void)? = nil
    ) async throws -> [[Float]] {
        try await engine.run { try self.encodeNow(texts, cancellation: $0, progress: progress) }
    }

    /// The scores that the model's classification head gives to texts (rank pooling), one number each; on whatever scale
    /// it was trained for. Each text is read with the cache to itself.
    /// - Parameter progress: called on the engine's thread after every text, with how many are done.
    /// - Throws: ``ModelError/noScore`` when the model has no head with one output, ``ModelError/promptTooLong(tokens:limit:)``,
    ///   `CancellationError` when the task is cancelled, which stops the work.
    public func score(_ texts: [String], progress: (@Sendable (Int) -> Void)? = nil) async throws -> [Double] {
        try await engine.run { try self.scoreNow(texts, cancellation: $0, progress: progress) }
    }

    /// Whether the model was trained to give one vector per text, as sentence-embedding models are.
    public var embedsSentences: Bool {
        guard let architecture = Self.metadata("general.architecture", of: model) else { return false }
        // 1 mean, 2 first token, 3 last token; 4 is a classification head.
        return ["1", "2", "3"].contains(Self.metadata("\(architecture).pooling_type", of: model) ?? "0")
    }

    /// Sentence embeddings, by the model's own pooling, each of length 1. Each text is read with the cache to itself; what
    /// does not fit the model's context is left out, from the end of the text.
    /// - Parameter progress: called on the engine's thread after every text, with how many are done.
    /// - Returns: ``encodingWidth`` numbers per text. Meaningful only where ``embedsSentences``.
    /// - Throws: ``ModelError``; `CancellationError` when the task is cancelled, which stops the work.
    public func embed(_ texts: [String], progress: (@Sendable (Int) -> Void)? = nil) async throws -> [[Float]] {
        try await engine.run { try self.embedNow(texts, cancellation: $0, progress: progress) }
    }

    /// How likely the model would begin its answer to each prompt with each of some answers: the probability, at
    /// temperature 1, of the first tokens of an answer's spellings.
    /// - Parameters:
    ///   - answers: per answer its spellings, such as `["Yes", " Yes", "yes"]`.
    ///   - progress: called on the engine's thread after every prompt, with how many are done.
    /// - Returns: per prompt, one probability per answer.
    /// - Throws: ``ModelError``; `CancellationError` when the task is cancelled, which stops the work.
    public func probabilities(
        of answers: [[String]], to prompts: [[ChatMessage]], progress: (@Sendable (Int) -> Void)? = nil
    ) async throws -> [[Double]] {
        try await engine.run { try self.answerNow(prompts, answers: answers, cancellation: $0, progress: progress) }
    }

    /// Converts a GGUF file to another weight type. The output appears whole or not at all.
    /// - Throws: ``ModelError``.
    public static func convert(from input: String, to output: String, weightType: WeightType) async throws {
        try await offPool {
            _ = LlamaLog.start
            try ModelFile.check(input)
            var parameters = llama_model_quantize_default_params()
            parameters.ftype = weightType.fileType
            parameters.allow_requantize = true
            let partial = "\(output).\(getpid()).partial"
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

    private static func loadNow(
        path: String, adapter adapterPath: String?, chatTemplate: String?, threads: Int?, engine: Engine
    ) throws -> LanguageModel {
        _ = LlamaLog.start
        try ModelFile.check(path)
        let identity = try FileIdentity(of: path)
        guard let model = llama_model_load_from_file(path, llama_model_default_params()) else {
            throw ModelError.unloadable(path: path, reason: LlamaLog.complaint)
        }
        do {
            let template = try ChatTemplate.of(model, named: chatTemplate)
            let adapter = try adapterPath.map { try loadAdapter($0, for: model) }
            let facts = ModelFacts(
                path: path, name: metadata("general.name", of: model) ?? URL(filePath: path).lastPathComponent,
                sha256: try ModelHashCache.standard.sha256(path),
                weightType: String(cString: llama_ftype_name(llama_model_ftype(model))),
                parameterCount: Int(llama_model_n_params(model)),
                contextLength: Int(llama_model_n_ctx_train(model)), chatTemplate: chatTemplate,
                threads: max(1, threads ?? ProcessInfo.processInfo.activeProcessorCount),
                llamaBuild: String(cString: llama_version()), cpu: processor(), adapterPath: adapterPath,
                adapterSHA256: try adapterPath.map { try ModelHashCache.standard.sha256($0) })
            // The hash is that of the file that was loaded only if nobody put another in its place meanwhile.
            guard try FileIdentity(of: path) == identity else { throw ModelError.changed(path: path) }
            return LanguageModel(model: model, adapter: adapter, template: template, facts: facts, engine: engine)
        } catch {
            llama_model_free(model)
            throw error
        }
    }

    private static func loadAdapter(_ path: String, for model: OpaquePointer) throws -> OpaquePointer {
        try ModelFile.check(path)
        guard let adapter = llama_adapter_lora_init(model, path) else {
            throw ModelError.unloadable(path: path, reason: LlamaLog.complaint)
        }
        return adapter
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

    private func maker(_ cancellation: Cancellation) -> ContextMaker {
        ContextMaker(model: model, adapter: adapter, threads: facts.threads, cancellation: cancellation)
    }

    private func encodeNow(
        _ texts: [TextInContext], cancellation: Cancellation, progress: (@Sendable (Int) -> Void)?
    ) throws -> [[Float]] {
        let read = try texts.map { text in
            let before = try ChatPrompt.tokenize(text.context, special: false, vocabulary)
            let own = try ChatPrompt.tokenize(text.text, special: false, vocabulary)
            guard !own.isEmpty, before.count < facts.contextLength else {
                throw ModelError.promptTooLong(tokens: before.count, limit: facts.contextLength - 1)
            }
            return (tokens: Array((before + own).prefix(facts.contextLength)), start: before.count)
        }
        guard let longest = read.map(\.tokens.count).max() else { return [] }
        var context = try EncodingContext(maker(cancellation), tokens: longest)
        return try read.enumerated().map { index, text in
            if cancellation.isRaised { throw CancellationError() }
            let state = try context.meanState(of: text.tokens, from: text.start)
            progress?(index + 1)
            return state
        }
    }

    private func scoreNow(
        _ texts: [String], cancellation: Cancellation, progress: (@Sendable (Int) -> Void)?
    ) throws -> [Double] {
        guard ModelFile.hasClassifier(facts.path), llama_model_n_cls_out(model) == 1 else {
            throw ModelError.noScore(path: facts.path)
        }
        let read = try texts.map { text in
            let tokens = try ChatPrompt.tokenize(text, special: false, addingSpecial: true, vocabulary)
            guard !tokens.isEmpty, tokens.count <= facts.contextLength else {
                throw ModelError.promptTooLong(tokens: tokens.count, limit: facts.contextLength)
            }
            return tokens
        }
        guard let longest = read.map(\.count).max() else { return [] }
        var context = try PooledContext(
            maker(cancellation), tokens: longest, pooling: LLAMA_POOLING_TYPE_RANK, width: 1)
        return try read.enumerated().map { index, tokens in
            if cancellation.isRaised { throw CancellationError() }
            let score = try context.vector(of: tokens)
            progress?(index + 1)
            return Double(score[0])
        }
    }

    private func embedNow(
        _ texts: [String], cancellation: Cancellation, progress: (@Sendable (Int) -> Void)?
    ) throws -> [[Float]] {
        let read = try texts.map { text in
            let tokens = try ChatPrompt.tokenize(text, special: false, addingSpecial: true, vocabulary)
            guard !tokens.isEmpty else { throw ModelError.untokenizable }
            return Array(tokens.prefix(facts.contextLength))
        }
        guard let longest = read.map(\.count).max() else { return [] }
        var context = try PooledContext(
            maker(cancellation), tokens: longest, pooling: LLAMA_POOLING_TYPE_UNSPECIFIED, width: encodingWidth)
        return try read.enumerated().map { index, tokens in
            if cancellation.isRaised { throw CancellationError() }
            let vector = try context.vector(of: tokens)
            progress?(index + 1)
            let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return length > 0 ? vector.map { $0 / length } : vector
        }
    }

    private func answerNow(
        _ prompts: [[ChatMessage]], answers: [[String]], cancellation: Cancellation, progress: (@Sendable (Int) -> Void)?
    ) throws -> [[Double]] {
        // In one order, so that the sums are the same to the last bit.
        let beginnings = try answers.map { spellings in
            Set(try spellings.compactMap { try ChatPrompt.tokenize($0, special: false, vocabulary).first }).sorted()
        }
        let read = try prompts.map { try tokens(of: $0) }
        guard let longest = read.map(\.count).max() else { return [] }
        guard longest < facts.contextLength else {
            throw ModelError.promptTooLong(tokens: longest, limit: facts.contextLength - 1)
        }
        var context = try DecodingContext(maker(cancellation), promptTokens: longest, candidates: 1, maximumTokens: 1)
        return try read.enumerated().map { index, tokens in
            if cancellation.isRaised { throw CancellationError() }
            context.forget()
            try context.read(tokens, candidates: 1)
            let logits = try context.logits(-1)
            guard let greatest = logits.max(), greatest.isFinite else { throw ModelError.notANumber }
            let total = logits.reduce(0.0) { $0 + exp(Double($1 - greatest)) }
            let probabilities = beginnings.map { tokens in
                tokens.reduce(0.0) { $0 + exp(Double(logits[Int($1)] - greatest)) } / total
            }
            progress?(index + 1)
            return probabilities
        }
    }

    private func generateNow(
        _ request: GenerationRequest, cancellation: Cancellation, progress: (@Sendable (GenerationProgress) -> Void)?
    ) throws -> GenerationResult {
        if cancellation.isRaised { throw CancellationError() }
        try request.sampling.validate()
        let candidates = request.seeds.count
        guard candidates > 0 else { throw ModelError.noSeeds }
        let mostCandidates = Int(llama_max_parallel_sequences())
        guard candidates <= mostCandidates else { throw ModelError.tooManySeeds(limit: mostCandidates) }
        let maximumTokens = request.sampling.maximumTokens
        let prompt = try ChatPrompt(request.messages, template: template, vocabulary: vocabulary)
        let room = facts.contextLength - maximumTokens
        guard prompt.tokens.count <= room else {
            throw ModelError.promptTooLong(tokens: prompt.tokens.count, limit: max(0, room))
        }

        let clock = ContinuousClock()
        let started = clock.now
        var context = try DecodingContext(
            maker(cancellation), promptTokens: prompt.tokens.count, candidates: candidates, maximumTokens: maximumTokens)
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
                guard let (token, logProbability) = samplers[candidate].draw(from: try context.logits(row)) else {
                    throw ModelError.notANumber
                }
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
                seed: seed, text: text.text, tokenCount: text.tokenCount,
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
