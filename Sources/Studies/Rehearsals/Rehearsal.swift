// Trying a study out with simulated people.

import Foundation

/// A rehearsal: simulated people take a copy of a study.
public enum Rehearsal {
    /// The kind of the job that it is.
    public static let kind = "rehearsal"

    /// How fast simulated people are.
    public enum Pace: String, Codable, Sendable, CaseIterable {
        /// They answer at once: what is left is what the server and the model need.
        case fast
        /// They take 15 to 45 seconds for each answer.
        case people
    }

    /// What a rehearsal is asked with.
    public struct Parameters: Codable, Sendable, Equatable {
        public static let mostPeople = 500

        /// How many people come.
        public var people: Int
        public var pace: Pace
        /// The share of them, 0 to 1, who close the page at some step and never come back.
        public var dropout: Double
        /// Over how many minutes they come, at times drawn at random; 0 for all at once.
        public var arrivalMinutes: Double
        public var seed: UInt64

        public init(people: Int, pace: Pace = .fast, dropout: Double = 0, arrivalMinutes: Double = 0, seed: UInt64 = 1) {
            self.people = people
            self.pace = pace
            self.dropout = dropout
            self.arrivalMinutes = arrivalMinutes
            self.seed = seed
        }

        /// - Throws: ``StudyError/badRehearsal(_:)``.
        public func check() throws(StudyError) {
            guard (1...Self.mostPeople).contains(people) else {
                throw .badRehearsal("1 to \(Self.mostPeople) people can come")
            }
            guard (0...0.9).contains(dropout) else { throw .badRehearsal("the share of dropouts must be 0 to 0.9") }
            guard (0...60).contains(arrivalMinutes) else { throw .badRehearsal("people must come within 0 to 60 minutes") }
        }
    }

    /// How long people were at a step, from being shown it to being shown the next thing, in seconds.
    public struct Step: Codable, Sendable, Equatable {
        /// Such as "waiting for statements".
        public let name: String
        public let median: Double
        public let longest: Double

        public init(name: String, median: Double, longest: Double) {
            self.name = name
            self.median = median
            self.longest = longest
        }
    }

    /// How the statements of a condition were made, in seconds.
    public struct Generations: Codable, Sendable, Equatable {
        public let condition: String
        public let made: Int
        public let failed: Int
        /// From being asked for to being begun.
        public let medianWait: Double?
        public let medianSeconds: Double?
        public let longestSeconds: Double?
    }

    /// How often something happened, or how many people it happened to.
    public struct Count: Codable, Sendable, Equatable {
        public let name: String
        public let count: Int

        public init(name: String, count: Int) {
            self.name = name
            self.count = count
        }
    }

    /// What came of a rehearsal.
    public struct Report: Codable, Sendable, Equatable {
        public let parameters: Parameters
        /// The version of the study that was tried.
        public let version: Int
        /// How long it took, in seconds.
        public let seconds: Double
        /// How long somebody who finished took, from the consent to the end, in seconds.
        public let medianPersonSeconds: Double?
        public let longestPersonSeconds: Double?
        public let groups: Int
        public let finished: Int
        /// People whose part ended before, by the reason.
        public let ended: [Count]
        /// People who closed the page for good, as they were meant to.
        public let vanished: Int
        public let steps: [Step]
        public let generations: [Generations]
        /// What a person would have called broken, and how often it happened.
        public let broken: [Count]
        /// Why somebody gave up, a sentence each.
        public let failures: [String]

        public init(
            parameters: Parameters, version: Int, seconds: Double, figures: Figures, finished: Int, ended: [Count],
            vanished: Int, steps: [Step], broken: [Count], failures: [String]
        ) {
            self.parameters = parameters
            self.version = version
            self.seconds = seconds
            medianPersonSeconds = figures.medianPersonSeconds
            longestPersonSeconds = figures.longestPersonSeconds
            groups = figures.groups
            generations = figures.generations
            self.finished = finished
            self.ended = ended
            self.vanished = vanished
            self.steps = steps
            self.broken = broken
            self.failures = failures
        }
    }

    /// What the copy's own rows say, read before they go.
    public struct Figures: Sendable, Equatable {
        public let medianPersonSeconds: Double?
        public let longestPersonSeconds: Double?
        public let groups: Int
        public let generations: [Generations]
    }
}
