// The part of a file that a request asks for (RFC 9110, section 14).

import HTTPTypes
import Hummingbird

/// What a request's `Range` asks for. Several ranges at once, and units other than bytes, are answered with the whole, as
/// are ranges of a file that has changed since (`If-Range`).
enum ByteRange: Equatable {
    case whole
    case part(Range<Int64>)
    case unsatisfiable

    init(_ request: Request, of bytes: Int64, tag: String) {
        guard let text = request.headers[.range] else { self = .whole; return }
        if let condition = request.headers[.ifRange], condition != tag { self = .whole; return }
        self = Self.parse(text, of: bytes)
    }

    static func parse(_ text: String, of bytes: Int64) -> ByteRange {
        guard let match = text.wholeMatch(of: /bytes=([0-9]*)-([0-9]*)/) else { return .whole }
        switch (Int64(match.1), Int64(match.2)) {
        case (let first?, let last?):
            guard first <= last else { return .whole }
            return first < bytes ? .part(first..<(last < bytes ? last + 1 : bytes)) : .unsatisfiable
        case (let first?, nil) where match.2.isEmpty:
            return first < bytes ? .part(first..<bytes) : .unsatisfiable
        case (nil, let length?) where match.1.isEmpty:
            return length > 0 && bytes > 0 ? .part(max(0, bytes - length)..<bytes) : .unsatisfiable
        default: return .whole
        }
    }

    var range: Range<Int64>? {
        if case .part(let range) = self { range } else { nil }
    }
}
