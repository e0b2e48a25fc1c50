// Whether a dump is whole.

import Crypto
import Foundation
import Postgres

/// Compares the files of a dump with its descriptor: a file that was cut off, changed or lost is found.
public struct DumpCheck: Sendable {
    /// The dump's name.
    public let name: String
    /// How many files were compared.
    public let files: Int
    /// What is wrong, a sentence each; none when the dump is whole.
    public let problems: [String]

    public var isWhole: Bool { problems.isEmpty }

    /// Reads every file of the dump in a folder or a zip file.
    /// - Parameter onFile: called as each file begins, with its name, how many were compared and how many there are.
    /// - Throws: ``DumpError`` when it is no dump at all, as one whose descriptor is missing.
    public static func run(
        _ url: URL, onFile: @escaping @Sendable (String, Int, Int) -> Void = { _, _, _ in }
    ) async throws -> DumpCheck {
        let package = try await DataPackage.decoded(DataPackage.self, of: url)
        return try await OffPool.run {
            Result {
                var isFolder: ObjCBool = false
                _ = FileManager.default.fileExists(atPath: url.path(percentEncoded: false), isDirectory: &isFolder)
                let zip = isFolder.boolValue ? nil : try ZipReader(url)
                var problems: [String] = []
                for (place, resource) in package.resources.enumerated() {
                    onFile(resource.path, place, package.resources.count)
                    var count = Count(isCSV: resource.format == "csv")
                    do {
                        if let zip {
                            try zip.read(resource.path) { count.add($0) }
                        } else {
                            try read(url.appending(path: resource.path)) { count.add($0) }
                        }
                    } catch let error as DumpError {
                        problems.append("\(resource.path): \(error)")
                        continue
                    }
                    problems += count.problems(with: resource)
                }
                return DumpCheck(name: package.name, files: package.resources.count, problems: problems)
            }
        }.get()
    }

    private static func read(_ url: URL, _ body: (Data) -> Void) throws {
        let path = url.path(percentEncoded: false)
        guard let handle = try? FileHandle(forReadingFrom: url) else { throw DumpError.unreadable(path, "it is not there") }
        do {
            while let part = try handle.read(upToCount: 1 << 20), !part.isEmpty { body(part) }
        } catch {
            throw DumpError.unreadable(path, "\(error.localizedDescription)")
        }
    }

    /// What there is of a file.
    private struct Count {
        let isCSV: Bool
        var hash = SHA256()
        var bytes = 0
        var lines = 0
        var isQuoted = false

        mutating func add(_ data: Data) {
            hash.update(data: data)
            bytes += data.count
            for byte in data {
                if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
                // In JSON a line end is never in a text.
                if byte == UInt8(ascii: "\n"), !(isCSV && isQuoted) { lines += 1 }
            }
        }

        func problems(with resource: DataPackage.Resource) -> [String] {
            guard bytes == resource.bytes else {
                return ["\(resource.path) has \(bytes) bytes, not \(resource.bytes)\(bytes < resource.bytes ? ": it was cut off" : "")"]
            }
            let digest = hash.finalize().map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
            guard "sha256:\(digest)" == resource.hash else { return ["\(resource.path) was changed: its SHA-256 is another"] }
            let rows = isCSV ? lines - 1 : lines
            guard let expected = resource.rows ?? resource.records, resource.format != "parquet", rows != expected else { return [] }
            return ["\(resource.path) has \(rows) rows, not \(expected)"]
        }
    }
}
