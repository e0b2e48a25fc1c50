// Taking answers to surveys and comprehension questions.

import Foundation
import Postgres

/// Stores what participants answer to surveys. The same answers again are accepted and change nothing.
public struct SurveyResponses: Sendable {
    let database: Database

    public init(database: Database) {
        self.database = database
    }

    /// Answers to the entry or the exit survey, or to that of round `number` (from 1).
    /// - Throws: ``StudyError``.
    public func give(
        _ participantID: UUID, _ survey: Surveys.Kind, round number: Int?, answers: [String: SurveyAnswer]
    ) async throws {
        try await database.transaction { connection in
            let settings = try await Self.settings(of: participantID, in: connection)
            let surveys = settings.surveys ?? Surveys()
            guard !surveys.questions(survey).isEmpty else { throw StudyError.notYet }
            let kept = try surveys.checked(answers, to: survey)
            // Where places are counted by what people answer, they answer one after another.
            let pool = survey == .entry && settings.quotas?.answers != nil
                ? try await Lobby.lockPool(of: participantID, in: connection) : nil
            let roundID = survey == .round ? try await lockRound(number, of: participantID, in: connection) : nil
            let stage = try await connection.first(
                "SELECT stage FROM participants WHERE id = \(participantID) FOR UPDATE", as: String.self)
            let before = try await connection.first(
                """
                SELECT answers FROM survey_responses
                WHERE participant_id = \(participantID) AND survey = \(survey.rawValue)
                  AND round_id IS NOT DISTINCT FROM \(roundID)
                """, as: JSONB<[String: SurveyAnswer]>.self)
            if let before {
                guard before.value == kept else { throw StudyError.answeredAlready }
                return
            }
            let wanted: Participant.Stage = switch survey {
            case .entry: .entry
            case .round: .group
            case .exit: .exit
            }
            guard stage == wanted.rawValue else { throw StudyError.movedOn }
            let isEligible = survey != .entry || surveys.areEligible(kept)
            var isQuotaFilled = false
            if let pool, isEligible, !pool.synthetic {
                let attributes = try await connection.first(
                    "SELECT attributes FROM participants WHERE id = \(participantID)", as: JSONB<[String: String]>?.self)
                let profile = Profile(answers: kept, attributes: attributes??.value ?? [:])
                isQuotaFilled = try await AnswerQuotas.isFilled(
                    for: profile, of: participantID, in: pool.studyID, settings, connection)
            }
            try await connection.execute(
                """
                INSERT INTO survey_responses (participant_id, survey, round_id, answers)
                VALUES (\(participantID), \(survey.rawValue), \(roundID), \(JSONB(kept)))
                """)
            let draft: UnsentDraft.About = switch survey {
            case .entry: .entry
            case .round: .round
            case .exit: .exit
            }
            try await Drafts.delete(of: participantID, about: draft, in: connection)
            if let roundID {
                try await RoundProgression.take(.surveyed(participantID), in: roundID, connection)
            } else if !isEligible {
                try await Ending.end(participantID, because: .screenedOut, in: connection)
            } else if isQuotaFilled {
                try await Ending.end(participantID, because: .quotaFilled, in: connection)
            } else {
                try await Passage.take(participantID, on: .surveyed, in: connection)
            }
        }
    }

    /// Try `number` (from 1) at the comprehension questions. Right answers lead into the lobby; wrong ones can be tried
    /// again as often as the study says.
    /// - Throws: ``StudyError``.
    public func tryComprehension(_ participantID: UUID, number: Int, answers: [String: String]) async throws {
        try await database.transaction { connection in
            let pool = try await Lobby.lockPool(of: participantID, in: connection)
            let stage = try await connection.first(
                "SELECT stage FROM participants WHERE id = \(participantID) FOR UPDATE", as: String.self)
            guard let comprehension = try await Self.settings(of: participantID, in: connection).comprehension else {
                throw StudyError.notYet
            }
            let known = answers.filter { key, _ in comprehension.questions.contains { $0.key == key } }
            let tries = try await connection.query(
                "SELECT answers FROM comprehension_tries WHERE participant_id = \(participantID) ORDER BY number",
                as: JSONB<[String: String]>.self)
            guard (1...tries.count + 1).contains(number) else { throw StudyError.notYet }
            if number <= tries.count {
                guard tries[number - 1].value == known else { throw StudyError.answeredAlready }
                return
            }
            guard stage == Participant.Stage.comprehension.rawValue else { throw StudyError.movedOn }
            for question in comprehension.questions where !question.options.contains(known[question.key] ?? "") {
                throw StudyError.badSurveyAnswer(question: question.text, reason: "choose one of the options")
            }
            let wrong = comprehension.wrong(in: known)
            try await connection.execute(
                """
                INSERT INTO comprehension_tries (participant_id, number, answers, wrong)
                VALUES (\(participantID), \(Int16(number)), \(JSONB(known)), \(wrong))
                """)
            if wrong.isEmpty {
                try await Passage.take(participantID, on: .understood, in: connection)
                try await Lobby.fill(pool, in: connection)
                try await Lobby.announce(pool, in: connection)
            } else if number >= comprehension.tries {
                try await Ending.end(participantID, because: .comprehensionFailed, in: connection)
            } else {
                try await Changes.announce([participantID], in: connection)
            }
        }
    }

    private static func settings(of participantID: UUID, in connection: Connection) async throws -> StudySettings {
        let settings = try await connection.first(
            """
            SELECT v.settings FROM participants p JOIN study_versions v ON v.id = p.study_version_id
            WHERE p.id = \(participantID)
            """, as: JSONB<StudySettings>.self)
        guard let settings else { throw StudyError.noSession }
        return settings.value
    }

    /// The round whose statements this member has rated to the last, with its row locked.
    private func lockRound(_ number: Int?, of participantID: UUID, in connection: Connection) async throws -> UUID {
        guard let number = number.flatMap(Int16.init(exactly:)) else { throw StudyError.notYet }
        let round = try await connection.first(
            """
            SELECT r.id, r.phase FROM members m JOIN rounds r ON r.group_id = m.group_id AND r.number = \(number)
            WHERE m.participant_id = \(participantID) AND m.left_at IS NULL FOR UPDATE OF r
            """, as: (UUID, String).self)
        guard let round, let phase = RoundPhase(rawValue: round.1) else { throw StudyError.movedOn }
        switch phase {
        case .finished, .abandoned:
            // Late, unless it is the same answer again.
            let isThere = try await connection.first(
                "SELECT true FROM survey_responses WHERE round_id = \(round.0) AND participant_id = \(participantID)",
                as: Bool.self)
            guard isThere == true else { throw StudyError.movedOn }
        case .ratings:
            let unrated = try await connection.first(
                """
                SELECT count(*) FROM presentations p LEFT JOIN ratings a ON a.presentation_id = p.id
                WHERE p.round_id = \(round.0) AND p.participant_id = \(participantID) AND a.presentation_id IS NULL
                """, as: Int.self)
            guard unrated == 0 else { throw StudyError.notYet }
        case .pending, .opinions, .review, .opinionRatings, .drafting: throw StudyError.notYet
        }
        return round.0
    }
}
