// Answers may only come from our own pages, or from programs that are not browsers.

import Foundation
import HTTPTypes
import Hummingbird

/// Refuses a request that changes something when a browser says that another site made it, or when its body is not
/// JSON (which another site's form cannot send).
struct SameOriginPosts: RouterMiddleware {
    func handle(
        _ request: Request, context: ConcordContext, next: (Request, ConcordContext) async throws -> Response
    ) async throws -> Response {
        guard request.method != .get, request.method != .head else { return try await next(request, context) }
        guard Self.isOurs(request) else {
            throw HTTPError(.forbidden, message: "Requests from other sites are refused.")
        }
        let type = request.headers[.contentType]?.split(separator: ";").first.map(String.init)?.lowercased()
        let needsNone = type == nil && (request.headers[.contentLength] ?? "0") == "0"
            && request.headers[.transferEncoding] == nil
        guard type == "application/json" || needsNone else {
            throw HTTPError(.unsupportedMediaType, message: "Send the body as application/json.")
        }
        return try await next(request, context)
    }

    /// Whether a browser sent it from a page of this server, or no browser sent it.
    private static func isOurs(_ request: Request) -> Bool {
        if let name = HTTPField.Name("Sec-Fetch-Site"), let site = request.headers[name] {
            return site == "same-origin" || site == "none"
        }
        // Browsers leave it out on plain HTTP; then the origin tells.
        guard let origin = request.headers[.origin] else { return true }
        return URL(string: origin).flatMap(\.host) == request.head.authority.flatMap { URL(string: "//\($0)")?.host }
    }
}
