// From the consent form to the lobby, and from the debriefing to the end.

import Foundation
import Postgres

/// Takes people into a study and lets them out again.
public struct Enrolment: Sendable {
    let database: Database

    public init(database: Database) {
        self.database = database
    }

    /// Takes a person who has given their consent into the study `name`, under the settings it runs with. Somebody who
    /// comes from a platform has one place: with the same session of the platform they are let in where they were.
    /// - Returns: a session secret, and whether the person is new to the study.
    /// - Parameters:
    ///   - ids: what a platform's link says of them.
    ///   - invitation: the secret of the link that they were sent, which is taken by it.
    ///   - key: given to their browser when it opened the link. Consent that is given again with it, because no answer
    ///     came, is the same person's.
    ///   - language: the language of the page.
    /// - Throws: ``StudyError/unknownStudy(_:)``, ``StudyError/notOpen(_:)``, ``StudyError/full``,
    ///   ``StudyError/platformIDNeeded``, ``StudyError/tookPart``, ``StudyError/invitation(_:)``.
    public func join(
        _ name: String, synthetic: Bool, from ids: PlatformIDs? = nil, invitation: Secret? = nil, key: Secret? = nil,
        language: Language? = nil
    ) async throws -> (secret: Secret, isNew: Bool) {
        let place = try await database.transaction { connection -> (secret: Secret, isNew: Bool)? in
            let before = try await StudyCatalog.study(named: name, in: connection)
            guard !before.isCopy || synthetic else { throw StudyError.unknownStudy(name) }
            func known(in study: Study) async throws -> UUID? {
                if let known = try await Self.person(with: key, in: study, connection) { return known }
                guard study.settings.recruitment?.source == .platform, !synthetic, let ids else { return nil }
                return try await Self.known(ids, in: study, connection)
            }
            if let known = try await known(in: before) {
                return (try await Sessions.open(for: known, in: connection), false)
            }
            // Shared, so that closing the study waits for this person, and people do not wait for each other; but where
            // places are counted, one after another.
            try await connection.execute(
                "SELECT id FROM studies WHERE id = \(before.id) \(sql: before.countsPlaces ? "FOR NO KEY UPDATE" : "FOR SHARE")")
            // As it is now: while this waited, another version may have been opened.
            let study = try await StudyCatalog.study(named: name, in: connection)
            if study.countsPlaces, !before.countsPlaces {
                try await connection.execute("SELECT id FROM studies WHERE id = \(study.id) FOR NO KEY UPDATE")
            }
            let isFromPlatform = study.settings.recruitment?.source == .platform && !synthetic
            // Or the same person may have come in, by another tab or the same consent sent twice.
            if let known = try await known(in: study) {
                return (try await Sessions.open(for: known, in: connection), false)
            }
            guard study.state == .open else { throw StudyError.notOpen(study.state) }
            if isFromPlatform, ids == nil { throw StudyError.platformIDNeeded }
            if !synthetic, let obstacle = try await Invitations.obstacle(invitation, to: study, in: connection) {
                throw StudyError.invitation(obstacle)
            }
            if !synthetic, try await study.isFull(in: connection) { throw StudyError.full }
            if !synthetic, try await !Budget.pauseIfUsedUp(study.id, study.settings, in: connection) { return nil }
            let attributes = try await attributes(of: ids, synthetic: synthetic, in: study, connection)
            if !synthetic, let attributes {
                let profile = Profile(attributes: attributes.value)
                guard try await !AnswerQuotas.isFilled(for: profile, in: study.id, study.settings, connection) else {
                    throw StudyError.full
                }
            }
            let start = ParticipantPath(study.settings).start.stage
            let seconds = Passage.limit(of: start, study.settings).map { $0 * 60 }
            let person = isFromPlatform ? ids : nil
            let id = try await connection.first(
                """
                INSERT INTO participants (study_id, study_version_id, synthetic, stage, platform_id, platform_study,
                                          platform_session, entry_hash, attributes, language,
                                          stage_deadline_at)
                VALUES (\(study.id), \(study.versionID), \(synthetic), \(start.rawValue), \(person?.participant),
                        \(person?.study), \(person?.session), \(key.map { Data($0.hash) }), \(attributes),
                        \(language.flatMap { study.settings.languages.contains($0) ? $0.rawValue : nil }),
                        now() + make_interval(secs => \(seconds)::float8))
                ON CONFLICT DO NOTHING RETURNING id
                """, as: UUID.self)
            guard let id else {
                // Nothing was inserted when the same person came in at this very moment.
                guard let known = try await known(in: study) else { throw StudyError.tookPart }
                return (try await Sessions.open(for: known, in: connection), false)
            }
            if !synthetic, let invitation, study.settings.recruitment?.source == .invitation {
                try await Invitations.take(invitation, for: id, in: connection)
            }
            // Whoever took the last place that the budget pays for pauses the study behind them.
            if !synthetic { try await Budget.pauseIfUsedUp(study.id, study.settings, in: connection) }
            try await Changes.announce([id], in: connection)
            return (try await Sessions.open(for: id, in: connection), true)
        }
        guard let place else { throw StudyError.notOpen(.paused) }
        return place
    }

    /// What the study `name` is to somebody who has opened its link.
    /// - Parameters:
    ///   - ids: what a platform's link says of them.
    ///   - invitation: the secret of the link that they were sent.
    ///   - key: given to their browser when it opened the link.
    ///   - languages: the browser's Accept-Language header.
    ///   - isPreview: for whoever looks at a copy of the study, which is there for nobody else.
    /// - Throws: ``StudyError/unknownStudy(_:)``.
    public func entrance(
        to name: String, from ids: PlatformIDs?, invitation: Secret?, key: Secret?, languages: String?, isPreview: Bool = false
    ) async throws -> Entrance {
        let study = try await StudyCatalog.study(named: name, in: database)
        guard study.isCopy == isPreview else { throw StudyError.unknownStudy(name) }
        let language = Language.preferred(languages, among: study.settings.languages) ?? study.settings.ownLanguage
        let settings = study.settings.translated(to: language)
        var end: TerminalReason? = switch study.state {
        case .draft: .draft
        case .paused: .paused
        case .closed: .closed
        case .open: try await study.isFull(in: database) ? .full : nil
        }
        var isKnown = false
        do {
            isKnown = try await self.isKnown(in: study, from: ids, key: key)
        } catch StudyError.tookPart {
            end = .tookPart
        }
        return Entrance(
            name: settings.name, title: settings.title, state: study.state, isKnown: isKnown ? true : nil,
            door: isKnown ? nil : end.map { .init($0, settings) },
            needsPlatformID: settings.recruitment?.source == .platform && ids == nil,
            invitation: isKnown ? nil : try await Invitations.obstacle(invitation, to: study, in: database),
            payment: settings.payment?.text, consent: settings.texts.shown(settings.texts.consent), minutes: settings.minutes,
            mayShowWords: settings.showsWords, contact: settings.contact, language: language,
            languages: settings.languages)
    }

    /// Whether somebody at the door of the study is in it, and would be let in where they were.
    /// - Throws: ``StudyError/tookPart`` when somebody with their id has taken part, and it does not show that it was they.
    private func isKnown(in study: Study, from ids: PlatformIDs?, key: Secret?) async throws -> Bool {
        if try await Self.person(with: key, in: study, database) != nil { return true }
        guard let ids, study.settings.recruitment?.source == .platform else { return false }
        return try await Self.known(ids, in: study, database) != nil
    }

    /// The person who gave their consent with `key`.
    private static func person(
        with key: Secret?, in study: Study, _ session: some PostgresSession
    ) async throws -> UUID? {
        guard let key else { return nil }
        return try await session.first(
            "SELECT id FROM participants WHERE study_id = \(study.id) AND entry_hash = \(Data(key.hash))", as: UUID.self)
    }

    /// The person with these ids, if they are in the study and show the session they came with.
    /// - Throws: ``StudyError/tookPart`` when they are in it but do not, or were in a study that excludes them.
    private static func known(
        _ ids: PlatformIDs, in study: Study, _ session: some PostgresSession
    ) async throws -> UUID? {
        let before = try await session.first(
            "SELECT id, platform_session FROM participants WHERE study_id = \(study.id) AND platform_id = \(ids.participant)",
            as: (UUID, String?).self)
        if let before {
            guard let own = ids.session, own == before.1 else { throw StudyError.tookPart }
            return before.0
        }
        let excluded = study.settings.recruitment?.excludedStudies ?? []
        let elsewhere = try await session.first(
            """
            SELECT true FROM participants p JOIN studies s ON s.id = p.study_id
            WHERE p.platform_id = \(ids.participant) AND s.name = ANY(\(excluded)) LIMIT 1
            """, as: Bool.self)
        if elsewhere == true { throw StudyError.tookPart }
        return nil
    }

    /// What is known of somebody who comes from a platform; of a simulated person, what is known of somebody drawn at
    /// random, so that a rehearsal has the same kinds of people.
    private func attributes(
        of ids: PlatformIDs?, synthetic: Bool, in study: Study, _ connection: Connection
    ) async throws -> JSONB<[String: String]>? {
        guard study.settings.recruitment?.attributes != nil else { return nil }
        return try await connection.first(
            """
            SELECT attributes FROM platform_attributes
            WHERE study_id = \(study.id) AND (\(synthetic)::boolean OR platform_id = \(ids?.participant)::text)
            ORDER BY random() LIMIT 1
            """, as: JSONB<[String: String]>.self)
    }

    /// The participant reads the pages in `language` from now on.
    /// - Throws: ``StudyError/unknownLanguage`` when the study does not offer it.
    public func choose(_ language: Language, for participantID: UUID) async throws {
        try await database.transaction { connection in
            let settings = try await connection.first(
                """
                SELECT v.settings FROM participants p JOIN study_versions v ON v.id = p.study_version_id
                WHERE p.id = \(participantID)
                """, as: JSONB<StudySettings>.self)
            guard let settings else { throw StudyError.noSession }
            guard settings.value.languages.contains(language) else { throw StudyError.unknownLanguage }
            try await connection.execute(
                "UPDATE participants SET language = \(language.rawValue) WHERE id = \(participantID)")
            try await Changes.announce([participantID], in: connection)
        }
    }

    /// The participant has read the instructions: on to the comprehension questions, or into the lobby, and into a group
    /// if that fills one.
    /// - Throws: ``StudyError/movedOn`` when their time for it was over before, ``StudyError/notYet`` when it has not come.
    public func acceptInstructions(_ participantID: UUID) async throws {
        try await database.transaction { connection in
            let pool = try await Lobby.lockPool(of: participantID, in: connection)
            guard let place = try await Passage.take(participantID, on: .instructed, in: connection) else {
                // Nothing happens when it is the same click again.
                let (wasInstructed, stage) = try await connection.first(
                    "SELECT instructed_at IS NOT NULL, stage FROM participants WHERE id = \(participantID)",
                    as: (Bool, String).self) ?? (false, "")
                guard wasInstructed else {
                    throw stage == Participant.Stage.entry.rawValue ? StudyError.notYet : StudyError.movedOn
                }
                return
            }
            guard place.stage == .lobby else { return }
            try await Lobby.fill(pool, in: connection)
            try await Lobby.announce(pool, in: connection)
        }
    }

    /// The participant, who waits in the lobby, is still there, or there again. Elsewhere it changes nothing.
    public func confirmPresence(_ participantID: UUID) async throws {
        try await database.transaction { try await Lobby.confirm(participantID, in: $0) }
    }

    /// The participant has read the debriefing, which ends their part.
    /// - Throws: ``StudyError/notYet`` before the last round is over.
    public func acceptDebriefing(_ participantID: UUID) async throws {
        try await database.transaction { connection in
            guard try await Passage.take(participantID, on: .debriefed, in: connection) == nil else { return }
            let isOver = try await connection.first(
                "SELECT stage IN ('done', 'ended') FROM participants WHERE id = \(participantID)", as: Bool.self)
            guard isOver == true else { throw StudyError.notYet }
            // Read after the time for it, on the last page, where whoever has seen a statement finds it too.
            try await connection.execute(
                """
                UPDATE participants SET debriefed_at = now()
                WHERE id = \(participantID) AND debriefed_at IS NULL
                  AND (stage = 'done' OR EXISTS (SELECT FROM presentations s
                                                 WHERE s.participant_id = \(participantID) AND s.shown_at IS NOT NULL))
                """)
        }
    }
}
