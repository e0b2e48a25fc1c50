// What can go wrong with the other side's benchmark.

enum BenchmarkError: Error, CustomStringConvertible {
    case noResult(path: String)

    var description: String {
        switch self {
        case .noResult(let path): "\(path) gave no result; build it with scripts/llama.sh bench"
        }
    }
}
