// Runs the built `concord` program, as a person at a terminal would.

import Foundation

/// One run of the program. It writes to files, not pipes: a pipe stays open while any process that was started in the
/// same moment still holds it.
final class Program: Sendable {
    struct Outcome: Sendable {
        let status: Int32
        let output: String
        let errors: String
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let binary = ProcessInfo.processInfo.environment["CONCORD_BINARY"].map { URL(filePath: $0) }
        ?? root.appending(path: ".build/release/concord")

    private let process: Process
    private let folder: URL
    private let ended: Task<Int32, Never>

    /// - Parameter executable: the program itself, or a script of the project that runs it.
    init(_ arguments: [String], environment: [String: String] = [:], executable: URL = Program.binary) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "concord-run-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.currentDirectoryURL = Self.root
        var variables = ProcessInfo.processInfo.environment.filter { name, _ in
            !name.hasPrefix("CONCORD_") && name != "DATABASE_URL"
        }
        variables.merge(environment) { $1 }
        process.environment = variables
        for name in ["output", "errors"] {
            _ = FileManager.default.createFile(atPath: folder.appending(path: name).path(), contents: nil)
        }
        process.standardOutput = try FileHandle(forWritingTo: folder.appending(path: "output"))
        process.standardError = try FileHandle(forWritingTo: folder.appending(path: "errors"))
        process.standardInput = FileHandle.nullDevice
        let (ends, end) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = { finished in
            end.yield(finished.terminationReason == .exit ? finished.terminationStatus : -finished.terminationStatus)
            end.finish()
        }
        ended = Task {
            for await status in ends { return status }
            return -1
        }
        self.process = process
        try process.run()
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    /// Waits for a line of output that contains `text`.
    /// - Returns: the line; nil when the program ended without it.
    func line(containing text: String) async throws -> String? {
        while true {
            let isRunning = process.isRunning
            let lines = read("output").split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            if let line = lines.first(where: { $0.contains(text) }) { return String(line) }
            guard isRunning else { return nil }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Waits for the end.
    func wait() async -> Outcome {
        let status = await ended.value
        return Outcome(status: status, output: read("output"), errors: read("errors"))
    }

    /// Sends a signal to the program, and to nothing else.
    func signal(_ number: Int32) {
        if process.isRunning { kill(process.processIdentifier, number) }
    }

    /// Runs the program to its end.
    static func run(_ arguments: String..., environment: [String: String] = [:]) async throws -> Outcome {
        try await Program(arguments, environment: environment).wait()
    }

    private func read(_ name: String) -> String {
        String(decoding: FileManager.default.contents(atPath: folder.appending(path: name).path()) ?? Data(), as: UTF8.self)
    }
}
