// Where a request comes from, and whether over TLS.

import HTTPTypes
import Hummingbird

/// Fills in ``ConcordContext/address`` and ``ConcordContext/isSecure``, and asks browsers that came over TLS to stay there.
struct Transport: RouterMiddleware {
    let proxies: TrustedProxies
    /// Whether this server speaks TLS itself.
    let hasTLS: Bool

    private static let forwardedFor = HTTPField.Name("X-Forwarded-For")
    private static let forwardedProtocol = HTTPField.Name("X-Forwarded-Proto")

    func handle(
        _ request: Request, context: ConcordContext, next: (Request, ConcordContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.address = context.remoteAddress?.ipAddress ?? ""
        context.isSecure = hasTLS
        if proxies.contains(context.remoteAddress) {
            // The proxy adds its own word last; what stands before may be anybody's.
            if let address = Self.last(Self.forwardedFor, of: request) { context.address = String(address.prefix(64)) }
            if Self.last(Self.forwardedProtocol, of: request)?.lowercased() == "https" { context.isSecure = true }
        }
        var response = try await next(request, context)
        if context.isSecure { response.headers[.strictTransportSecurity] = "max-age=31536000" }
        return response
    }

    private static func last(_ name: HTTPField.Name?, of request: Request) -> String? {
        name.flatMap { request.headers[values: $0].last }?.split(separator: ",").last
            .map { $0.trimmingCharacters(in: .whitespaces) }
    }
}
