// Where a setting comes from: the option, else CONCORD_<NAME>, else the default.

import Foundation

/// Settings that can be given as an option or in the environment.
enum Setting {
    /// The value of `option`, else of the first of `variables` that is set and not empty.
    static func value(_ option: String?, _ variables: String...) -> String? {
        if let option { return option }
        let environment = ProcessInfo.processInfo.environment
        return variables.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
    }
}
