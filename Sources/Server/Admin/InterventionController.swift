// Acting on a study under way.

import Foundation
import Hummingbird
import Postgres
import Studies

/// The routes by which admins act. Each request has a key, drawn by whoever asks, and names what it changes as it was seen.
struct InterventionController {
    let access: StudyAccess
    let interventions: Interventions

    init(database: Database) {
        access = StudyAccess(database: database)
        interventions = Interventions(database: database)
    }

    func addRoutes(to router: RouterGroup<ConcordContext>) {
        router.group("studies/:study/people/:id")
            .post("nudge", use: nudge)
            .post("release", use: releasePerson)
            .post("remove", use: remove)
            .post("extend", use: extendPerson)
        router.group("studies/:study/groups/:id")
            .post("release", use: releaseGroup)
            .post("move-on", use: moveOn)
            .post("end-round", use: endRound)
            .post("extend", use: extendGroup)
        router.post("studies/:study/messages/:id/answer", use: answer)
    }

    private struct Key: Decodable {
        let key: UUID
    }

    private struct Removal: Decodable {
        let key: UUID
        let reason: String?
    }

    private struct Extension: Decodable {
        let key: UUID
        let minutes: Double
        /// As it was seen.
        let deadline: Date
    }

    private struct Phase: Decodable {
        let key: UUID
        let round: Int
        let phase: RoundPhase
    }

    private struct Round: Decodable {
        let key: UUID
        let round: Int
    }

    private struct Answer: Decodable {
        let key: UUID
        let text: String
        /// Whether an answer that is there is to be changed.
        let replacing: Bool?
    }

    private func nudge(_ request: Request, context: ConcordContext) async throws -> Intervention.Outcome {
        let key = try await request.decode(as: Key.self, context: context).key
        return try await act(key, context) { .nudge($0) }
    }

    private func releasePerson(_ request: Request, context: ConcordContext) async throws -> Intervention.Outcome {
        let key = try await request.decode(as: Key.self, context: context).key
        return try await act(key, context) { .releasePerson($0) }
    }

    private func remove(_ request: Request, context: ConcordContext) async throws -> Intervention.Outcome {
        let body = try await request.decode(as: Removal.self, context: context)
        return try await act(body.key, context) { .remove($0, reason: body.reason ?? "") }
    }

    private func extendPerson(_ request: Request, context: ConcordContext) async throws -> Intervention.Outcome {
        let body = try await request.decode(as: Extension.self, context: context)
        return try await act(body.key, context) { .extendPerson($0, minutes: body.minutes, deadline: body.deadline) }
    }

    private func releaseGroup(_ request: Request, context: ConcordContext) async throws -> Intervention.Outcome {
        let key = try await request.decode(as: Key.self, context: context).key
        return try await act(key, context) { .releaseGroup($0) }
    }

    private func moveOn(_ request: Request, context: ConcordContext) async throws -> Intervention.Outcome {
        let body = try await request.decode(as: Phase.self, context: context)
        return try await act(body.key, context) { .moveOn($0, round: body.round, phase: body.phase) }
    }

    private func endRound(_ request: Request, context: ConcordContext) async throws -> Intervention.Outcome {
        let body = try await request.decode(as: Round.self, context: context)
        return try await act(body.key, context) { .endRound($0, round: body.round) }
    }

    private func extendGroup(_ request: Request, context: ConcordContext) async throws -> Intervention.Outcome {
        let body = try await request.decode(as: Extension.self, context: context)
        return try await act(body.key, context) { .extendGroup($0, minutes: body.minutes, deadline: body.deadline) }
    }

    private func answer(_ request: Request, context: ConcordContext) async throws -> Intervention.Outcome {
        let body = try await request.decode(as: Answer.self, context: context)
        return try await act(body.key, context) { .answer($0, text: body.text, replacing: body.replacing ?? false) }
    }

    private func act(
        _ key: UUID, _ context: ConcordContext, _ intervention: (UUID) -> Intervention
    ) async throws -> Intervention.Outcome {
        let study = try await access.study(
            named: context.parameters.require("study"), for: context.user(), to: .change)
        // What is no id is the id of nothing: the refusal is the same.
        let id = UUID(uuidString: try context.parameters.require("id")) ?? UUID()
        return try await interventions.carryOut(intervention(id), in: study, by: context.actor(), key: key)
    }
}
