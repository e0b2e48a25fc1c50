// Static files.

import HTTPTypes
import Hummingbird

/// Serves the files of a ``PublicFolder``: for ever under an address with the folder's digest in it, checked each time
/// under their own.
struct PublicFiles: RouterMiddleware {
    let folder: PublicFolder

    func handle(
        _ request: Request, context: ConcordContext, next: (Request, ConcordContext) async throws -> Response
    ) async throws -> Response {
        let path = request.uri.path
        guard request.method == .get || request.method == .head, !path.hasPrefix("/api/") else {
            return try await next(request, context)
        }
        let (name, digest) = Self.parts(of: path)
        guard let file = folder.file(at: name) else { return try await next(request, context) }
        return Self.response(to: request, file, isForEver: digest == folder.digest)
    }

    /// The name of a file, and the digest in front of it.
    private static func parts(of path: String) -> (name: String, digest: String?) {
        guard path.hasPrefix("/at/") else { return (path, nil) }
        let rest = path.dropFirst("/at/".count)
        guard let slash = rest.firstIndex(of: "/") else { return (path, nil) }
        return (String(rest[slash...]), String(rest[..<slash]))
    }

    static func response(to request: Request, _ file: PublicFolder.File, isForEver: Bool = false) -> Response {
        var headers: HTTPFields = [
            .contentType: file.type, .eTag: file.tag, .vary: "Accept-Encoding",
            .cacheControl: isForEver ? "public, max-age=31536000, immutable" : "no-cache",
        ]
        if request.headers[.ifNoneMatch] == file.tag { return Response(status: .notModified, headers: headers) }
        var body = file.body
        if let gzip = file.gzip, CompressedResponses.accepts(request) {
            headers[.contentEncoding] = "gzip"
            body = gzip
        }
        guard request.method == .head else { return Response(status: .ok, headers: headers, body: .init(byteBuffer: body)) }
        headers[.contentLength] = "\(body.readableBytes)"
        return Response(status: .ok, headers: headers)
    }
}
