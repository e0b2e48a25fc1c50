// Decompression of what zip files hold.

import CZlib
import Foundation

/// A stream of bare deflate (RFC 1951), read.
final class Inflater {
    private let stream: UnsafeMutablePointer<z_stream>

    /// - Throws: ``DumpError/outOfMemory``.
    init() throws {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard concord_inflate_begin(stream) == Z_OK else {
            stream.deallocate()
            throw DumpError.outOfMemory
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Hands what `packed` stands for to `body`, part by part.
    /// - Returns: false when it is no deflate.
    func expand(_ packed: Data, _ body: (Data) throws -> Void) throws -> Bool {
        var packed = [UInt8](packed)
        return try packed.withUnsafeMutableBufferPointer { source in
            stream.pointee.next_in = source.baseAddress
            stream.pointee.avail_in = UInt32(source.count)
            while true {
                var status = Z_OK
                let plain = [UInt8](unsafeUninitializedCapacity: 1 << 18) { target, count in
                    stream.pointee.next_out = target.baseAddress
                    stream.pointee.avail_out = UInt32(target.count)
                    status = inflate(stream, Z_NO_FLUSH)
                    count = target.count - Int(stream.pointee.avail_out)
                }
                guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else { return false }
                if !plain.isEmpty { try body(Data(plain)) }
                if plain.count < 1 << 18 || status == Z_STREAM_END { return true }
            }
        }
    }
}
