// Zip files (PKWARE's APPNOTE 6.3), written in one pass, of any size.

import CZlib
import Foundation
import Glibc
import Synchronization

/// Writes a zip file: entries one after another, each compressed as its bytes come. Sizes and checksums are filled in at an
/// entry's end, so that every reader takes the file. Every entry has the Zip64 fields, and the earliest time there is, so that the
/// same entries give the same bytes. Calls block.
final class ZipWriter: Sendable {
    private struct Entry {
        let name: [UInt8]
        let offset: UInt64
        let isCompressed: Bool
        var checksum: UInt32 = 0
        var size: UInt64 = 0
        var compressedSize: UInt64 = 0
    }

    private struct State {
        var descriptor: Int32
        var position: UInt64 = 0
        var entries: [Entry] = []
        var current: Entry?
        var deflater: Deflater?
    }

    /// The version that reads Zip64, and the first moment that a zip file can name: 1 January 1980.
    private static let version: UInt16 = 45, date: UInt16 = 0x0021
    private let state: Mutex<State>
    private let path: String
    private let partial: String

    /// Begins the file beside its place.
    /// - Throws: ``DumpError/unwritable(_:_:)``.
    init(_ url: URL) throws {
        path = url.path(percentEncoded: false)
        partial = url.deletingLastPathComponent().appending(path: ".\(url.lastPathComponent).partial").path(percentEncoded: false)
        let opened = open(partial, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard opened >= 0 else { throw DumpError.unwritable(path, String(cString: strerror(errno))) }
        state = Mutex(State(descriptor: opened))
    }

    /// An entry of this name, to be written and closed before the next.
    /// - Parameter isCompressed: false for files that are compressed already.
    func entry(_ name: String, isCompressed: Bool = true) -> any ByteTarget {
        ZipEntry(writer: self, name: name, isCompressed: isCompressed)
    }

    fileprivate func begin(_ name: String, isCompressed: Bool) throws {
        try state.withLock { state in
            let entry = Entry(name: Array(name.utf8), offset: state.position, isCompressed: isCompressed)
            var header = Bytes()
            header.add32(0x0403_4b50)
            header.add16(Self.version)
            header.add16(0x0800)  // the name is UTF-8
            header.add16(isCompressed ? 8 : 0)
            header.add16(0)
            header.add16(Self.date)
            header.add32(0)
            header.add32(.max)
            header.add32(.max)
            header.add16(UInt16(entry.name.count))
            header.add16(20)
            header.bytes += entry.name
            header.add16(1)  // Zip64
            header.add16(16)
            header.add64(0)
            header.add64(0)
            state.current = entry
            state.deflater = isCompressed ? try Deflater() : nil
            try write(header.bytes, &state)
        }
    }

    fileprivate func append(_ bytes: [UInt8]) throws {
        try state.withLock { state in
            guard var entry = state.current else { throw DumpError.unwritable(path, "no entry is open") }
            entry.checksum = bytes.withUnsafeBytes {
                UInt32(crc32(UInt(entry.checksum), $0.bindMemory(to: UInt8.self).baseAddress, UInt32($0.count)))
            }
            entry.size += UInt64(bytes.count)
            let packed = try state.deflater?.compress(bytes, isLast: false) ?? bytes
            entry.compressedSize += UInt64(packed.count)
            state.current = entry
            try write(packed, &state)
        }
    }

    fileprivate func end() throws {
        try state.withLock { state in
            guard var entry = state.current else { return }
            if let rest = try state.deflater?.compress([], isLast: true) {
                entry.compressedSize += UInt64(rest.count)
                try write(rest, &state)
            }
            state.deflater = nil
            state.current = nil
            state.entries.append(entry)
            var checksum = Bytes(), sizes = Bytes()
            checksum.add32(entry.checksum)
            sizes.add64(entry.size)
            sizes.add64(entry.compressedSize)
            try patch(checksum.bytes, at: entry.offset + 14, state.descriptor)
            try patch(sizes.bytes, at: entry.offset + 30 + UInt64(entry.name.count) + 4, state.descriptor)
        }
    }

    /// Writes the directory; the file is whole then, and in its place.
    func close() throws {
        try state.withLock { state in
            let start = state.position
            var directory = Bytes()
            for entry in state.entries {
                directory.add32(0x0201_4b50)
                directory.add16(Self.version)
                directory.add16(Self.version)
                directory.add16(0x0800)
                directory.add16(entry.isCompressed ? 8 : 0)
                directory.add16(0)
                directory.add16(Self.date)
                directory.add32(entry.checksum)
                directory.add32(.max)
                directory.add32(.max)
                directory.add16(UInt16(entry.name.count))
                directory.add16(28)
                for _ in 0..<3 { directory.add16(0) }  // comment, disk, internal attributes
                directory.add32(0)
                directory.add32(.max)
                directory.bytes += entry.name
                directory.add16(1)
                directory.add16(24)
                directory.add64(entry.size)
                directory.add64(entry.compressedSize)
                directory.add64(entry.offset)
            }
            let size = UInt64(directory.bytes.count), count = UInt64(state.entries.count)
            directory.add32(0x0606_4b50)
            directory.add64(44)
            directory.add16(Self.version)
            directory.add16(Self.version)
            directory.add32(0)
            directory.add32(0)
            directory.add64(count)
            directory.add64(count)
            directory.add64(size)
            directory.add64(start)
            directory.add32(0x0706_4b50)
            directory.add32(0)
            directory.add64(start + size)
            directory.add32(1)
            directory.add32(0x0605_4b50)
            directory.add32(0)
            directory.add16(UInt16(clamping: count))
            directory.add16(UInt16(clamping: count))
            directory.add32(UInt32(clamping: size))
            directory.add32(UInt32(clamping: start))
            directory.add16(0)
            try write(directory.bytes, &state)
            let isClosed = Glibc.close(state.descriptor) == 0
            state.descriptor = -1
            guard isClosed, rename(partial, path) == 0 else {
                throw DumpError.unwritable(path, String(cString: strerror(errno)))
            }
        }
    }

    /// Gives the file up.
    func abandon() {
        state.withLock { state in
            guard state.descriptor >= 0 else { return }
            _ = Glibc.close(state.descriptor)
            state.descriptor = -1
            unlink(partial)
        }
    }

    private func write(_ bytes: [UInt8], _ state: inout State) throws {
        try PlainFile.write(bytes, to: state.descriptor, path)
        state.position += UInt64(bytes.count)
    }

    private func patch(_ bytes: [UInt8], at offset: UInt64, _ descriptor: Int32) throws {
        let count = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, off_t(offset)) }
        guard count == bytes.count else { throw DumpError.unwritable(path, String(cString: strerror(errno))) }
    }

    /// Little-endian numbers, one after another.
    private struct Bytes {
        var bytes: [UInt8] = []
        mutating func add16(_ value: UInt16) { withUnsafeBytes(of: value.littleEndian) { bytes += $0 } }
        mutating func add32(_ value: UInt32) { withUnsafeBytes(of: value.littleEndian) { bytes += $0 } }
        mutating func add64(_ value: UInt64) { withUnsafeBytes(of: value.littleEndian) { bytes += $0 } }
    }

    private struct ZipEntry: ByteTarget {
        let writer: ZipWriter
        let name: String
        let isBegun = Begun()
        let isCompressed: Bool

        final class Begun: Sendable {
            let value = Mutex(false)
        }

        init(writer: ZipWriter, name: String, isCompressed: Bool) {
            self.writer = writer
            self.name = name
            self.isCompressed = isCompressed
        }

        func append(_ bytes: [UInt8]) throws {
            try begin()
            try writer.append(bytes)
        }

        func close() throws {
            try begin()
            try writer.end()
        }

        // The whole zip file is given up with it.
        func abandon() {}

        private func begin() throws {
            let isFirst = isBegun.value.withLock { isBegun in
                defer { isBegun = true }
                return !isBegun
            }
            if isFirst { try writer.begin(name, isCompressed: isCompressed) }
        }
    }
}
