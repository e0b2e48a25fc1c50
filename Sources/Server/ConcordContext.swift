// What every request carries.

import Hummingbird

/// The context of a request. Bodies are small: the largest is an opinion.
struct ConcordContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    var maxUploadSize: Int { 128 * 1024 }

    init(source: Source) {
        coreContext = .init(source: source)
    }
}
