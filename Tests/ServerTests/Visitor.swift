// A program that talks to the server as a browser would: it keeps its cookie, and remembers every byte it received.

import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL

actor Visitor {
    struct Answer: Sendable {
        let status: Int
        let headers: [String: String]
        let text: String

        /// The body as a JSON object.
        var json: [String: any Sendable] {
            (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [String: any Sendable] ?? [:]
        }

        subscript(_ key: String) -> String? { json[key] as? String }
    }

    /// Redirects are answers of their own.
    private static let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)

    /// Certificates of tests are signed by nobody, and crowds come at once.
    private static var configuration: HTTPClient.Configuration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.certificateVerification = .none
        return .init(
            tlsConfiguration: tls, redirectConfiguration: .disallow,
            connectionPool: HTTPClient.Configuration.ConnectionPool(
                idleTimeout: .seconds(60), concurrentHTTP1ConnectionsPerHostSoftLimit: 100))
    }

    private let server: String
    private(set) var cookies: [String: String] = [:]
    /// The session cookie, as it is sent.
    var cookie: String? { cookies["concord_session"].map { "concord_session=\($0)" } }
    private(set) var received = ""

    func setCookies(_ cookies: [String: String]) { self.cookies = cookies }

    init(_ server: String) {
        self.server = server
    }

    func get(_ path: String, headers: [String: String] = [:]) async throws -> Answer {
        try await send("GET", path, body: nil, headers: headers)
    }

    func post(_ path: String, _ body: String, headers: [String: String] = [:]) async throws -> Answer {
        try await send(
            "POST", path, body: body, headers: ["Content-Type": "application/json"].merging(headers) { $1 })
    }

    /// The bytes of a file, as they came.
    func bytes(_ path: String, _ headers: [String: String] = [:]) async throws -> (
        status: Int, headers: [String: String], bytes: Data
    ) {
        var request = HTTPClientRequest(url: server + path)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        request.headers.add(name: "Cookie", value: cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; "))
        let response = try await Self.client.execute(request, timeout: .seconds(60))
        let bytes = Data(buffer: try await response.body.collect(upTo: 64 << 20))
        let plain = Dictionary(response.headers.map { ($0.name.lowercased(), $0.value) }) { $1 }
        return (Int(response.status.code), plain, bytes)
    }

    /// Sends a request with any method.
    func send(_ method: String, _ path: String, _ body: String? = nil, headers: [String: String] = [:]) async throws -> Answer {
        let type = body == nil ? [:] : ["Content-Type": "application/json"]
        return try await send(method, path, body: body, headers: type.merging(headers) { $1 })
    }

    /// Reads server-sent events until one is a change, `count` times.
    func awaitChanges(
        _ count: Int, at path: String = "/api/participation/events", while action: @Sendable () async throws -> Void
    ) async throws -> Bool {
        var request = HTTPClientRequest(url: server + path)
        if !cookies.isEmpty {
            request.headers.add(name: "Cookie", value: cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; "))
        }
        let response = try await Self.client.execute(request, timeout: .seconds(60))
        var seen = 0
        for try await chunk in response.body {
            let text = String(buffer: chunk)
            received += text
            let changes = text.components(separatedBy: "event: change").count - 1
            if seen == 0, changes > 0 { try await action() }
            seen += changes
            if seen >= count { return true }
        }
        return false
    }

    private func send(
        _ method: String, _ path: String, body: String?, headers: [String: String]
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: server + path)
        request.method = HTTPMethod(rawValue: method)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if !cookies.isEmpty {
            request.headers.add(name: "Cookie", value: cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; "))
        }
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await Self.client.execute(request, timeout: .seconds(60))
        let text = String(buffer: try await response.body.collect(upTo: 4 << 20))
        for set in response.headers["Set-Cookie"] {
            let pair = set.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1).map(String.init)
            cookies[pair[0]] = pair.count == 2 && !set.lowercased().contains("max-age=0") ? pair[1] : nil
        }
        received += "\(response.headers)\n\(text)\n"
        var plain: [String: String] = [:]
        for header in response.headers { plain[header.name.lowercased()] = header.value }
        return Answer(status: Int(response.status.code), headers: plain, text: text)
    }
}
