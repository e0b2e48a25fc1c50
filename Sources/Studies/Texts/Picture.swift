// What a picture is: known by what is in it, whatever its name says.

import Foundation

/// The kind and size of a picture, read from its first bytes.
struct Picture: Sendable, Equatable {
    /// What addresses of pictures begin with; the SHA-256 follows.
    static let path = "/pictures/"
    /// How large a picture may be: bytes, and points in each direction.
    static let maximumBytes = 2 * 1024 * 1024
    static let maximumSide = 5_000

    let type: String
    let width: Int
    let height: Int

    /// Whether `name` has the form of a picture's: 64 hexadecimal digits.
    static func isName(_ name: String) -> Bool { name.wholeMatch(of: /[0-9a-f]{64}/) != nil }

    /// - Returns: nil unless `bytes` begin as a PNG, JPEG, GIF or WebP file does, and say how large the picture is.
    init?(_ bytes: Data) {
        let bytes = [UInt8](bytes)
        func big(_ place: Int, _ count: Int) -> Int { bytes[place..<place + count].reduce(0) { $0 << 8 | Int($1) } }
        func little(_ place: Int, _ count: Int) -> Int { bytes[place..<place + count].reversed().reduce(0) { $0 << 8 | Int($1) } }
        func has(_ text: String, at place: Int) -> Bool {
            let wanted = Array(text.utf8)
            return bytes.count >= place + wanted.count && Array(bytes[place..<place + wanted.count]) == wanted
        }
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]), bytes.count >= 24, has("IHDR", at: 12) {
            self.init(type: "image/png", width: big(16, 4), height: big(20, 4))
        } else if has("GIF87a", at: 0) || has("GIF89a", at: 0), bytes.count >= 10 {
            self.init(type: "image/gif", width: little(6, 2), height: little(8, 2))
        } else if has("RIFF", at: 0), has("WEBP", at: 8), bytes.count >= 30 {
            switch true {
            case has("VP8X", at: 12): self.init(type: "image/webp", width: little(24, 3) + 1, height: little(27, 3) + 1)
            case has("VP8L", at: 12):
                let bits = little(21, 4)
                self.init(type: "image/webp", width: bits & 0x3FFF + 1, height: bits >> 14 & 0x3FFF + 1)
            case has("VP8 ", at: 12):
                self.init(type: "image/webp", width: little(26, 2) & 0x3FFF, height: little(28, 2) & 0x3FFF)
            default: return nil
            }
        } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            // Segments of their own length, until one that says how large the picture is.
            var place = 2
            while place + 9 <= bytes.count, bytes[place] == 0xFF {
                let kind = bytes[place + 1]
                if (0xC0...0xCF).contains(kind), ![0xC4, 0xC8, 0xCC].contains(kind) {
                    self.init(type: "image/jpeg", width: big(place + 7, 2), height: big(place + 5, 2))
                    return
                }
                place += 2 + max(2, big(place + 2, 2))
            }
            return nil
        } else {
            return nil
        }
    }

    private init(type: String, width: Int, height: Int) {
        self.type = type
        self.width = width
        self.height = height
    }
}
