// A folder or a zip file that a dump is written to.

import Foundation

/// Where the files of a dump go. `datapackage.json` is written last: without it, or beside files that are not as it says,
/// a dump is not whole.
enum DumpPlace: Sendable {
    case folder(URL)
    case zip(ZipWriter, URL)

    static let descriptor = "datapackage.json"

    /// Makes the place ready. In a folder, the files of a dump that was there go, its descriptor first.
    static func prepare(_ url: URL) throws -> DumpPlace {
        let files = FileManager.default
        let place: DumpPlace
        do {
            if url.pathExtension.lowercased() == "zip" {
                try files.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
                place = .zip(try ZipWriter(url), url)
            } else {
                try files.createDirectory(at: url, withIntermediateDirectories: true)
                let descriptor = url.appending(path: Self.descriptor)
                if let old = try? JSONDecoder().decode(DataPackage.self, from: Data(contentsOf: descriptor)) {
                    try files.removeItem(at: descriptor)
                    for resource in old.resources where !resource.path.contains("/") {
                        try? files.removeItem(at: url.appending(path: resource.path))
                    }
                }
                place = .folder(url)
            }
            try? files.removeItem(at: place.scratch)
            try files.createDirectory(at: place.scratch, withIntermediateDirectories: true)
        } catch let error as DumpError {
            throw error
        } catch {
            throw DumpError.unwritable(url.path(percentEncoded: false), "\(error.localizedDescription)")
        }
        return place
    }

    /// For files on their way; nothing of it stays.
    var scratch: URL {
        switch self {
        case .folder(let url): url.appending(path: ".scratch")
        case .zip(_, let url): url.deletingLastPathComponent().appending(path: ".\(url.lastPathComponent).scratch")
        }
    }

    /// A file of the dump.
    func file(_ name: String, isCompressed: Bool = true) throws -> OutputFile {
        switch self {
        case .folder(let url): OutputFile(try PlainFile(url.appending(path: name)))
        case .zip(let writer, _): OutputFile(writer.entry(name, isCompressed: isCompressed))
        }
    }

    /// Where a file that was written lies, if it lies anywhere by itself.
    func path(of name: String) -> URL? {
        if case .folder(let url) = self { url.appending(path: name) } else { nil }
    }

    /// The dump is whole.
    func finish() throws {
        if case .zip(let writer, _) = self { try writer.close() }
        try? FileManager.default.removeItem(at: scratch)
    }

    /// Gives the dump up. What files there are in a folder stay, without a descriptor.
    func abandon() {
        if case .zip(let writer, _) = self { writer.abandon() }
        try? FileManager.default.removeItem(at: scratch)
    }
}
