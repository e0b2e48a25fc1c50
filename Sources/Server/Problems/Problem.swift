// Problem details (RFC 9457): how the server says what is wrong.

import Foundation
import Hummingbird

/// A problem: `detail` is one sentence that can be shown to the person and says what to change.
struct Problem: ResponseGenerator {
    let status: HTTPResponse.Status
    let detail: String
    /// A name for it, by which pages have the sentence in other languages, and the numbers in that sentence.
    var code: String?
    var values: [String: Int]?

    private struct Body: Encodable {
        let type = "about:blank"
        let title: String
        let status: Int
        let detail: String
        let code: String?
        let values: [String: Int]?
    }

    func response(from request: Request, context: some RequestContext) throws -> Response {
        let body = Body(title: status.reasonPhrase, status: status.code, detail: detail, code: code, values: values)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var headers: HTTPFields = [.contentType: "application/problem+json"]
        if status == .serviceUnavailable { headers[.retryAfter] = "2" }
        return Response(
            status: status, headers: headers, body: .init(byteBuffer: .init(data: try encoder.encode(body))))
    }
}
