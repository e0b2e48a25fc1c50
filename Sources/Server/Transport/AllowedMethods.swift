// Which methods an address of the API takes.

import HTTPTypes
import Hummingbird

/// Answers a method that an address does not take with 405, saying which it takes. The router by itself says that there is
/// nothing there.
struct AllowedMethods: RouterMiddleware {
    private struct Address {
        let parts: [Substring]
        let methods: [HTTPRequest.Method]

        /// A part in braces stands for any.
        func matches(_ path: [Substring]) -> Bool {
            parts.count == path.count && zip(parts, path).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        }
    }

    private let addresses: [Address]

    /// - Parameter routes: all of the server's.
    init(_ routes: [ConcordServer.Route]) {
        addresses = Dictionary(grouping: routes, by: \.path).map { path, same in
            Address(parts: path.split(separator: "/"), methods: same.map(\.method))
        }
    }

    func handle(
        _ request: Request, context: ConcordContext, next: (Request, ConcordContext) async throws -> Response
    ) async throws -> Response {
        let path = request.uri.path.split(separator: "/")
        guard path.first == "api" else { return try await next(request, context) }
        let methods = addresses.filter { $0.matches(path) }.flatMap(\.methods)
        guard !methods.isEmpty, !methods.contains(request.method), request.method != .head || !methods.contains(.get) else {
            return try await next(request, context)
        }
        var response = try Problem(
            status: .methodNotAllowed, detail: "This address does not take \(request.method.rawValue)."
        ).response(from: request, context: context)
        response.headers[.allow] = Set(methods.map(\.rawValue)).sorted().joined(separator: ", ")
        return response
    }
}
