// Runs a program to its end, without holding one of Swift's threads.

import Foundation
import Postgres
import Synchronization

/// What a program said and how it ended.
struct ChildProcess: Sendable {
    let status: Int32
    let output: String
    let errors: String

    /// The last line that says something.
    var lastLine: String {
        (errors + "\n" + output).split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) }.map(String.init)
            ?? "it said nothing (exit status \(status))"
    }

    /// Runs it; a task that is cancelled ends it.
    /// - Parameter onLine: called after each line on standard output, with how many there are.
    /// - Throws: ``DumpError/cannotRun(_:)``, `CancellationError`.
    static func run(
        _ program: String, _ arguments: [String], onLine: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws -> ChildProcess {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        let output = Pipe(), errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        do {
            try process.run()
        } catch {
            throw DumpError.cannotRun(program)
        }
        // Its own identity stays valid until it has been waited for, which is at the end.
        return try await withTaskCancellationHandler {
            async let said = read(output.fileHandleForReading, onLine)
            async let complained = read(errors.fileHandleForReading) { _ in }
            let (text, trouble) = (await said, await complained)
            let status = await OffPool.run {
                process.waitUntilExit()
                return process.terminationStatus
            }
            try Task.checkCancellation()
            return ChildProcess(status: status, output: text, errors: trouble)
        } onCancel: {
            process.terminate()
        }
    }

    private static func read(_ handle: FileHandle, _ onLine: @escaping @Sendable (Int) -> Void) async -> String {
        await OffPool.run {
            var bytes = Data(), lines = 0
            while let part = try? handle.read(upToCount: 1 << 16), !part.isEmpty {
                bytes.append(part)
                let now = lines + part.count { $0 == UInt8(ascii: "\n") }
                if now > lines { onLine(now) }
                lines = now
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}
