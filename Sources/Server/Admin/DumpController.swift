// Making dumps, and fetching them.

import Exports
import Foundation
import HTTPTypes
import Hummingbird
import Postgres
import Studies

/// The routes of dumps: asked for as jobs, fetched as files, in parts if need be.
struct DumpController {
    let access: StudyAccess
    let jobs: Jobs
    let downloads: Downloads
    let log: AuditLog

    init(database: Database) {
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
    }

    private struct Wanted: Decodable {
        let formats: [DumpFormat]?
        let excel: Bool?
        let platformIDs: Bool?
        let synthetic: Bool?
        let comparisons: Bool?
        let trainingSets: Bool?
        let since: UUID?
    }

    private func list(_ request: Request, context: ConcordContext) async throws -> List {
        let user = try context.user()
        let study = try await study(context)
        let mayKnow = user.role == .admin
        let jobs = try await jobs.list(kinds: [DumpJob.kind], study: study.id).filter { $0.state != .finished }
        return List(
            downloads: try await downloads.list(of: study.id).filter { mayKnow || !$0.platformIDs }, jobs: jobs)
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
        if parameters.platformIDs, user.role != .admin { throw DownloadError.namesPlatformIDs }
        if let since = wanted.since { parameters.since = try await downloads.download(since, of: study.id).id }
        let id = try await jobs.ask(for: DumpJob.kind, with: parameters, study: study.id, by: user, once: true)
        try await log.record(
            "dump.make", by: context.actor(), study: study.id,
            details: ["platform_ids": "\(parameters.platformIDs)"])
        return EditedResponse(status: .accepted, response: try await jobs.job(id, for: user))
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
