// A progress bar on standard error: one line redrawn on a terminal, a line every tenth of the way elsewhere.

import Foundation
import Synchronization

/// Shows how far a long command is.
final class ProgressBar: Sendable {
    private struct Drawn {
        var tenth = -1
        var text = ""
    }

    private let label: String
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let drawn = Mutex(Drawn())

    init(_ label: String) {
        self.label = label
    }

    /// Shows that `done` of `total` is done, with a note such as what is being waited for.
    func show(_ done: Int, of total: Int, note: String = "") {
        let share = total > 0 ? min(1, Double(done) / Double(total)) : 0
        drawn.withLock { drawn in
            let tenth = Int(share * 10)
            if isTerminal {
                let filled = Int(share * 30)
                let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
                let text = "\r\u{1B}[K\(label) \(bar) \(done)/\(total) \(note)"
                if text != drawn.text { FileHandle.standardError.write(Data(text.utf8)) }
                drawn.text = text
            } else if tenth != drawn.tenth {
                FileHandle.standardError.write(Data("\(label) \(done)/\(total) \(note)\n".utf8))
            }
            drawn.tenth = tenth
        }
    }

    /// Ends the line.
    func end() {
        if isTerminal { FileHandle.standardError.write(Data("\n".utf8)) }
    }
}
