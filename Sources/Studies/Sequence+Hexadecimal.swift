// Digests as text.

import Foundation

extension Sequence<UInt8> {
    /// Two lower-case digits per byte.
    var hexadecimal: String { map { String(format: "%02x", $0) }.joined() }
}
