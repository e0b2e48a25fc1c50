// What can go wrong with the benchmark.

enum BenchmarkError: Error, CustomStringConvertible {
    case usage
    case noResult(path: String)

    var description: String {
        switch self {
        case .usage: "usage: GenerationBenchmark LLAMA-BATCHED-BENCH MODEL [rounds]"
        case .noResult(let path): "\(path) gave no result; build it with scripts/llama.sh bench"
        }
    }
}
