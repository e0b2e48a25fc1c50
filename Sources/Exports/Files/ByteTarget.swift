// Where the bytes of a file go.

import Foundation
import Glibc
import Synchronization

/// Takes bytes; every call may block, so none is made on Swift's own threads.
protocol ByteTarget: Sendable {
    func append(_ bytes: [UInt8]) throws
    /// Ends the file: it is whole, and in its place.
    func close() throws
    /// Gives the file up: nothing of it stays in its place.
    func abandon()
}

/// A file of its own: written beside its place, and moved there when it is whole.
final class PlainFile: ByteTarget {
    private let descriptor: Mutex<Int32?>
    private let partial: String
    private let path: String

    /// - Throws: ``DumpError/unwritable(_:_:)``.
    init(_ url: URL) throws {
        path = url.path(percentEncoded: false)
        partial = url.deletingLastPathComponent().appending(path: ".\(url.lastPathComponent).partial").path(percentEncoded: false)
        let opened = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard opened >= 0 else { throw DumpError.unwritable(path, String(cString: strerror(errno))) }
        descriptor = Mutex(opened)
    }

    func append(_ bytes: [UInt8]) throws {
        try descriptor.withLock { descriptor in
            guard let descriptor else { throw DumpError.unwritable(path, "it is closed") }
            try Self.write(bytes, to: descriptor, path)
        }
    }

    func close() throws {
        let isClosed = descriptor.withLock { descriptor in
            defer { descriptor = nil }
            return descriptor.map { Glibc.close($0) == 0 } ?? true
        }
        guard isClosed, rename(partial, path) == 0 else {
            throw DumpError.unwritable(path, String(cString: strerror(errno)))
        }
    }

    func abandon() {
        descriptor.withLock { descriptor in
            if let descriptor { _ = Glibc.close(descriptor) }
            descriptor = nil
        }
        unlink(partial)
    }

    /// Writes all of the bytes.
    static func write(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws {
        try bytes.withUnsafeBytes { bytes in
            var rest = bytes
            while let start = rest.baseAddress, !rest.isEmpty {
                let count = Glibc.write(descriptor, start, rest.count)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { throw DumpError.unwritable(path, String(cString: strerror(errno))) }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
        }
    }
}
