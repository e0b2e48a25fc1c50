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
}
