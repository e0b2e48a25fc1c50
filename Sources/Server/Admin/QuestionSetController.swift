// Question sets: looking through them, changing them, their versions, taking them out again.

import Foundation
import Hummingbird
import Postgres
import Studies

/// The routes of question sets. Everybody who is signed in may read and export; admins change.
struct QuestionSetController {
    let sets: QuestionSets
    let jobs: Jobs

    init(database: Database) {
        sets = QuestionSets(database: database)
        jobs = Jobs(database: database)
    }

    func addRoutes(to router: RouterGroup<ConcordContext>) {
        router.group("question-sets")
            .get(use: list)
            .get(":set", use: show)
            .get(":set/questions", use: page)
            .post(":set/questions", use: add)
            .put(":set/questions", use: edit)
            .get(":set/retired", use: retired)
            .post(":set/retired", use: retire)
            .post(":set/restored", use: restore)
            .post(":set/moves", use: move)
            .post(":set/topics", use: setTopic)
            .put(":set/topics", use: renameTopic)
            .get(":set/splits", use: showSplits)
            .post(":set/splits", use: drawSplits)
            .get(":set/versions", use: versions)
            .get(":set/difference", use: difference)
            .get(":set/export", use: export)
    }

    private struct List: ResponseEncodable {
        let sets: [QuestionSetSummary]
    }

    private struct Shown: ResponseEncodable {
        let set: QuestionSetSummary
        /// Work on the set that one has asked for and that is not over.
        let jobs: [Job]
    }

    /// The version that a change made.
    struct Made: ResponseEncodable {
        let version: Int
    }

    private func list(_ request: Request, context: ConcordContext) async throws -> List {
        _ = try context.user()
        return List(sets: try await sets.list())
    }

    private func show(_ request: Request, context: ConcordContext) async throws -> Shown {
        let user = try context.user()
        let name = try context.parameters.require("set")
        guard let set = try await sets.list().first(where: { $0.name == name }) else {
            throw StudyError.unknownQuestionSet(name)
        }
        let kinds = [QuestionTopicsJob.kind, QuestionWritingJob.kind, QuestionScreenJob.kind]
        struct About: Decodable { let set: String }
        let mine = try await jobs.list(kinds: kinds).filter { job in
            let isOver = job.state != .waiting && job.state != .running
            return !isOver && job.user == user.name && (try? job.parameters(as: About.self))?.set == name
        }
        return Shown(set: set, jobs: mine)
    }

    private func page(_ request: Request, context: ConcordContext) async throws -> QuestionPage {
        _ = try context.user()
        let query = request.uri.queryParameters
        return try await sets.page(
            of: context.parameters.require("set"), version: request.number("version", 1...Int(Int32.max)),
            matching: QuestionSearch(
                text: query["search"].map(String.init), topic: query["topic"].map(String.init),
                split: query["split"].map(String.init)),
            after: request.number("offset", 0...Int(Int32.max)) ?? 0, count: request.number("limit", 1...500) ?? 50)
    }

    // MARK: - Changing

    /// A question, and the version that whoever sends it has looked at.
    private struct Edited: Decodable {
        let key: String
        let text: String
        let affirmingStatement: String
        let negatingStatement: String
        let topic: String?
        let split: Split?
        let base: Int?

        var question: Question {
            Question(
                key: key, text: text, affirmingStatement: affirmingStatement, negatingStatement: negatingStatement,
                topic: topic, split: split)
        }
    }

    private func add(_ request: Request, context: ConcordContext) async throws -> EditedResponse<Made> {
        _ = try context.admin()
        let set = try context.parameters.require("set")
        let body = try await request.decode(as: Edited.self, context: context)
        let version = try await sets.add(body.question, to: set, knowing: body.base, by: context.actor())
        return EditedResponse(status: .created, response: Made(version: version))
    }

    private func edit(_ request: Request, context: ConcordContext) async throws -> Made {
        _ = try context.admin()
        let set = try context.parameters.require("set")
        let body = try await request.decode(as: Edited.self, context: context)
        let version = try await sets.edit(body.question, in: set, knowing: body.base, by: context.actor())
        return Made(version: version)
    }

    private struct Retired: ResponseEncodable {
        struct Entry: Encodable {
            /// The last version that had it.
            let version: Int
            let question: Question
        }
        let questions: [Entry]
    }

    private func retired(_ request: Request, context: ConcordContext) async throws -> Retired {
        _ = try context.user()
        let found = try await sets.retired(from: context.parameters.require("set"))
        return Retired(questions: found.map { Retired.Entry(version: $0.version, question: $0.question) })
    }

    private struct Keys: Decodable {
        let keys: [String]
        let base: Int?
    }

    private func retire(_ request: Request, context: ConcordContext) async throws -> Made {
        _ = try context.admin()
        let set = try context.parameters.require("set")
        let body = try await request.decode(as: Keys.self, context: context)
        let version = try await sets.retire(body.keys, from: set, knowing: body.base, by: context.actor())
        return Made(version: version)
    }

    private struct Key: Decodable {
        let key: String
        let base: Int?
    }

    private func restore(_ request: Request, context: ConcordContext) async throws -> Made {
        _ = try context.admin()
        let set = try context.parameters.require("set")
        let body = try await request.decode(as: Key.self, context: context)
        let version = try await sets.restore(body.key, to: set, knowing: body.base, by: context.actor())
        return Made(version: version)
    }

    private struct Move: Decodable {
        let key: String
        let position: Int
        let base: Int?
    }

    private func move(_ request: Request, context: ConcordContext) async throws -> Made {
        _ = try context.admin()
        let set = try context.parameters.require("set")
        let body = try await request.decode(as: Move.self, context: context)
        guard (1...Int(Int32.max)).contains(body.position) else {
            throw HTTPError(.badRequest, message: "position is a number from 1 to \(Int32.max).")
        }
        let version = try await sets.move(body.key, to: body.position, in: set, knowing: body.base, by: context.actor())
        return Made(version: version)
    }

    // MARK: - Topics and splits

    private struct Topic: Decodable {
        let topic: String
        let keys: [String]
        let base: Int?
    }

    private func setTopic(_ request: Request, context: ConcordContext) async throws -> Made {
        _ = try context.admin()
        let set = try context.parameters.require("set")
        let body = try await request.decode(as: Topic.self, context: context)
        let version = try await sets.setTopic(
            body.topic, of: body.keys, in: set, knowing: body.base, by: context.actor())
        return Made(version: version)
    }

    private struct Renaming: Decodable {
        let from: String
        let to: String
        let base: Int?
    }

    private func renameTopic(_ request: Request, context: ConcordContext) async throws -> Made {
        _ = try context.admin()
        let set = try context.parameters.require("set")
        let body = try await request.decode(as: Renaming.self, context: context)
        let version = try await sets.renameTopic(
            body.from, to: body.to, in: set, knowing: body.base, by: context.actor())
        return Made(version: version)
    }

    private struct Splits: ResponseEncodable {
        /// How they were drawn last; nil when they never were.
        let plan: SplitPlan?
    }

    private func showSplits(_ request: Request, context: ConcordContext) async throws -> Splits {
        _ = try context.user()
        let set = try context.parameters.require("set")
        _ = try await sets.newestVersion(of: set)
        return Splits(plan: try await sets.newestSplitPlan(of: set))
    }

    private struct Shares: Decodable {
        let oodTest: Double
        let iidTest: Double
        let validation: Double
        let heldOut: [String]?
        let seed: UInt64?
        let base: Int?
    }

    private struct Drawn: ResponseEncodable {
        let version: Int
        let plan: SplitPlan
    }

    private func drawSplits(_ request: Request, context: ConcordContext) async throws -> Drawn {
        _ = try context.admin()
        let set = try context.parameters.require("set")
        let body = try await request.decode(as: Shares.self, context: context)
        let plan = SplitPlan(
            oodTest: body.oodTest, iidTest: body.iidTest, validation: body.validation, heldOut: body.heldOut,
            seed: body.seed ?? UInt64.random(in: 0..<(1 << 32)))
        let version = try await sets.split(set, by: plan, knowing: body.base, by: context.actor())
        return Drawn(version: version, plan: plan)
    }

    // MARK: - Versions

    private struct Versions: ResponseEncodable {
        let versions: [QuestionSetVersion]
    }

    private func versions(_ request: Request, context: ConcordContext) async throws -> Versions {
        let user = try context.user()
        return Versions(versions: try await sets.history(of: context.parameters.require("set"), for: user))
    }

    private struct Difference: ResponseEncodable {
        let from: Int
        let to: Int
        let difference: QuestionDifference
    }

    private func difference(_ request: Request, context: ConcordContext) async throws -> Difference {
        _ = try context.user()
        let found = try await sets.difference(
            of: context.parameters.require("set"), from: request.number("from", 0...Int(Int32.max)),
            to: request.number("to", 1...Int(Int32.max)))
        return Difference(from: found.from, to: found.to, difference: found.difference)
    }

    private func export(_ request: Request, context: ConcordContext) async throws -> Response {
        _ = try context.user()
        let name = try context.parameters.require("set")
        let formatName = request.uri.queryParameters["format"].map(String.init) ?? "csv"
        guard let format = QuestionFormat(rawValue: formatName) else {
            throw HTTPError(.badRequest, message: "format is csv, tsv or json.")
        }
        let text = try QuestionExport.text(
            await sets.questions(of: name, version: request.number("version", 1...Int(Int32.max))), as: format,
            forSpreadsheets: true)
        let type = switch format {
        case .csv: "text/csv; charset=utf-8"
        case .tsv: "text/tab-separated-values; charset=utf-8"
        case .json: "application/json"
        }
        // The name is one of ours by now: letters, digits and hyphens.
        return Response(
            status: .ok,
            headers: [
                .contentType: type, .contentDisposition: "attachment; filename=\"\(name).\(format.rawValue)\"",
                .cacheControl: "no-store",
            ],
            body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}

extension QuestionPage: ResponseEncodable {}

extension Request {
    /// The number `name` of the address; nil without one.
    /// - Throws: 400 when it is none of `range`.
    func number(_ name: String, _ range: ClosedRange<Int>) throws -> Int? {
        guard let text = uri.queryParameters[name[...]] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw HTTPError(.badRequest, message: "\(name) is a number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }

    /// Whether `name` of the address is true; not without one.
    /// - Throws: 400 when it is neither true nor false.
    func flag(_ name: String) throws -> Bool {
        switch uri.queryParameters[name[...]].map(String.init) {
        case nil, "false": false
        case "true": true
        default: throw HTTPError(.badRequest, message: "\(name) is true or false.")
        }
    }
}
