// Answers of the API, compressed for browsers that say that they can read it.

import HTTPTypes
import Hummingbird
import Synchronization

/// Compresses bodies of a known length. Event streams, and files, which are compressed already, pass as they are.
struct CompressedResponses: RouterMiddleware {
    /// Keeps a body instead of sending it.
    private struct Collector: ResponseBodyWriter {
        final class Bytes: Sendable {
            private let whole = Mutex(ByteBuffer())

            var buffer: ByteBuffer { whole.withLock { $0 } }

            func append(_ buffer: ByteBuffer) { _ = whole.withLock { $0.writeImmutableBuffer(buffer) } }
        }

        let bytes: Bytes

        mutating func write(_ buffer: ByteBuffer) async throws { bytes.append(buffer) }
        consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }

    func handle(
        _ request: Request, context: ConcordContext, next: (Request, ConcordContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        guard Self.accepts(request), response.headers[.contentEncoding] == nil, request.method != .head,
            // What is sent in parts is not to be changed.
            response.headers[.acceptRanges] == nil,
            let length = response.body.contentLength, length >= Gzip.worthwhile
        else { return response }
        let bytes = Collector.Bytes()
        try await response.body.write(Collector(bytes: bytes))
        if let compressed = Gzip.compressed(bytes.buffer, level: 5) {
            response.body = .init(byteBuffer: compressed)
            response.headers[.contentEncoding] = "gzip"
            response.headers[.contentLength] = nil
        } else {
            response.body = .init(byteBuffer: bytes.buffer)
        }
        response.headers[.vary] = "Accept-Encoding"
        return response
    }

    static func accepts(_ request: Request) -> Bool {
        (request.headers[.acceptEncoding] ?? "").split(separator: ",").contains { part in
            let words = part.split(separator: ";").map { $0.filter { !$0.isWhitespace } }
            return words.first == "gzip" && !words.dropFirst().contains { $0.wholeMatch(of: /q=0(\.0*)?/) != nil }
        }
    }
}
