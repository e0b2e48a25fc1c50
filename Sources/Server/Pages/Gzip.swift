// Compression of what is sent.

import CZlib
import NIOCore

/// gzip (RFC 1952), of whole bodies.
enum Gzip {
    /// Below this many bytes a body is sent as it is.
    static let worthwhile = 800

    /// - Parameter level: 1 (fast) to 9 (small).
    /// - Returns: nil when zlib cannot, or when nothing would be gained.
    static func compressed(_ body: ByteBuffer, level: Int32) -> ByteBuffer? {
        guard body.readableBytes >= worthwhile else { return nil }
        var stream = z_stream()
        guard concord_gzip_begin(&stream, level) == Z_OK else { return nil }
        defer { deflateEnd(&stream) }
        let limit = Int(deflateBound(&stream, UInt(body.readableBytes)))
        var output = ByteBuffer()
        output.writeWithUnsafeMutableBytes(minimumWritableBytes: limit) { target in
            body.withUnsafeReadableBytes { source in
                stream.next_in = UnsafeMutablePointer(
                    mutating: source.bindMemory(to: UInt8.self).baseAddress)
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.bindMemory(to: UInt8.self).baseAddress
                stream.avail_out = UInt32(target.count)
                return deflate(&stream, Z_FINISH) == Z_STREAM_END ? target.count - Int(stream.avail_out) : 0
            }
        }
        return output.readableBytes > 0 && output.readableBytes < body.readableBytes ? output : nil
    }
}
