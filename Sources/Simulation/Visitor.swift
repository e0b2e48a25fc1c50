// One person's HTTP connection to the server: their cookie, and sending again until an answer comes.

import AsyncHTTPClient
import Foundation

/// Sends one person's requests. A server that is away, or has an error, is asked the same again while the crowd is
/// patient.
struct Visitor {
    private let client: HTTPClient
    private let server: String
    private let crowd: Crowd
    /// How long one request may take.
    private let timeout: Duration
    private var jitter: SplitMix64
    private var cookies: [String: String] = [:]

    init(client: HTTPClient, server: URL, crowd: Crowd, timeout: Duration, jitter: SplitMix64) {
        self.client = client
        let address = server.absoluteString
        self.server = address.hasSuffix("/") ? String(address.dropLast()) : address
        self.crowd = crowd
        self.timeout = timeout
        self.jitter = jitter
    }

    /// The cookie of the person's session.
    var session: String? { cookies["concord_session"] }

    /// - Returns: the body of the answer.
    /// - Throws: ``JourneyError/refused(status:detail:)``, ``JourneyError/serverAway(reason:)``, `CancellationError`.
    mutating func get(_ path: String) async throws -> Data {
        try await send(HTTPClientRequest(url: server + path), method: "GET", path: path)
    }

    /// - Parameter token: a bearer token to send along.
    /// - Returns: the body of the answer.
    /// - Throws: ``JourneyError/refused(status:detail:)``, ``JourneyError/serverAway(reason:)``, `CancellationError`.
    mutating func post(_ path: String, _ body: some Encodable, token: String? = nil) async throws -> Data {
        var request = HTTPClientRequest(url: server + path)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        // Encoded once: what is sent again is the same to the byte.
        request.body = .bytes(try JSONEncoder().encode(body))
        return try await send(request, method: "POST", path: path)
    }

    /// Listens to the server's events until one says that something has changed, or for so long.
    /// - Returns: whether one did. A line that breaks is as if nothing had been said.
    func listen(to path: String, atMost limit: Duration) async throws -> Bool {
        var asking = HTTPClientRequest(url: server + path)
        add(cookies, to: &asking)
        let (client, request) = (client, asking)
        return try await withThrowingTaskGroup(of: Bool.self) { tasks in
            tasks.addTask { try await Self.hears(client, request, within: limit) }
            // A request's own time is over when its answer has begun; a stream may be silent for ever.
            tasks.addTask {
                try await Task.sleep(for: limit)
                return false
            }
            defer { tasks.cancelAll() }
            return try await tasks.next() ?? false
        }
    }

    private static func hears(_ client: HTTPClient, _ request: HTTPClientRequest, within limit: Duration) async throws -> Bool {
        do {
            let response = try await client.execute(request, timeout: .milliseconds(Int64(limit / .milliseconds(1))))
            guard response.status == .ok else { return false }
            var text = ""
            for try await chunk in response.body {
                text += String(decoding: chunk.readableBytesView, as: UTF8.self)
                // The first one only says that the stream has begun.
                if text.components(separatedBy: "event: change").count > 2 { return true }
            }
        } catch {
            try Task.checkCancellation()
        }
        return false
    }

    private func add(_ cookies: [String: String], to request: inout HTTPClientRequest) {
        guard !cookies.isEmpty else { return }
        let header = cookies.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
        request.headers.add(name: "Cookie", value: header)
    }

    private mutating func send(_ request: HTTPClientRequest, method: String, path: String) async throws -> Data {
        var pause = Duration.milliseconds(50)
        while true {
            let trouble: String
            do {
                let reply = try await attempt(request)
                switch reply.status {
                case 200..<300: return reply.body
                case 408, 425, 429, 500...:
                    if reply.status >= 500 { await crowd.note(reply.status == 503 ? .serverAway : .serverError) }
                    trouble = "status \(reply.status) to \(method) \(path)"
                default: throw JourneyError.refused(status: reply.status, detail: Self.detail(reply.body))
                }
            } catch let error as JourneyError {
                throw error
            } catch {
                try Task.checkCancellation()
                trouble = "\(error)"
            }
            guard await crowd.isPatient else { throw JourneyError.serverAway(reason: trouble) }
            try await Task.sleep(for: pause * (0.5 + 0.5 * jitter.unit()))
            pause = min(pause * 2, .seconds(1))
        }
    }

    private mutating func attempt(_ request: HTTPClientRequest) async throws -> (status: Int, body: Data) {
        var request = request
        add(cookies, to: &request)
        let response = try await client.execute(
            request, timeout: .milliseconds(Int64(timeout / .milliseconds(1))))
        let body = try await response.body.collect(upTo: 4 * 1_024 * 1_024)
        // Only a whole answer counts, its cookies included.
        for header in response.headers["Set-Cookie"] { keep(header) }
        return (Int(response.status.code), Data(body.readableBytesView))
    }

    /// Keeps the cookie of a `Set-Cookie` header; one that has expired is dropped.
    private mutating func keep(_ header: String) {
        let parts = header.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
        guard let pair = parts.first, let equals = pair.firstIndex(of: "=") else { return }
        let isOver = parts.dropFirst().contains { $0.lowercased() == "max-age=0" }
        cookies[String(pair[..<equals])] = isOver ? nil : String(pair[pair.index(after: equals)...])
    }

    private static func detail(_ body: Data) -> String {
        struct Problem: Decodable {
            let detail: String
        }
        return (try? JSONDecoder().decode(Problem.self, from: body))?.detail ?? "it gave no reason."
    }
}
