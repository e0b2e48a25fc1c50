// Whom a study takes, and where they come from: invitations, what is known of people beforehand, submissions on a platform.

import Foundation
import Hummingbird
import Postgres
import Studies

/// The routes by which people are recruited: for admins, since they say who people are on their platform.
struct StudyRecruitmentController {
    let access: StudyAccess
    let invitations: Invitations
    let submissions: Submissions

    init(database: Database) {
        access = StudyAccess(database: database)
        invitations = Invitations(database: database)
        submissions = Submissions(database: database)
    }

    func addRoutes(to router: RouterGroup<ConcordContext>) {
        router.group("studies/:study")
            .get("recruitment", use: show)
            .post("invitations", use: invite)
            .post("attributes", use: attach)
            .get("submissions", use: list)
            .get("submissions/file", use: file)
            .post("submissions/returned", use: returned)
    }

    private struct Overview: ResponseEncodable {
        let source: Recruitment.Source
        let invitations: Invitations.Tally
        /// The names that the study asks for.
        let attributes: [String]
        let known: KnownAttributes
    }

    private func show(_ request: Request, context: ConcordContext) async throws -> Overview {
        let study = try await study(context)
        return Overview(
            source: study.settings.recruitment?.source ?? .open, invitations: try await invitations.tally(of: study),
            attributes: study.settings.recruitment?.attributes ?? [], known: try await submissions.attributes(of: study))
    }

    // MARK: - Invitations

    private struct Wanted: Decodable {
        let count: Int
    }

    private struct Invited: ResponseEncodable {
        /// What follows the server's address in each link. They are not kept.
        let links: [String]
        let invitations: Invitations.Tally
    }

    private func invite(_ request: Request, context: ConcordContext) async throws -> EditedResponse<Invited> {
        let study = try await study(context)
        let body = try await request.decode(as: Wanted.self, context: context)
        guard (1...Invitations.most).contains(body.count) else {
            throw HTTPError(.unprocessableContent, message: "Please choose a number from 1 to \(Invitations.most).")
        }
        let name = study.settings.name
        let secrets = try await invitations.create(body.count, study: name, by: context.actor())
        return EditedResponse(
            status: .created,
            response: Invited(
                links: secrets.map { "/join/\(name)?invitation=\($0.text)" }, invitations: try await invitations.tally(of: study)))
    }

    // MARK: - Attributes

    /// A file as text.
    private struct Upload: Decodable {
        let text: String
        /// The column of the ids; Prolific's if nil.
        let column: String?
    }

    private struct Attached: ResponseEncodable {
        /// How many people the file has.
        let read: Int
        let known: KnownAttributes
    }

    private func attach(_ request: Request, context: ConcordContext) async throws -> Attached {
        let study = try await study(context)
        let body = try await request.decode(as: Upload.self, context: context)
        let name = study.settings.name
        guard let attributes = study.settings.recruitment?.attributes else { throw StudyError.noAttributes(name) }
        let people = try AttributeFile(text: body.text, column: Self.column(body.column), attributes: attributes).people
        _ = try await submissions.attach(people, study: name, by: context.actor())
        return Attached(read: people.count, known: try await submissions.attributes(of: study))
    }

    // MARK: - Submissions

    private struct List: ResponseEncodable {
        let submissions: [PlatformParticipant]
    }

    private struct Returned: Decodable {
        /// A platform's CSV file, or an id a line.
        let text: String
        let column: String?
        let statusColumn: String?
        /// The statuses that count, in a file that has them.
        let statuses: [String]?
    }

    private func list(_ request: Request, context: ConcordContext) async throws -> List {
        List(submissions: try await submissions.list(study: study(context).settings.name))
    }

    private func file(_ request: Request, context: ConcordContext) async throws -> Response {
        let study = try await study(context)
        let text = try await submissions.file(of: study, by: context.actor())
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/csv; charset=utf-8",
                .contentDisposition: "attachment; filename=\"\(study.settings.name)-submissions.csv\"", .cacheControl: "no-store",
            ],
            body: .init(byteBuffer: .init(string: text)))
    }

    private func returned(_ request: Request, context: ConcordContext) async throws -> ReturnedSubmissions {
        let study = try await study(context)
        let body = try await request.decode(as: Returned.self, context: context)
        let file = try SubmissionFile(
            text: body.text, column: Self.column(body.column), statusColumn: body.statusColumn ?? "Status",
            statuses: body.statuses ?? ["RETURNED", "TIMED-OUT"])
        return try await submissions.returned(file.platformIDs, study: study.settings.name, by: context.actor())
    }

    /// The column of the ids; Prolific's where none is named.
    private static func column(_ name: String?) -> String {
        name?.trimmingCharacters(in: .whitespaces) ?? "Participant id"
    }

    private func study(_ context: ConcordContext) async throws -> Study {
        try await access.study(named: context.parameters.require("study"), for: context.user(), to: .change)
    }
}
