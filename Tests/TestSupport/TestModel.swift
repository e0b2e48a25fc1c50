// The default model, loaded once for all tests of a process.

import Foundation
import LanguageModel

/// Where tests get the real model.
public enum TestModel {
    /// `CONCORD_TEST_MODEL`, else the default model in the cache, where `make test` puts it.
    public static var path: String {
        let environment = ProcessInfo.processInfo.environment
        if let path = environment["CONCORD_TEST_MODEL"], !path.isEmpty { return path }
        let cache = environment["CONCORD_CACHE"] ?? "\(NSHomeDirectory())/.cache/concord"
        return "\(cache)/models/SmolLM2-135M-Instruct-BF16.gguf"
    }

    private static let loading = Task { try await LanguageModel.load(path: path) }

    /// The model.
    public static func shared() async throws -> LanguageModel {
        try await loading.value
    }

    /// The same model, whose file says that it was trained with a context of so many tokens.
    public static func withContext(of tokens: UInt32) async throws -> LanguageModel {
        let folder = try TestFolder.make()
        defer { TestFolder.remove(folder) }
        let copy = folder.appending(path: "short.gguf")
        try FileManager.default.copyItem(at: URL(filePath: path).resolvingSymlinksInPath(), to: copy)
        // GGUF: the key, four bytes for its type, then the number.
        guard let key = try Data(contentsOf: copy, options: .alwaysMapped).firstRange(of: Data("llama.context_length".utf8)) else {
            throw CocoaError(.fileReadCorruptFile)
        }
        let file = try FileHandle(forUpdating: copy)
        try file.seek(toOffset: UInt64(key.upperBound + 4))
        try file.write(contentsOf: withUnsafeBytes(of: tokens.littleEndian) { Data($0) })
        try file.close()
        return try await LanguageModel.load(path: copy.path(percentEncoded: false))
    }
}
