// Writing one file of a dump: next to its place first, then renamed over it.

import Foundation
import Postgres

enum DumpFile {
    /// Writes the chunks of `copy` to `target`.
    /// - Returns: the number of CSV records, the header not counted.
    static func write(_ copy: CopyOut, to target: URL) async throws -> Int {
        let partial = target.deletingLastPathComponent().appending(path: ".\(target.lastPathComponent).partial")
        guard FileManager.default.createFile(atPath: partial.path(percentEncoded: false), contents: nil),
            let file = try? FileHandle(forWritingTo: partial)
        else { throw DumpError.unwritable(target.path(percentEncoded: false)) }
        do {
            var counter = RecordCounter()
            for try await chunk in copy {
                counter.read(chunk)
                do {
                    try file.write(contentsOf: Data(chunk))
                } catch {
                    throw DumpError.unwritable(target.path(percentEncoded: false))
                }
            }
            try file.close()
            guard rename(partial.path(percentEncoded: false), target.path(percentEncoded: false)) == 0 else {
                throw DumpError.unwritable(target.path(percentEncoded: false))
            }
            return max(0, counter.records - 1)
        } catch {
            try? file.close()
            try? FileManager.default.removeItem(at: partial)
            throw error
        }
    }

    /// Counts CSV records: line ends outside quotes.
    private struct RecordCounter {
        var records = 0
        var isQuoted = false

        mutating func read(_ bytes: [UInt8]) {
            for byte in bytes {
                if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
                if byte == UInt8(ascii: "\n"), !isQuoted { records += 1 }
            }
        }
    }
}
