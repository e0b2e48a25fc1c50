// What was fitted to ratings here, as it is kept in the registry.

import Consensus

/// The fitted part of a preference model.
public enum FittedPreference: Codable, Sendable, Equatable {
    /// A head over the parent's encodings, and its baseline, the same without the opinion.
    case head(PreferenceHead, blind: PreferenceHead)
    /// What the parent's scores stand for.
    case scale(AgreementScale)
}
