// Finding a person by whatever somebody has of them.

import Foundation
import Postgres

/// Finds people of a study.
public struct PeopleSearch: Sendable {
    /// How many are given at most.
    static let most = 20

    /// Somebody who was found.
    public struct Found: Codable, Sendable, Equatable {
        public let id: UUID
        public let synthetic: Bool
        public let stage: Participant.Stage
        public let endReason: EndReason?
        /// Of their group, from 1, and their place in it.
        public let group: Int?
        public let seat: Int?
        /// Their id on the platform; for admins only.
        public let platformID: String?
        /// By what they were found: `participant`, `seat`, `platform`, `session`, `invitation`.
        public let by: String
    }

    let database: Database

    public init(database: Database) {
        self.database = database
    }

    /// Finds by a participant's id or its beginning (4 characters at least), by a group and a seat in it ("12.3", "group 12
    /// seat 3", or "12" for all of its members), and for admins by the id on the platform, of the submission there, of the
    /// invitation, or by the invitation's link.
    public func find(_ raw: String, in study: Study, for role: UserRole) async throws -> [Found] {
        let text = OpinionText(raw).text
        guard !text.isEmpty, text.count <= 500 else { return [] }
        let beginning = text.wholeMatch(of: /[0-9a-fA-F-]{4,36}/) == nil ? nil : text.lowercased()
        let place = text.wholeMatch(of: /(?:[gG]roup\s*)?(\d{1,9})(?:(?:\s*[.,\/:]\s*|\s+)(?:[sS]eat\s*)?([1-5]))?/)
        let group = place.flatMap { Int64($0.1) }, seat = place.flatMap { $0.2 }.flatMap { Int16($0) }
        // Whoever may not see what identifies people must not find them by it either.
        let mayIdentify = role == .admin
        let secret = text.components(separatedBy: "invitation=").last ?? text
        return try await database.query(
            """
            SELECT * FROM (
                SELECT p.id, p.synthetic, p.stage, p.end_reason, g.number, m.seat,
                       CASE WHEN \(mayIdentify) THEN p.platform_id END,
                       CASE WHEN starts_with(p.id::text, \(beginning)::text) THEN 'participant'
                            WHEN g.number = \(group)::bigint AND (\(seat)::smallint IS NULL OR m.seat = \(seat)::smallint) THEN 'seat'
                            WHEN \(mayIdentify) AND p.platform_id = \(text) THEN 'platform'
                            WHEN \(mayIdentify) AND p.platform_session = \(text) THEN 'session'
                            WHEN \(mayIdentify) AND EXISTS (
                                     SELECT FROM invitations i WHERE i.participant_id = p.id
                                       AND (i.id::text = lower(\(text)) OR i.hash = \(Data(Secret(text: secret).hash)))) THEN 'invitation'
                       END AS by
                FROM participants p LEFT JOIN members m ON m.participant_id = p.id
                     LEFT JOIN \(sql: Watching.groups(of: study.id)) g ON g.id = m.group_id
                WHERE p.study_id = \(study.id)) AS people
            WHERE by IS NOT NULL ORDER BY by <> 'participant', number, seat, id LIMIT \(Int64(Self.most))
            """, as: (UUID, Bool, String, String?, Int?, Int16?, String?, String).self
        ).compactMap { row in
            Participant.Stage(rawValue: row.2).map {
                Found(
                    id: row.0, synthetic: row.1, stage: $0, endReason: row.3.flatMap(EndReason.init(rawValue:)), group: row.4,
                    seat: row.5.map(Int.init), platformID: row.6, by: row.7)
            }
        }
    }
}
