// What somebody sees of a study before they take part in it.

/// The entry page of a study, for the browser that asks.
public struct Entrance: Codable, Sendable {
    /// An end at the door, and the code that somebody who came from a platform takes away.
    public struct Door: Codable, Sendable {
        /// The name of a ``TerminalReason``.
        public let reason: String
        public let code: String?
        /// Where to go with it.
        public let address: String?

        init(_ end: TerminalReason, _ settings: StudySettings) {
            reason = end.name
            code = settings.recruitment?.source == .platform ? end.code(of: settings.completion) : nil
            address = code.flatMap { settings.recruitment?.address(with: $0) }
        }
    }

    public let name: String
    public let title: String
    public let state: StudyState
    /// True for somebody who is in the study already, and is let in where they were.
    public let isKnown: Bool?
    /// Why nobody new is let in, or not this person.
    public let door: Door?
    /// Whether the person has to say their id on the platform that they come from.
    public let needsPlatformID: Bool
    /// Why the person's invitation does not let them in, where the study is by invitation.
    public let invitation: Invitations.Standing?
    /// What the study says of payment.
    public let payment: String?
    public let consent: [FormattedText]
    public let minutes: Int
    /// Whether a member's own words may be shown to their group.
    public let mayShowWords: Bool
    public let contact: String?
    /// The language of the texts here, and those that the study is offered in.
    public let language: Language
    public let languages: [Language]
}
