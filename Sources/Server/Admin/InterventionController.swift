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
            .post("erase", use: erase)
            .post("extend", use: extendPerson)
        router.group("studies/:study/groups/:id")
            .post("release", use: releaseGroup)
            .post("move-on", use: moveOn)
            .post("end-round", use: endRound)
            .post("extend", use: extendGroup)
        router.post("studies/:study/messages/:id/answer", use: answer)
    }

    /// What is asked, with a key by which the same is known when it is sent again.
    private protocol Keyed: Decodable {
        var key: UUID { get }
    }

    private struct Key: Keyed {
        let key: UUID
    }

    private struct Reason: Keyed {
        let key: UUID
        let reason: String?
    }

    private struct Extension: Keyed {
        let key: UUID
        let minutes: Double
        /// As it was seen.
        let deadline: Date
    }

    private struct Phase: Keyed {
        let key: UUID
        let round: Int
        let phase: RoundPhase
    }

    private struct Round: Keyed {
        let key: UUID
        let round: Int
    }

    private struct Answer: Keyed {
        let key: UUID
        let text: String
        /// Whether an answer that is there is to be changed.
        let replacing: Bool?
    }

    private func nudge(_ request: Request, context: ConcordContext) async throws -> Intervention.Outcome {
        try await act(Key.self, request, context) { id, _ in .nudge(id) }
    }

    private func releasePerson(_ request: Request, context: ConcordContext) async throws -> Intervention.Outcome {
        try await act(Key.self, request, context) { id, _ in .releasePerson(id) }
    }

    private func remove(_ request: Request, context: ConcordContext) async throws -> Intervention.Outcome {
        try await act(Reason.self, request, context) { id, body in .remove(id, reason: body.reason ?? "") }
    }

    private func erase(_ request: Request, context: ConcordContext) async throws -> Intervention.Outcome {
        try await act(Reason.self, request, context) { id, body in .erase(id, reason: body.reason ?? "") }
    }

    private func extendPerson(_ request: Request, context: ConcordContext) async throws -> Intervention.Outcome {
        try await act(Extension.self, request, context) { id, body in
            .extendPerson(id, minutes: body.minutes, deadline: body.deadline)
        }
    }

    private func releaseGroup(_ request: Request, context: ConcordContext) async throws -> Intervention.Outcome {
        try await act(Key.self, request, context) { id, _ in .releaseGroup(id) }
    }

    private func moveOn(_ request: Request, context: ConcordContext) async throws -> Intervention.Outcome {
        try await act(Phase.self, request, context) { id, body in .moveOn(id, round: body.round, phase: body.phase) }
    }

    private func endRound(_ request: Request, context: ConcordContext) async throws -> Intervention.Outcome {
        try await act(Round.self, request, context) { id, body in .endRound(id, round: body.round) }
    }

    private func extendGroup(_ request: Request, context: ConcordContext) async throws -> Intervention.Outcome {
        try await act(Extension.self, request, context) { id, body in
            .extendGroup(id, minutes: body.minutes, deadline: body.deadline)
        }
    }

    private func answer(_ request: Request, context: ConcordContext) async throws -> Intervention.Outcome {
        try await act(Answer.self, request, context) { id, body in
            .answer(id, text: body.text, replacing: body.replacing ?? false)
        }
    }

    private func act<Body: Keyed>(
        _ type: Body.Type, _ request: Request, _ context: ConcordContext, _ intervention: (UUID, Body) -> Intervention
    ) async throws -> Intervention.Outcome {
        let study = try await access.study(
            named: context.parameters.require("study"), for: context.user(), to: .change)
        let body = try await request.decode(as: type, context: context)
        // What is no id is the id of nothing: the refusal is the same.
        let id = UUID(uuidString: try context.parameters.require("id")) ?? UUID()
        return try await interventions.carryOut(intervention(id, body), in: study, by: context.actor(), key: body.key)
    }
}
