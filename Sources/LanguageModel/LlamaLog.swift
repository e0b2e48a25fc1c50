// llama.cpp's own log: silent, but for the last error, which explains a failed load.

import CLlama
import Synchronization

enum LlamaLog {
    private static let lastError = Mutex("")

    /// Silences llama.cpp; starts its backend. Runs once.
    static let start: Void = {
        let callback: ggml_log_callback = { level, text, _ in
            guard level == GGML_LOG_LEVEL_ERROR, let text else { return }
            let line = String(cString: text)
            LlamaLog.lastError.withLock { $0 = line }
        }
        llama_log_set(callback, nil)
        llama_backend_init()
    }()

    /// What llama.cpp complained about last, as one line.
    static var complaint: String {
        lastError.withLock { $0 }.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
