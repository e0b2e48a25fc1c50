// Headers that every response carries.

import HTTPTypes
import Hummingbird

/// Keeps pages to their own scripts and styles, out of frames, and out of referrers; keeps state out of caches. The pages
/// of a preview may be in frames of our own, and a response that says what its page may do keeps that.
struct ResponseHeaders: RouterMiddleware {
    /// The page that our own pages show in a frame beside a person's record.
    private static let framed: Set<String> = ["/admin/seen", "/admin/seen.html"]

    private static func policy(for path: String) -> String {
        "default-src 'self'; base-uri 'none'; form-action 'self'; object-src 'none'; frame-ancestors "
            + (framed.contains(path) || path.hasPrefix(PreviewController.path) ? "'self'" : "'none'")
    }

    func handle(
        _ request: Request, context: ConcordContext, next: (Request, ConcordContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        if response.headers[.contentSecurityPolicy] == nil {
            response.headers[.contentSecurityPolicy] = Self.policy(for: request.uri.path)
        }
        response.headers[.xContentTypeOptions] = "nosniff"
        if let name = HTTPField.Name("Referrer-Policy") { response.headers[name] = "no-referrer" }
        if response.headers[.cacheControl] == nil {
            response.headers[.cacheControl] = request.uri.path.hasPrefix("/api/") ? "no-store" : "no-cache"
        }
        return response
    }
}
