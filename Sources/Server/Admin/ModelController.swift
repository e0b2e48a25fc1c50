// The model registry, and training by the server.

import Consensus
import Foundation
import Hummingbird
import Postgres
import Studies

/// The routes of models. Registering a file is for the command line of the server's machine, where the file lies.
struct ModelController {
    let access: StudyAccess
    let models: ModelWork

    init(database: Database) {
        access = StudyAccess(database: database)
        models = ModelWork(database: database)
    }

    func addRoutes(to router: RouterGroup<ConcordContext>) {
        router.group("models")
            .get(use: list)
            .post("trainings", use: train)
            .post("evaluations", use: evaluate)
    }

    private struct Training: Decodable {
        let name: String
        let studies: [String]?
        let imports: [String]?
        let components: Int?
        let folds: Int?
        let seed: UInt64?
        let synthetic: Bool?
        let rewardModel: String?
    }

    private struct Evaluation: Decodable {
        let model: String
        let studies: [String]?
        let imports: [String]?
        let synthetic: Bool?
    }

    /// A job that was asked for.
    private struct Asked: ResponseEncodable {
        let job: UUID
    }

    private func list(_ request: Request, context: ConcordContext) async throws -> ModelOverview {
        try await models.overview(for: context.user())
    }

    private func train(_ request: Request, context: ConcordContext) async throws -> EditedResponse<Asked> {
        let user = try context.admin()
        let body = try await request.decode(as: Training.self, context: context)
        let studies = try await names(body.studies, for: user)
        let standard = PreferenceTraining()
        let job = try await models.ask(
            for: ModelTrainingJob.Parameters(
                name: body.name, studies: studies, imports: body.imports ?? [], synthetic: body.synthetic ?? false,
                rewardModel: try body.rewardModel.map(Self.name), components: body.components ?? standard.components,
                folds: body.folds ?? standard.folds, seed: body.seed ?? standard.seed), by: context.actor())
        return EditedResponse(status: .accepted, response: Asked(job: job))
    }

    private func evaluate(_ request: Request, context: ConcordContext) async throws -> EditedResponse<Asked> {
        let user = try context.admin()
        let body = try await request.decode(as: Evaluation.self, context: context)
        let studies = try await names(body.studies, for: user)
        let job = try await models.ask(
            for: ModelEvaluationJob.Parameters(
                model: try Self.name(body.model), studies: studies, imports: body.imports ?? [],
                synthetic: body.synthetic ?? false), by: context.actor())
        return EditedResponse(status: .accepted, response: Asked(job: job))
    }

    /// Ratings are read only of studies that the user has.
    private func names(_ studies: [String]?, for user: User) async throws -> [String] {
        for study in studies ?? [] { _ = try await access.study(named: study, for: user, to: .read) }
        return studies ?? []
    }

    private static func name(_ text: String) throws -> ModelName {
        guard let name = ModelName(text) else { throw ModelRegistryError.badName(String(text.prefix(80))) }
        return name
    }
}
