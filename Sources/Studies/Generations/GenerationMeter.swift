// How far a draft is, written by the model's thread and read by the one that renews the lease.

import LanguageModel
import Synchronization

/// The latest progress of one draft.
final class GenerationMeter: Sendable {
    private let progress = Mutex(GenerationProgress(tokensDone: 0, tokensExpected: 0))

    var latest: GenerationProgress {
        get { progress.withLock { $0 } }
        set { progress.withLock { $0 = newValue } }
    }
}
