// The files of Public/, as they are on disk, ready to be sent.

import Crypto
import Foundation
import NIOCore
import Postgres
import ServiceLifecycle
import Synchronization

/// A folder of static files, in memory, compressed, each with its digest. Changes on disk are seen within a second.
///
/// Pages name assets as `/assets/…`; they go out as `/at/<digest>/assets/…`, where the digest is that of the whole folder.
/// What is behind such an address never changes, so browsers keep it; modules and texts name each other relatively, and
/// so stay with the page that they came with.
final class PublicFolder: Service {
    struct File: Sendable {
        let type: String
        let tag: String
        let body: ByteBuffer
        /// The same, compressed; nil where nothing is gained.
        let gzip: ByteBuffer?
    }

    private struct Content: Sendable {
        var stamps: [String: Date] = [:]
        var files: [String: File] = [:]
        var digest = ""
    }

    private let folder: URL
    private let content = Mutex(Content())

    init(_ folder: URL) {
        self.folder = folder
        look()
    }

    /// Looks for changes, once a second, until the process is asked to stop.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: .seconds(1))) != nil {
                await OffPool.run { self.look() }
            }
        }
    }

    /// The file at `path`, which begins with a slash; a folder's is its index.html, and pages need not be called `.html`.
    func file(at path: String) -> File? {
        let name = path.hasSuffix("/") ? path + "index.html" : path
        return content.withLock { $0.files[name] ?? $0.files[name + ".html"] }
    }

    /// The digest of the folder, as it is in the addresses of pages.
    var digest: String { content.withLock { $0.digest } }

    /// Reads what has changed on disk. Blocks; requests go on with what there was.
    private func look() {
        let stamps = stamps()
        guard stamps != content.withLock({ $0.stamps }) else { return }
        let (files, digest) = read(stamps.keys.sorted())
        content.withLock { $0 = Content(stamps: stamps, files: files, digest: digest) }
    }

    /// When each file was written last.
    private func stamps() -> [String: Date] {
        let root = folder.resolvingSymlinksInPath().path(percentEncoded: false)
        let prefix = root.hasSuffix("/") ? String(root.dropLast()) : root
        let keys: [URLResourceKey] = [.isRegularFileKey, .contentModificationDateKey]
        var stamps: [String: Date] = [:]
        let entries = FileManager.default.enumerator(
            at: URL(filePath: prefix), includingPropertiesForKeys: keys, options: [.skipsHiddenFiles])
        for case let url as URL in entries ?? .init() {
            guard let values = try? url.resourceValues(forKeys: Set(keys)), values.isRegularFile == true else { continue }
            let path = url.path(percentEncoded: false)
            guard path.hasPrefix(prefix) else { continue }
            stamps[String(path.dropFirst(prefix.count))] = values.contentModificationDate
        }
        return stamps
    }

    private func read(_ names: [String]) -> (files: [String: File], digest: String) {
        var texts: [String: Data] = [:]
        var whole = SHA256()
        for name in names {
            guard let bytes = try? Data(contentsOf: folder.appending(path: String(name.dropFirst()))) else { continue }
            texts[name] = bytes
            whole.update(data: Data(name.utf8))
            whole.update(data: Data(SHA256.hash(data: bytes)))
        }
        let digest = Self.hexadecimal(whole.finalize())
        var files: [String: File] = [:]
        for (name, bytes) in texts {
            let data = String(data: bytes, encoding: .utf8).flatMap { Self.sent($0, of: name, digest) }.map { Data($0.utf8) }
                ?? bytes
            let body = ByteBuffer(data: data)
            files[name] = File(
                type: Self.type(of: name), tag: "\"\(Self.hexadecimal(SHA256.hash(data: data)))\"", body: body,
                gzip: Self.isText(name) ? Gzip.compressed(body, level: 9) : nil)
        }
        return (files, digest)
    }

    /// What is sent of a text; nil where it is sent as it is.
    private static func sent(_ text: String, of name: String, _ digest: String) -> String? {
        switch name.split(separator: ".").last {
        case "html": Compact.html(text.replacing("=\"/assets/", with: "=\"/at/\(digest)/assets/"))
        case "css": Compact.css(text)
        case "json": Compact.json(text)
        case "js" where !name.hasSuffix(".min.js"): Compact.javaScript(text)
        default: nil
        }
    }

    private static func hexadecimal(_ digest: SHA256.Digest) -> String {
        digest.prefix(8).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }

    private static func isText(_ name: String) -> Bool {
        ["html", "css", "js", "json", "svg", "yaml", "txt"].contains { name.hasSuffix(".\($0)") }
    }

    private static func type(of name: String) -> String {
        switch name.split(separator: ".").last {
        case "html": "text/html; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "json": "application/json; charset=utf-8"
        case "yaml": "application/yaml; charset=utf-8"
        case "txt": "text/plain; charset=utf-8"
        case "svg": "image/svg+xml"
        case "png": "image/png"
        case "jpg", "jpeg": "image/jpeg"
        case "woff2": "font/woff2"
        default: "application/octet-stream"
        }
    }
}
