// A prompt of a study's own.

import Consensus
import Crypto
import Foundation

/// A prompt template in a study file, which its conditions name as they name the ones that every study has.
public struct StudyPrompt: Codable, Sendable, Equatable {
    public var name: String
    /// In the form that ``PromptTemplate`` reads.
    public var text: String

    /// The template; its version is the beginning of the text's SHA-256.
    /// - Throws: `PromptTemplateError.malformed`.
    func template() throws -> PromptTemplate {
        let hash = SHA256.hash(data: Data(text.utf8)).prefix(6).hexadecimal
        return try PromptTemplate(name: name, version: hash, text: text)
    }
}
