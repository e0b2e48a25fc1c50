// Topics that were found in a question set.

import Consensus
import Foundation

/// A clustering of a version's questions, for a person to name and to use, or not.
public struct QuestionClustering: Codable, Sendable {
    /// One cluster.
    public struct Cluster: Codable, Sendable {
        /// From 1, the largest first.
        public let number: Int
        public let questions: Int
        /// Its most distinctive words, the best first.
        public let words: [String]
        /// A name made of them, no other cluster's.
        public let suggestion: String
    }

    /// A question in the picture: its place on the first two principal components.
    public struct Point: Codable, Sendable {
        public let key: String
        public let question: String
        public let topic: String?
        public let cluster: Int
        public let x: Double
        public let y: Double
    }

    public let id: UUID
    /// The version whose questions were clustered.
    public let version: Int
    /// The name of the model that encoded them.
    public let encoder: String
    /// Whether that is a sentence-embedding model; else the pooled states of a language model were used.
    public let sentenceEmbeddings: Bool
    public let seed: UInt64
    /// Whether the number of clusters was asked for; else it is the one of the best silhouette.
    public let clustersGiven: Bool
    /// The mean silhouette, -1 to 1.
    public let silhouette: Double
    /// Against the topics that the questions had, 1 for the same partition and about 0 for chance; nil where fewer than
    /// two topics were given.
    public let adjustedRandIndex: Double?
    public let trials: [TopicClustering.Trial]
    public let clusters: [Cluster]
    public let points: [Point]
    public let createdAt: Date
}
