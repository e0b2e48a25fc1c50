// Where a study's people come from.

import Foundation

/// How people are sent to a study and back.
public struct Recruitment: Codable, Sendable, Equatable {
    public enum Source: String, Codable, Sendable, CaseIterable {
        /// Whoever has the link.
        case open
        /// Whoever has been sent a link of their own.
        case invitation
        /// A platform, whose links carry people's ids.
        case platform
    }

    public var source: Source
    /// The names of the link's parameters; Prolific's if nil.
    public var participantParameter: String?
    public var studyParameter: String?
    public var sessionParameter: String?
    /// Where people are sent at the end; `{code}` stands for their code.
    public var redirect: String?
    /// Studies whose participants may not take part in this one, by their ids on the platform.
    public var excludedStudies: [String]?
    /// The names of what is known of people before they come, loaded by their ids on the platform.
    public var attributes: [String]?
    /// How long somebody may take on the platform, in minutes.
    public var limitMinutes: Double?

    enum CodingKeys: String, CodingKey {
        case source
        case participantParameter = "participant_parameter"
        case studyParameter = "study_parameter"
        case sessionParameter = "session_parameter"
        case redirect
        case excludedStudies = "excluded_studies"
        case attributes
        case limitMinutes = "limit_minutes"
    }

    /// The names of the parameters for the person, the platform's study, and the session.
    public var parameters: (participant: String, study: String, session: String) {
        (participantParameter ?? "PROLIFIC_PID", studyParameter ?? "STUDY_ID", sessionParameter ?? "SESSION_ID")
    }

    /// The address to go to at the end with `code`.
    public func address(with code: String) -> String? {
        redirect.map {
            $0.replacing("{code}", with: code.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(["-", "_"])) ?? "")
        }
    }
}
