// Parquet files, written by Apache Arrow's own writer in a process apart: scripts/parquet.py.

import Foundation

/// Writes Parquet files from CSV and JSON Lines.
public struct ParquetWriter: Sendable {
    /// One file to make.
    struct Job: Sendable, Encodable {
        let source: String
        /// `csv` or `jsonl`.
        let format: String
        let target: String
        let fields: [ArrowField]
    }

    private struct Specification: Encodable {
        let files: [Job]
    }

    private let scripts: URL
    private let python: String?

    /// - Parameters:
    ///   - scripts: the project's folder `scripts`.
    ///   - python: a Python that has the packages of `scripts/parquet-requirements.txt`; if nil, one is made in the cache.
    public init(scripts: URL, python: String? = nil) {
        self.scripts = scripts
        self.python = python
    }

    /// Writes the files, one after another.
    /// - Parameters:
    ///   - folder: for the list of jobs; the caller removes it.
    ///   - onFile: called as each file is done, with how many are.
    /// - Throws: ``DumpError/parquet(_:)`` with what the writer said.
    func write(_ jobs: [Job], scratch folder: URL, onFile: @escaping @Sendable (Int) -> Void = { _ in }) async throws {
        guard !jobs.isEmpty else { return }
        let specification = folder.appending(path: "parquet.json")
        do {
            try JSONEncoder().encode(Specification(files: jobs)).write(to: specification)
        } catch {
            throw DumpError.unwritable(specification.path(percentEncoded: false), "\(error.localizedDescription)")
        }
        let python = try await interpreter()
        let outcome = try await ChildProcess.run(
            python, [path("parquet.py"), specification.path(percentEncoded: false)], onLine: onFile)
        guard outcome.status == 0 else { throw DumpError.parquet(outcome.lastLine) }
    }

    /// The path of a Python with the packages that are needed.
    private func interpreter() async throws -> String {
        if let python { return python }
        let outcome = try await ChildProcess.run(
            "/bin/sh", [path("python.sh"), path("parquet-requirements.txt")])
        guard outcome.status == 0, let last = outcome.output.split(separator: "\n").last else {
            throw DumpError.parquet(outcome.lastLine)
        }
        return String(last)
    }

    private func path(_ name: String) -> String { scripts.appending(path: name).path(percentEncoded: false) }
}
