// Reading the descriptor of a dump.

import Foundation
import Postgres

extension DataPackage {
    /// Decodes what a dump's folder, its zip file, or its `datapackage.json` says.
    /// - Throws: ``DumpError``.
    static func decoded<Value: Decodable & Sendable>(_ type: Value.Type, of url: URL) async throws -> Value {
        let bytes = try await OffPool.run { Result { try Self.descriptor(of: url) } }.get()
        guard let value = try? JSONDecoder().decode(Value.self, from: bytes) else {
            throw DumpError.noSnapshot(url.path(percentEncoded: false))
        }
        return value
    }

    /// The bytes of the descriptor. Blocks.
    private static func descriptor(of url: URL) throws -> Data {
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
