// A dump that was made before, as far as a later one needs to know it.

import Foundation
import Postgres

/// The descriptor of a dump.
public struct PreviousDump: Sendable {
    let package: DataPackage

    /// Reads it from a dump's folder, its zip file, or its `datapackage.json`.
    /// - Throws: ``DumpError``.
    public static func read(_ url: URL) async throws -> PreviousDump {
        let bytes = try await OffPool.run { Result { try Self.descriptor(of: url) } }.get()
        guard let package = try? JSONDecoder().decode(DataPackage.self, from: bytes) else {
            throw DumpError.noSnapshot(url.path(percentEncoded: false))
        }
        return PreviousDump(package: package)
    }

    /// The bytes of the descriptor. Blocks.
    static func descriptor(of url: URL) throws -> Data {
        let path = url.path(percentEncoded: false)
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw DumpError.unreadable(path, "there is no such file or folder")
        }
        if isFolder.boolValue {
            guard let bytes = FileManager.default.contents(atPath: url.appending(path: DumpPlace.descriptor).path(percentEncoded: false))
            else { throw DumpError.noDump(path) }
            return bytes
        }
        if url.pathExtension.lowercased() == "json" {
            guard let bytes = FileManager.default.contents(atPath: path) else {
                throw DumpError.unreadable(path, "it cannot be opened")
            }
            return bytes
        }
        let zip = try ZipReader(url)
        guard zip.names.contains(DumpPlace.descriptor) else { throw DumpError.noDump(path) }
        var bytes = Data()
        try zip.read(DumpPlace.descriptor) { bytes.append($0) }
        return bytes
    }
}
