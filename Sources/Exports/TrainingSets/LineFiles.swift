// A file of lines, and the same lines part by part.

/// Gathers lines for NAME.jsonl and for the NAME.PART.jsonl of their parts, and gives them on in larger pieces. A part
/// without lines has no file.
struct LineFiles {
    private let name: String
    private var waiting: [String: [UInt8]]
    /// Lines per file.
    private(set) var rows: [String: Int]

    /// Bytes that are held back at most, per file.
    private static let piece = 1 << 16

    init(name: String) {
        self.name = name
        waiting = ["\(name).jsonl": []]
        rows = ["\(name).jsonl": 0]
    }

    mutating func write(
        _ line: some Sequence<UInt8>, in part: TrainingSplit, to output: TrainingSets.Output
    ) async throws {
        let bytes = Array(line) + [UInt8(ascii: "\n")]
        for file in ["\(name).jsonl", "\(name).\(part).jsonl"] {
            rows[file, default: 0] += 1
            waiting[file, default: []] += bytes
            if let whole = waiting[file], whole.count >= Self.piece {
                waiting[file] = []
                try await output(file, whole)
            }
        }
    }

    /// Gives on what is left. The file of all parts exists even when it is empty.
    mutating func end(to output: TrainingSets.Output) async throws {
        for (file, rest) in waiting.sorted(by: { $0.key < $1.key }) where !rest.isEmpty || rows[file] == 0 {
            try await output(file, rest)
        }
        waiting = [:]
    }
}
