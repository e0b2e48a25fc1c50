// One candidate while it is being drawn.

import CLlama

/// The bytes drawn so far, and whether a stop string ended them.
struct CandidateText {
    private(set) var bytes: [UInt8] = []
    private(set) var tokenCount = 0
    private(set) var logProbability = 0.0
    private(set) var finish: Draw.Finish?
    private let stops: [[UInt8]]

    init(stops: [String]) {
        self.stops = stops.filter { !$0.isEmpty }.map { Array($0.utf8) }
    }

    /// Takes the next token's bytes.
    mutating func append(_ piece: [UInt8], logProbability: Double) {
        let before = bytes.count
        bytes += piece
        tokenCount += 1
        self.logProbability += logProbability
        // The earliest stop string that the new bytes complete.
        var cut: Int?
        for stop in stops {
            let start = max(0, before - stop.count + 1)
            guard bytes.count - start >= stop.count else { continue }
            for index in start...(bytes.count - stop.count) where bytes[index..<(index + stop.count)].elementsEqual(stop) {
                cut = min(cut ?? index, index)
                break
            }
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
