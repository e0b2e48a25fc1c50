// A way through the study that a whole group takes.

/// An arm of a study: a group is allocated to one when it starts, and stays in it.
public struct Arm: Codable, Sendable, Equatable {
    public var name: String
    /// How many groups it is to have.
    public var groups: Int
    /// The conditions that its rounds draw from; all of the study's if nil.
    public var conditions: [String]?
}
