// The SHA-256 of model files that were read before.

import Foundation

/// Remembers the SHA-256 of model files in a folder, so that a server with a large model starts without reading it twice
/// (8 GB take half a minute). What is remembered belongs to one ``FileIdentity``: a file that was written to, or
/// that another was put in the place of, is read anew.
public struct ModelHashCache: Sendable {
    /// Where the hashes are, one small file for each; nil remembers nothing.
    private let folder: URL?

    public init(folder: URL?) {
        self.folder = folder
    }

    /// The one of whoever runs this process: in `CONCORD_CACHE`, else in their cache folder.
    public static let standard: ModelHashCache = {
        let own = ProcessInfo.processInfo.environment["CONCORD_CACHE"].flatMap { $0.isEmpty ? nil : URL(filePath: $0) }
        let base = own ?? FileManager.default.urls(for: .cachesDirectory, in: .userDomainMask).first?.appending(path: "concord")
        return ModelHashCache(folder: base?.appending(path: "model-hashes"))
    }()

    /// The SHA-256 of the file, in hexadecimal: remembered, else read. A folder that cannot be used only costs time.
    /// - Throws: ``ModelError``.
    public func sha256(_ path: String) throws(ModelError) -> String {
        let identity = try FileIdentity(of: path)
        let entry = folder?.appending(path: identity.name)
        if let entry, let known = try? String(contentsOf: entry, encoding: .utf8), Self.isHash(known) { return known }
        let begun = Date()
        let hash = try ModelFile.sha256(path)
        // Two changes within one tick of the file system's clock have the same time, so a file has to be older than that.
        if let folder, let entry, try FileIdentity(of: path) == identity, Int(begun.timeIntervalSince1970) - identity.changedSeconds > 2 {
            try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try? Data(hash.utf8).write(to: entry, options: .atomic)
        }
        return hash
    }

    private static func isHash(_ text: String) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
