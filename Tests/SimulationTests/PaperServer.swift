// A real HTTP server over a paper study, which tests start and stop.

import Foundation
import Hummingbird
import Logging

/// Serves `study` on 127.0.0.1.
struct PaperServer {
    let study: PaperStudy

    /// Runs `body` while the server is up, and returns when the server is gone again.
    /// - Parameter port: 0 for any free one.
    func whileUp<Result: Sendable>(
        port: Int = 0, _ body: @escaping @Sendable (_ port: Int) async throws -> Result
    ) async throws -> Result {
        let (ports, found) = AsyncStream.makeStream(of: Int.self)
        var logger = Logger(label: "paper")
        logger.logLevel = .critical
        let application = Application(
            router: router(), configuration: .init(address: .hostname("127.0.0.1", port: port)),
            onServerRunning: { channel in found.yield(channel.localAddress?.port ?? 0) }, logger: logger)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { found.finish() }
                try await application.run()
            }
            var first = ports.makeAsyncIterator()
            guard let port = await first.next() else {
                try await group.waitForAll()
                throw CancellationError()
            }
            let result = await Swift.Result.catching { try await body(port) }
            group.cancelAll()
            while let ended = await group.nextResult() { _ = ended }
            return try result.get()
        }
    }

    private func router() -> Router<BasicRequestContext> {
        let study = study
        let router = Router()
        router.get("join/paper") { _, _ in HTTPResponse.Status.noContent }
        router.post("api/studies/paper/participants") { request, _ in
            Self.response(
                await study.join(
                    authorization: request.headers[.authorization], body: try await Self.text(request)))
        }
        router.get("api/participation") { request, _ in
            Self.response(await study.look(session: request.cookies["concord_session"]?.value ?? ""))
        }
        router.post("api/participation/:answer") { request, context in
            let body = try await Self.text(request)
            guard request.headers[.contentType] == "application/json" else { throw HTTPError(.unsupportedMediaType) }
            return Self.response(
                await study.answer(
                    try context.parameters.require("answer"),
                    session: request.cookies["concord_session"]?.value ?? "", body: body))
        }
        return router
    }

    private static func text(_ request: Request) async throws -> String {
        String(buffer: try await request.body.collect(upTo: 100_000))
    }

    private static func response(_ reply: PaperStudy.Reply) -> Response {
        var response = Response(
            status: reply.status,
            headers: [.contentType: reply.isProblem ? "application/problem+json" : "application/json"],
            body: .init(byteBuffer: ByteBuffer(string: reply.body)))
        if let session = reply.session {
            response.setCookie(Cookie(name: "concord_session", value: session, path: "/", httpOnly: true))
        }
        return response
    }
}

extension Result where Failure == any Error {
    fileprivate static func catching(_ body: () async throws -> Success) async -> Result {
        do {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }
}
