// How far a run is.

/// The people of a run at one moment.
public struct SimulationProgress: Codable, Sendable, Equatable {
    /// People who have been through the whole study.
    public let finished: Int
    /// People who have given up.
    public let failed: Int
    /// People in the run.
    public let total: Int
    /// How many of the others are at each step; "joining" until the server has let them in.
    public let peoplePerStep: [String: Int]
}
