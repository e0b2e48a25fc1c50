// Runs llama.cpp's own benchmark and reads its result.

import Foundation

/// llama-batched-bench at a given shape.
struct BatchedBench {
    let path: String
    let model: String
    let threads: Int
    let prompt: Int
    let candidates: Int
    let tokens: Int

    /// - Parameter oneAfterAnother: draws each sequence to its end before the next, over the same kept prompt.
    func run(oneAfterAnother: Bool) async throws -> Timing {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments =
            [
                "-m", model, "-c", "\(prompt + candidates * tokens)", "-b", "512", "-ub", "512", "-t", "\(threads)",
                "-tb", "\(threads)", "-npp", "\(prompt)", "-ntg", "\(tokens)", "-npl", "\(candidates)", "-pps",
                "--kv-unified", "--output-format", "jsonl",
            ] + (oneAfterAnother ? ["-tgs"] : [])
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        // Waiting by handler: a child that was killed from outside ends the benchmark, too.
        let status = try await withCheckedThrowingContinuation { (ended: CheckedContinuation<Int32, any Error>) in
            process.terminationHandler = { ended.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { ended.resume(throwing: error) }
        }
        // A few lines, which the pipe has held meanwhile.
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        guard status == 0,
            let line = text.split(separator: "\n").last(where: { $0.hasPrefix("{") }),
            let result = try? JSONDecoder().decode(Result.self, from: Data(line.utf8))
        else { throw BenchmarkError.noResult(path: path) }
        return Timing(prompt: result.t_pp, decode: result.t_tg)
    }

    private struct Result: Decodable {
        let t_pp: Double
        let t_tg: Double
    }
}
