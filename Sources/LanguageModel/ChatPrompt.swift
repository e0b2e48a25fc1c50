// A chat, rendered by the model's template and turned into tokens.

import CLlama

/// The prompt of a generation. The template's own text may hold special tokens; the messages' never do, whatever was
/// typed into them.
struct ChatPrompt {
    /// The prompt as text.
    let text: String
    let tokens: [llama_token]

    /// - Parameter template: nil for a model that does not chat: the messages' texts then follow each other as they are.
    /// - Throws: ``ModelError/unknownChatTemplate(name:known:)``, ``ModelError/untokenizable``.
    init(_ messages: [ChatMessage], template: ChatTemplate?, vocabulary: OpaquePointer) throws(ModelError) {
        guard let template else {
            text = messages.map(\.text).joined()
            let beginning = llama_vocab_get_add_bos(vocabulary) ? [llama_vocab_bos(vocabulary)] : []
            tokens = beginning + (text.isEmpty ? [] : try Self.tokenize(text, special: false, vocabulary))
            return
        }
        // What the assistant has begun to say stands after the template's opening of its turn.
        var messages = messages
        let begun = messages.last?.role == .assistant ? messages.removeLast().text : ""
        // The template is applied to placeholders, so that it can be told from what it surrounds.
        let placeholders = messages.indices.map { "\u{E000}\($0)\u{E001}" }
        let rendered = try template.apply(
            to: zip(messages, placeholders).map { ChatMessage(role: $0.role, text: $1) })
        var pieces: [(text: Substring, isTemplate: Bool)] = []
        var rest = rendered[...]
        for (message, placeholder) in zip(messages, placeholders) {
            guard let range = rest.firstRange(of: placeholder) else { throw .untokenizable }
            pieces.append((rest[..<range.lowerBound], true))
            pieces.append((message.text[...], false))
            rest = rest[range.upperBound...]
        }
        pieces.append((rest, true))
        pieces.append((begun[...], false))

        var tokens: [llama_token] = []
        let beginning = llama_vocab_bos(vocabulary)
        if llama_vocab_get_add_bos(vocabulary), !rendered.hasPrefix(Self.piece(beginning, vocabulary)) {
            tokens.append(beginning)
        }
        for piece in pieces where !piece.text.isEmpty {
            tokens += try Self.tokenize(String(piece.text), special: piece.isTemplate, vocabulary)
        }
        self.tokens = tokens
        text = pieces.map { String($0.text) }.joined()
    }

    /// The tokens of `text`.
    /// - Parameters:
    ///   - special: whether the names of special tokens in it become those tokens.
    ///   - addingSpecial: whether the tokens that the model wants around a text are put there.
    static func tokenize(
        _ text: String, special: Bool, addingSpecial: Bool = false, _ vocabulary: OpaquePointer
    ) throws(ModelError) -> [llama_token] {
        let bytes = Array(text.utf8CString)
        let length = Int32(bytes.count - 1)
        var tokens = [llama_token](repeating: 0, count: bytes.count + 8)
        let count = llama_tokenize(vocabulary, bytes, length, &tokens, Int32(tokens.count), addingSpecial, special)
        guard count >= 0 else { throw .untokenizable }
        return Array(tokens.prefix(Int(count)))
    }

    /// The text of one token, special ones by their name.
    static func piece(_ token: llama_token, _ vocabulary: OpaquePointer) -> String {
        String(decoding: bytes(of: token, vocabulary, special: true), as: UTF8.self)
    }

    /// The bytes of one token; a character may be spread over several tokens.
    static func bytes(of token: llama_token, _ vocabulary: OpaquePointer, special: Bool) -> [UInt8] {
        var buffer = [CChar](repeating: 0, count: 64)
        var count = llama_token_to_piece(vocabulary, token, &buffer, Int32(buffer.count), 0, special)
        if count < 0 {
            buffer = [CChar](repeating: 0, count: Int(-count))
            count = llama_token_to_piece(vocabulary, token, &buffer, Int32(buffer.count), 0, special)
        }
        return buffer.prefix(max(0, Int(count))).map { UInt8(bitPattern: $0) }
    }
}
