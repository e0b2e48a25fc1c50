// Headers that every response carries.

import HTTPTypes
import Hummingbird

/// Keeps pages to their own scripts and styles, out of frames, and out of referrers; keeps state out of caches.
struct ResponseHeaders: RouterMiddleware {
    private static let policy = "default-src 'self'; base-uri 'none'; form-action 'self'; object-src 'none'; frame-ancestors "
    /// The pages that our own pages show in a frame: a person's page beside their record.
    private static let framed: Set<String> = ["/admin/seen", "/admin/seen.html"]

    func handle(
        _ request: Request, context: ConcordContext, next: (Request, ConcordContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        response.headers[.contentSecurityPolicy] = Self.policy + (Self.framed.contains(request.uri.path) ? "'self'" : "'none'")
        response.headers[.xContentTypeOptions] = "nosniff"
        if let name = HTTPField.Name("Referrer-Policy") { response.headers[name] = "no-referrer" }
        if response.headers[.cacheControl] == nil {
            response.headers[.cacheControl] = request.uri.path.hasPrefix("/api/") ? "no-store" : "no-cache"
        }
        return response
    }
}
