// The part of a question set that a question belongs to.

/// What a question may be used for. Models train on `train`; the two test splits ask how well they do on unseen
/// questions of known topics and on topics held out whole (Bakker et al. 2022, section 2.1).
public enum Split: String, Codable, Sendable, CaseIterable {
    case train
    case validation
    case iidTest = "iid_test"
    case oodTest = "ood_test"

    /// Reads a name in upper or lower case, such as `IID_TEST`.
    init?(name: String) {
        self.init(rawValue: name.lowercased())
    }
}
