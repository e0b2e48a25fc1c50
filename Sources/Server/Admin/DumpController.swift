// Making dumps, and fetching them.

import Exports
import Foundation
import HTTPTypes
import Hummingbird
import Postgres
import Studies

/// The routes of dumps: asked for as jobs, fetched as files, in parts if need be.
struct DumpController {
    /// How many characters a licence and a citation may have.
    private static let longestLicence = 200
    private static let longestCitation = 2_000
    /// How many dumps of a study may wait, or be made, for one person.
    private static let mostJobs = 3

    let database: Database
    let access: StudyAccess
    let jobs: Jobs
    let downloads: Downloads
    let log: AuditLog

    init(database: Database) {
        self.database = database
        access = StudyAccess(database: database)
        jobs = Jobs(database: database)
        downloads = Downloads(database: database)
        log = AuditLog(database: database)
    }

    func addRoutes(to router: RouterGroup<ConcordContext>) {
        router.group("studies/:study/dumps")
            .get(use: list)
            .post(use: make)
            .get(":id", use: fetch)
            .head(":id", use: fetch)
    }

    private struct List: ResponseEncodable {
        let downloads: [Download]
        /// Those that wait or are being made, and those that failed.
        let jobs: [Job]
        /// Whether effects by condition are still covered on the Results page.
        let isCovered: Bool
    }

    private struct Wanted: Decodable {
        let formats: [DumpFormat]?
        let excel: Bool?
        let platformIDs: Bool?
        let synthetic: Bool?
        let comparisons: Bool?
        let trainingSets: Bool?
        let quality: Double?
        let agreement: Double?
        let validationShare: Double?
        let testShare: Double?
        let splitSeed: UInt64?
        let licence: String?
        let citation: String?
        let since: UUID?
        let sincePackage: PreviousDump?

        var training: TrainingSetOptions {
            var options = TrainingSetOptions()
            options.quality = quality ?? options.quality
            options.agreement = agreement ?? options.agreement
            options.splits.validationShare = validationShare ?? options.splits.validationShare
            options.splits.testShare = testShare ?? options.splits.testShare
            options.splits.seed = splitSeed ?? options.splits.seed
            return options
        }
    }

    private func list(_ request: Request, context: ConcordContext) async throws -> List {
        let user = try context.user()
        let study = try await study(context)
        let mayKnow = user.role == .admin
        let jobs = try await jobs.list(kinds: [DumpJob.kind], study: study.id).filter { $0.state != .finished }
        return List(
            downloads: try await downloads.list(of: study.id).filter { mayKnow || !$0.platformIDs }, jobs: jobs,
            isCovered: try await ResultsCover.read(of: study, in: database).isCovered)
    }

    private func make(_ request: Request, context: ConcordContext) async throws -> EditedResponse<Job> {
        let user = try context.user()
        let study = try await study(context)
        let wanted = try await request.decode(as: Wanted.self, context: context)
        var parameters = DumpJob.Parameters(study: study.settings.name, formats: wanted.formats ?? [.csv])
        guard !parameters.formats.isEmpty else {
            throw HTTPError(.unprocessableContent, message: "Choose at least one format.")
        }
        parameters.excel = wanted.excel ?? false
        parameters.platformIDs = wanted.platformIDs ?? false
        parameters.synthetic = wanted.synthetic ?? false
        parameters.comparisons = wanted.comparisons ?? true
        parameters.trainingSets = wanted.trainingSets ?? true
        parameters.training = wanted.training
        if let problem = parameters.training.problem { throw HTTPError(.unprocessableContent, message: problem) }
        parameters.licence = try Self.text(wanted.licence, "licence", longest: Self.longestLicence)
        parameters.citation = try Self.text(wanted.citation, "citation", longest: Self.longestCitation)
        if parameters.platformIDs, user.role != .admin { throw DownloadError.namesPlatformIDs }
        if let package = wanted.sincePackage {
            guard wanted.since == nil else {
                throw HTTPError(.unprocessableContent, message: "Name one dump that changes are to be told since, not two.")
            }
            try package.check(isOf: study)
            parameters.sincePackage = package
        }
        if let since = wanted.since { parameters.since = try await downloads.download(since, of: study.id).id }
        let id = try await jobs.ask(for: DumpJob.kind, with: parameters, study: study.id, by: user, once: true, atMost: Self.mostJobs)
        try await log.record(
            "dump.make", by: context.actor(), study: study.id,
            details: [
                "platform_ids": "\(parameters.platformIDs)",
                "covered": "\(try await ResultsCover.read(of: study, in: database).isCovered)",
            ])
        return EditedResponse(status: .accepted, response: try await jobs.job(id, for: user))
    }

    private static func text(_ text: String?, _ name: String, longest: Int) throws -> String? {
        guard let text = text?.trimmingCharacters(in: .whitespacesAndNewlines), !text.isEmpty else { return nil }
        guard text.count <= longest else {
            throw HTTPError(.unprocessableContent, message: "The \(name) may have \(longest) characters, and has \(text.count).")
        }
        return text
    }

    /// The file, or the part of it that is asked for.
    private func fetch(_ request: Request, context: ConcordContext) async throws -> Response {
        let user = try context.user()
        let study = try await study(context)
        guard let id = UUID(uuidString: try context.parameters.require("id")) else { throw DownloadError.unknown }
        let download = try await downloads.download(id, of: study.id)
        if download.platformIDs, user.role != .admin { throw DownloadError.namesPlatformIDs }
        let tag = "\"\(download.sha256)\""
        var headers: HTTPFields = [
            .contentType: "application/zip", .eTag: tag, .acceptRanges: "bytes", .cacheControl: "private, no-cache",
            .contentDisposition: "attachment; filename=\"\(download.name)\"",
        ]
        if request.headers[.ifNoneMatch] == tag { return Response(status: .notModified, headers: headers) }
        let asked = ByteRange(request, of: download.bytes, tag: tag)
        if case .unsatisfiable = asked {
            headers[.contentRange] = "bytes */\(download.bytes)"
            headers[.contentType] = nil
            return Response(status: .rangeNotSatisfiable, headers: headers)
        }
        let range = asked.range ?? 0..<download.bytes
        if asked.range != nil {
            headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(download.bytes)"
        }
        if request.method == .get {
            // Once for all parts of one download.
            try await log.recordOnce(
                "dump.fetch", by: context.actor(), study: study.id, subject: download.name,
                details: ["sha256": download.sha256])
        }
        let status: HTTPResponse.Status = asked.range == nil ? .ok : .partialContent
        guard request.method == .get else {
            headers[.contentLength] = "\(range.count)"
            return Response(status: status, headers: headers)
        }
        return Response(
            status: status, headers: headers,
            body: ResponseBody(contentLength: range.count) { writer in
                try await downloads.read(download, range) { part in try await writer.write(ByteBuffer(bytes: part)) }
                try await writer.finish(nil)
            })
    }

    private func study(_ context: ConcordContext) async throws -> Study {
        try await access.study(named: context.parameters.require("study"), for: context.user(), to: .read)
    }
}
