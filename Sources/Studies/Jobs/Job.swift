// A piece of work that takes longer than a request.

import Foundation

/// Work that somebody asked for, and how far it is.
public struct Job: Codable, Sendable {
    public enum State: String, Codable, Sendable, CaseIterable {
        case waiting, running, finished, failed, cancelled
    }

    public let id: UUID
    /// What is to be done: the kind of a ``JobHandler``.
    public let kind: String
    /// The study that it is for, if it is for one.
    public let study: String?
    /// Who asked for it; nil for the command line.
    public let user: String?
    public let state: State
    /// How much is done, of how much; `total` is nil until it is known.
    public let done: Int64
    public let total: Int64?
    /// What is being done just now, in a few words.
    public let note: String
    /// Why it failed, as one sentence.
    public let error: String?
    public let createdAt: Date
    public let startedAt: Date?
    public let finishedAt: Date?
    /// What it was asked with, and what came of it, as JSON texts.
    public let parameters: String
    public let result: String?

    /// What the job was asked with.
    public func parameters<Value: Decodable>(as type: Value.Type) throws -> Value {
        try JSONDecoder().decode(type, from: Data(parameters.utf8))
    }

    /// What came of it; nil until it is finished.
    public func result<Value: Decodable>(as type: Value.Type) throws -> Value? {
        try result.map { try JSONDecoder().decode(type, from: Data($0.utf8)) }
    }
}
