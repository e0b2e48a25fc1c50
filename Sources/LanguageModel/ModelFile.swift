// A GGUF file, looked at before llama.cpp loads it.

import CLlama
import Crypto
import Foundation

/// Checks of a model file. They read its header and its size, not its weights.
public enum ModelFile {
    /// Makes sure that `path` is a whole GGUF file.
    /// - Throws: ``ModelError``.
    public static func check(_ path: String) throws(ModelError) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
            throw .missing(path: path)
        }
        guard let file = FileHandle(forReadingAtPath: path) else { throw .unreadable(path: path) }
        defer { try? file.close() }
        guard let magic = try? file.read(upToCount: 4), magic == Data("GGUF".utf8) else { throw .notGGUF(path: path) }
        let size = (try? file.seekToEnd()) ?? 0

        // Fails on a header that is cut off.
        guard let header = gguf_init_from_file(path, gguf_init_params(no_alloc: true, ctx: nil)) else {
            throw .truncated(path: path)
        }
        defer { gguf_free(header) }
        let start = gguf_get_data_offset(header)
        let end = (0..<gguf_get_n_tensors(header)).map {
            start + gguf_get_tensor_offset(header, $0) + gguf_get_tensor_size(header, $0)
        }.max() ?? start
        guard size >= UInt64(end) else { throw .truncated(path: path) }
    }

    /// Whether the file holds a classification head, as reward models and rerankers do.
    static func hasClassifier(_ path: String) -> Bool {
        guard let header = gguf_init_from_file(path, gguf_init_params(no_alloc: true, ctx: nil)) else { return false }
        defer { gguf_free(header) }
        return gguf_find_tensor(header, "cls.weight") >= 0 || gguf_find_tensor(header, "cls.output.weight") >= 0
    }

    /// llama.cpp's name of the weight type that the file says it has; nil for a file that is not there, or does not say.
    public static func weightType(_ path: String) -> String? {
        guard FileManager.default.fileExists(atPath: path),
            let header = gguf_init_from_file(path, gguf_init_params(no_alloc: true, ctx: nil))
        else { return nil }
        defer { gguf_free(header) }
        let key = gguf_find_key(header, "general.file_type")
        guard key >= 0, gguf_get_kv_type(header, key) == GGUF_TYPE_UINT32 else { return nil }
        return String(cString: llama_ftype_name(llama_ftype(rawValue: gguf_get_val_u32(header, key))))
    }

    /// The SHA-256 of the file, in hexadecimal.
    /// - Throws: ``ModelError``.
    public static func sha256(_ path: String) throws(ModelError) -> String {
        guard let file = FileHandle(forReadingAtPath: path) else { throw .unreadable(path: path) }
        defer { try? file.close() }
        var hash = SHA256()
        do {
            while let chunk = try file.read(upToCount: 4 << 20), !chunk.isEmpty { hash.update(data: chunk) }
        } catch {
            throw .unreadable(path: path)
        }
        return hash.finalize().map { String(format: "%02x", $0) }.joined()
    }
}
