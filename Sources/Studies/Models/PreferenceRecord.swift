// What a preference model was trained on.

import Consensus

/// The data and settings of a training, as kept with the model.
public struct PreferenceRecord: Codable, Sendable, Equatable {
    /// Names of studies.
    public var studies: [String]
    /// Names of imported ratings.
    public var imports: [String]
    public var ratings: Int
    public var groups: Int
    public var questions: Int
    /// How the head was trained; nil for a scale.
    public var settings: PreferenceTraining?
    /// The strength of regularization that cross-validation chose.
    public var regularization: Double?
    /// Per strength of regularization, the mean held-out loss of a rating.
    public var losses: [Double]?

    public init(
        studies: [String], imports: [String], ratings: Int, groups: Int, questions: Int, settings: PreferenceTraining? = nil,
        regularization: Double? = nil, losses: [Double]? = nil
    ) {
        self.studies = studies
        self.imports = imports
        self.ratings = ratings
        self.groups = groups
        self.questions = questions
        self.settings = settings
        self.regularization = regularization
        self.losses = losses
    }
}
