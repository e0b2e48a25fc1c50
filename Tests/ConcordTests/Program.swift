// Runs the built `concord` program, as a person at a terminal would.

import Foundation
import Synchronization

/// One run of the program.
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
    private let output = Mutex(Data())
    private let errors = Mutex(Data())
    private let lines: AsyncStream<String>
    private let ended: Task<Int32, Never>

    init(_ arguments: [String], environment: [String: String] = [:]) throws {
        let process = Process()
        process.executableURL = Self.binary
        process.arguments = arguments
        process.currentDirectoryURL = Self.root
        var variables = ProcessInfo.processInfo.environment.filter { name, _ in
            !name.hasPrefix("CONCORD_") && name != "DATABASE_URL"
        }
        variables.merge(environment) { $1 }
        process.environment = variables
        let outputPipe = Pipe(), errorPipe = Pipe()
        process.standardOutput = outputPipe
        process.standardError = errorPipe
        process.standardInput = FileHandle.nullDevice
        let (ends, end) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = { finished in
            end.yield(finished.terminationReason == .exit ? finished.terminationStatus : -finished.terminationStatus)
            end.finish()
        }
        let (lines, line) = AsyncStream.makeStream(of: String.self)
        self.lines = lines
        self.process = process
        ended = Task {
            for await status in ends { return status }
            return -1
        }
        try process.run()
        let pending = Mutex("")
        outputPipe.fileHandleForReading.readabilityHandler = { [weak self] handle in
            let chunk = handle.availableData
            guard !chunk.isEmpty else {
                handle.readabilityHandler = nil
                line.finish()
                return
            }
            self?.output.withLock { $0.append(chunk) }
            pending.withLock { text in
                text += String(decoding: chunk, as: UTF8.self)
                while let end = text.firstIndex(of: "\n") {
                    line.yield(String(text[..<end]))
                    text = String(text[text.index(after: end)...])
                }
            }
        }
        errorPipe.fileHandleForReading.readabilityHandler = { [weak self] handle in
            let chunk = handle.availableData
            guard !chunk.isEmpty else {
                handle.readabilityHandler = nil
                return
            }
            self?.errors.withLock { $0.append(chunk) }
        }
    }

    /// Waits for a line of output that contains `text`.
    /// - Returns: the line; nil when the program ended without it.
    func line(containing text: String) async -> String? {
        for await line in lines where line.contains(text) { return line }
        return nil
    }

    /// Waits for the end.
    func wait() async -> Outcome {
        let status = await ended.value
        for await _ in lines {}
        return Outcome(
            status: status, output: String(decoding: output.withLock { $0 }, as: UTF8.self),
            errors: String(decoding: errors.withLock { $0 }, as: UTF8.self))
    }

    /// Sends a signal to the program, and to nothing else.
    func signal(_ number: Int32) {
        kill(process.processIdentifier, number)
    }

    /// Runs the program to its end.
    static func run(_ arguments: String..., environment: [String: String] = [:]) async throws -> Outcome {
        try await Program(arguments, environment: environment).wait()
    }
}
