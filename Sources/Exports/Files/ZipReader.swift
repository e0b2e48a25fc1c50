// Reads zip files, such as dumps are.

import CZlib
import Foundation
import Glibc

/// The entries of a zip file. Calls block.
final class ZipReader {
    private struct Entry {
        let offset: UInt64
        let size: UInt64
        let compressedSize: UInt64
        let method: UInt16
        let checksum: UInt32
    }

    private let handle: FileHandle
    private let path: String
    private var entries: [String: Entry] = [:]

    /// Reads the directory at the file's end.
    /// - Throws: ``DumpError/unreadable(_:_:)``, also for a file that was cut off.
    init(_ url: URL) throws {
        path = url.path(percentEncoded: false)
        guard let handle = try? FileHandle(forReadingFrom: url) else { throw DumpError.unreadable(path, "it cannot be opened") }
        self.handle = handle
        let length = try seek { try handle.seekToEnd() }
        // The end record, which may have a comment of at most 65,535 bytes after it.
        let tail = try read(at: length - min(length, 65_557), Int(min(length, 65_557)))
        guard let end = stride(from: tail.count - 22, through: 0, by: -1).first(where: { tail.number(at: $0, 4) == 0x0605_4b50 })
        else { throw DumpError.unreadable(path, "its end is missing: it was cut off, or is no zip file") }
        var count = tail.number(at: end + 10, 2), size = tail.number(at: end + 12, 4), start = tail.number(at: end + 16, 4)
        if end >= 20, tail.number(at: end - 20, 4) == 0x0706_4b50 {
            let record = try read(at: tail.number(at: end - 12, 8), 56)
            guard record.number(at: 0, 4) == 0x0606_4b50 else { throw damaged }
            (count, size, start) = (record.number(at: 32, 8), record.number(at: 40, 8), record.number(at: 48, 8))
        }
        guard start <= length, size <= length - start, size < 1 << 31 else { throw damaged }
        let directory = try read(at: start, Int(size))
        var place = 0
        for _ in 0..<count {
            guard place + 46 <= directory.count, directory.number(at: place, 4) == 0x0201_4b50 else { throw damaged }
            let nameLength = Int(directory.number(at: place + 28, 2)), extraLength = Int(directory.number(at: place + 30, 2))
            let next = place + 46 + nameLength + extraLength + Int(directory.number(at: place + 32, 2))
            guard next <= directory.count else { throw damaged }
            let name = String(decoding: directory[(place + 46)..<(place + 46 + nameLength)], as: UTF8.self)
            var numbers = [
                directory.number(at: place + 24, 4), directory.number(at: place + 20, 4), directory.number(at: place + 42, 4),
            ]
            var extra = place + 46 + nameLength
            while extra + 4 <= place + 46 + nameLength + extraLength {
                let length = Int(directory.number(at: extra + 2, 2))
                if directory.number(at: extra, 2) == 1 {
                    // Those that did not fit, in this order.
                    var value = extra + 4
                    for index in numbers.indices where numbers[index] == UInt64(UInt32.max) && value + 8 <= extra + 4 + length {
                        numbers[index] = directory.number(at: value, 8)
                        value += 8
                    }
                }
                extra += 4 + length
            }
            entries[name] = Entry(
                offset: numbers[2], size: numbers[0], compressedSize: numbers[1],
                method: UInt16(directory.number(at: place + 10, 2)), checksum: UInt32(directory.number(at: place + 16, 4)))
            place = next
        }
    }

    var names: Set<String> { Set(entries.keys) }

    /// Hands the bytes of an entry to `body`, part by part.
    /// - Throws: ``DumpError/unreadable(_:_:)`` when they are not what was written.
    func read(_ name: String, _ body: (Data) throws -> Void) throws {
        guard let entry = entries[name] else { throw DumpError.unreadable(path, "\(name) is not in it") }
        let header = try read(at: entry.offset, 30)
        guard header.number(at: 0, 4) == 0x0403_4b50 else { throw damaged }
        try seek {
            try handle.seek(toOffset: entry.offset + 30 + header.number(at: 26, 2) + header.number(at: 28, 2))
        }
        var left = entry.compressedSize, checksum: UInt = 0, size: UInt64 = 0
        let inflater = entry.method == 8 ? try Inflater() : nil
        while left > 0 {
            guard let part = try? handle.read(upToCount: Int(min(left, 1 << 20))), !part.isEmpty else { throw damaged }
            left -= UInt64(part.count)
            func take(_ plain: Data) throws {
                size += UInt64(plain.count)
                checksum = plain.withUnsafeBytes {
                    crc32(checksum, $0.bindMemory(to: UInt8.self).baseAddress, UInt32($0.count))
                }
                try body(plain)
            }
            guard let inflater else {
                try take(part)
                continue
            }
            guard try inflater.expand(part, take) else { throw damaged }
        }
        guard size == entry.size, UInt32(checksum) == entry.checksum else { throw damaged }
    }

    private var damaged: DumpError { .unreadable(path, "it is damaged") }

    @discardableResult
    private func seek(_ body: () throws -> UInt64) throws -> UInt64 {
        do { return try body() } catch { throw damaged }
    }

    private func seek(_ body: () throws -> Void) throws {
        do { try body() } catch { throw damaged }
    }

    private func read(at offset: UInt64, _ count: Int) throws -> [UInt8] {
        try seek { try handle.seek(toOffset: offset) }
        guard let bytes = try? handle.read(upToCount: count), bytes.count == count else {
            if count == 0 { return [] }
            throw damaged
        }
        return Array(bytes)
    }
}

extension [UInt8] {
    /// The little-endian number of `count` bytes at `place`; 0 where there are not so many.
    fileprivate func number(at place: Int, _ count: Int) -> UInt64 {
        guard place >= 0, place + count <= self.count else { return 0 }
        return (0..<count).reduce(0) { $0 | UInt64(self[place + $1]) << UInt64(8 * $1) }
    }
}
