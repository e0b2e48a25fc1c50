// What can go wrong with the benchmark.

enum BenchmarkError: Error, CustomStringConvertible {
    case failed(String)
    case notWhole([String])
    case missed([String])

    var description: String {
        switch self {
        case .failed(let program): "\(program) failed; it has to be on the PATH"
        case .missed(let goals): "missed: \(goals.joined(separator: "; "))"
        case .notWhole(let problems): "the dump is not whole: \(problems.joined(separator: "; "))"
        }
    }
}
