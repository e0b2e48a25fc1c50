// One candidate while it is being drawn.

/// The bytes drawn so far, and whether a stop string ended them.
package struct CandidateText {
    package private(set) var bytes: [UInt8] = []
    package private(set) var tokenCount = 0
    package private(set) var logProbability = 0.0
    package private(set) var finish: Draw.Finish?
    private let stops: [[UInt8]]

    package init(stops: [String]) {
        self.stops = stops.filter { !$0.isEmpty }.map { Array($0.utf8) }
    }

    /// The text so far; a last character of which some bytes are still missing is left out.
    package var text: String {
        // The first byte of the last character says how many bytes it has.
        let tail = bytes.suffix(4)
        guard let first = tail.lastIndex(where: { $0 & 0xC0 != 0x80 }) else {
            return String(decoding: bytes, as: UTF8.self)
        }
        let length = bytes[first] >= 0xF0 ? 4 : bytes[first] >= 0xE0 ? 3 : bytes[first] >= 0xC0 ? 2 : 1
        let isWhole = bytes.count - first >= length
        return String(decoding: isWhole ? bytes[...] : bytes[..<first], as: UTF8.self)
    }

    /// Takes the next token's bytes.
    package mutating func append(_ piece: [UInt8], logProbability: Double) {
        let before = bytes.count
        bytes += piece
        tokenCount += 1
        self.logProbability += logProbability
        // The earliest stop string that the new bytes complete.
        var cut: Int?
        for stop in stops {
            let start = max(0, before - stop.count + 1)
            guard bytes.count - start >= stop.count else { continue }
            let found = (start...(bytes.count - stop.count)).first { bytes[$0...].starts(with: stop) }
            if let found { cut = min(cut ?? found, found) }
        }
        if let cut {
            bytes.removeSubrange(cut...)
            finish = .stopString
        }
    }

    /// The model ended the text.
    mutating func end(logProbability: Double) {
        tokenCount += 1
        self.logProbability += logProbability
        finish = .endOfText
    }

    /// The token limit was reached.
    mutating func cutOff() {
        finish = .length
    }
}
