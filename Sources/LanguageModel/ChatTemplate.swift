// The chat template of a model, applied by llama.cpp, which knows a fixed list of them.

import CLlama

/// A chat template that llama.cpp knows.
struct ChatTemplate: Sendable {
    /// What llama.cpp is given: the model's own template text, or the name of a known one.
    private let source: String
    private let name: String?

    /// The template of a model; nil for one that has none, or is said to have none.
    /// - Throws: ``ModelError/unknownChatTemplate(name:known:)``.
    static func of(_ model: OpaquePointer, named name: String?) throws(ModelError) -> ChatTemplate? {
        if name == LanguageModel.plainText || (name == nil && llama_model_chat_template(model, nil) == nil) { return nil }
        return try ChatTemplate(name: name, model: model)
    }

    /// - Parameter name: a template known to llama.cpp, nil for the model's own.
    /// - Throws: ``ModelError/unknownChatTemplate(name:known:)``.
    init(name: String?, model: OpaquePointer) throws(ModelError) {
        self.name = name
        if let name {
            guard Self.known.contains(name) else { throw .unknownChatTemplate(name: name, known: Self.known) }
            source = name
        } else {
            guard let own = llama_model_chat_template(model, nil) else {
                throw .unknownChatTemplate(name: nil, known: Self.known)
            }
            source = String(cString: own)
        }
        _ = try apply(to: [ChatMessage(role: .user, text: "x")])
    }

    /// The names that llama.cpp knows.
    static var known: [String] {
        let count = llama_chat_builtin_templates(nil, 0)
        var names = [UnsafePointer<CChar>?](repeating: nil, count: Int(max(0, count)))
        llama_chat_builtin_templates(&names, names.count)
        return names.compactMap { $0.map { String(cString: $0) } }.sorted()
    }

    /// The chat as text, up to where the assistant begins to answer.
    func apply(to messages: [ChatMessage]) throws(ModelError) -> String {
        let roles = messages.map { Array($0.role.rawValue.utf8CString) }
        let texts = messages.map { Array($0.text.utf8CString) }
        // Contiguous storage that outlives the call, which keeps pointers into it.
        let flatRoles = roles.flatMap { $0 }, flatTexts = texts.flatMap { $0 }
        var buffer = [CChar](repeating: 0, count: flatTexts.count * 2 + 4_096)
        let length: Int32 = flatRoles.withUnsafeBufferPointer { roleBytes in
            flatTexts.withUnsafeBufferPointer { textBytes in
                var chat: [llama_chat_message] = []
                var roleOffset = 0, textOffset = 0
                for index in messages.indices {
                    chat.append(
                        llama_chat_message(
                            role: roleBytes.baseAddress.map { $0 + roleOffset },
                            content: textBytes.baseAddress.map { $0 + textOffset }))
                    roleOffset += roles[index].count
                    textOffset += texts[index].count
                }
                return llama_chat_apply_template(source, chat, chat.count, true, &buffer, Int32(buffer.count))
            }
        }
        guard length >= 0, Int(length) <= buffer.count else {
            throw .unknownChatTemplate(name: name, known: Self.known)
        }
        return String(decoding: buffer.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
