// Compression as zip files have it.

import CZlib

/// A stream of bare deflate (RFC 1951).
final class Deflater {
    /// Fast: on ratings, within a tenth of the size of zlib's default.
    private static let level: Int32 = 4
    private let stream: UnsafeMutablePointer<z_stream>

    /// - Throws: ``DumpError/outOfMemory``.
    init() throws {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard concord_deflate_begin(stream, Self.level) == Z_OK else {
            stream.deallocate()
            throw DumpError.outOfMemory
        }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// What can be written so far, of these bytes and those before them.
    func compress(_ bytes: [UInt8], isLast: Bool) throws -> [UInt8] {
        var packed: [UInt8] = []
        var bytes = bytes
        return try bytes.withUnsafeMutableBufferPointer { source in
            stream.pointee.next_in = source.baseAddress
            stream.pointee.avail_in = UInt32(source.count)
            while true {
                let part = try [UInt8](unsafeUninitializedCapacity: 1 << 16) { target, count in
                    stream.pointee.next_out = target.baseAddress
                    stream.pointee.avail_out = UInt32(target.count)
                    let status = deflate(stream, isLast ? Z_FINISH : Z_NO_FLUSH)
                    guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else { throw DumpError.outOfMemory }
                    count = target.count - Int(stream.pointee.avail_out)
                }
                packed += part
                if part.count < 1 << 16 { return packed }
            }
        }
    }
}
