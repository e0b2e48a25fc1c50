// What a platform's link says of a person. It comes from the person's browser and proves nothing: it is compared, not
// believed.

import Foundation

/// The ids in a platform's link.
public struct PlatformIDs: Codable, Sendable, Equatable {
    public let participant: String
    public let study: String?
    /// Whoever knows this id of a running session is taken for the person it was given to.
    public let session: String?

    /// - Returns: nil unless the id is 1 to 64 letters, digits, hyphens and underscores; other parts are dropped where
    ///   they are not.
    public init?(participant: String, study: String? = nil, session: String? = nil) {
        func usable(_ id: String?) -> String? {
            id.map { $0.trimmingCharacters(in: .whitespaces) }.flatMap { $0.wholeMatch(of: /[A-Za-z0-9_-]{1,64}/) == nil ? nil : $0 }
        }
        guard let participant = usable(participant) else { return nil }
        self.participant = participant
        self.study = usable(study)
        self.session = usable(session)
    }
}
