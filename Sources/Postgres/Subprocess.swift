// Runs a program to its end, away from Swift's cooperative threads.

import CLibPQ
import Glibc

/// What a program said and how it ended. Unlike Foundation's Process, this gives the child a process group of its own
/// (a Ctrl-C in the terminal is not for it), an empty signal mask and no file descriptor but the standard ones.
struct Subprocess: Sendable {
    /// The exit status, or -1 when it could not be run or died of a signal.
    let status: Int32
    /// Standard output and standard error.
    let output: String

    var succeeded: Bool { status == 0 }

    /// The last line that says something.
    var lastLine: String {
        output.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) }.map(String.init)
            ?? "it said nothing (exit status \(status))"
    }

    /// Runs it in a folder, by default one that every user may be in: PostgreSQL's programs insist on knowing where
    /// they are.
    static func run(_ program: String, _ arguments: [String], in folder: String = "/") async -> Subprocess {
        await OffPool.run { runBlocking(program, arguments, folder) }
    }

    private static func runBlocking(_ program: String, _ arguments: [String], _ folder: String) -> Subprocess {
        // A file, not a pipe: a daemon that the program leaves behind may keep its output open.
        var path = Array("/tmp/concord-output-XXXXXX".utf8CString)
        let file = mkostemp(&path, O_CLOEXEC)
        guard file >= 0 else { return Subprocess(status: -1, output: "no temporary file could be made in /tmp") }
        unlink(path)
        defer { close(file) }

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, file, 1)
        posix_spawn_file_actions_adddup2(&actions, file, 2)
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        posix_spawn_file_actions_addchdir_np(&actions, folder)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        let words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        // PGPORT, PGOPTIONS and their like are meant for another server.
        let variables: [UnsafeMutablePointer<CChar>?] = environment().map { strdup($0) } + [nil]
        defer { (words + variables).forEach { free($0) } }
        var child: pid_t = 0
        let failure = posix_spawn(&child, program, &actions, &attributes, words, variables)
        guard failure == 0 else {
            return Subprocess(status: -1, output: "\(program): \(String(cString: strerror(failure)))")
        }
        var ending: Int32 = 0
        while waitpid(child, &ending, 0) < 0 && errno == EINTR {}
        let status = ending & 0x7f == 0 ? (ending >> 8) & 0xff : -1
        return Subprocess(status: status, output: contents(of: file))
    }

    private static func environment() -> [String] {
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/sbin:/usr/bin:/sbin:/bin"
        return ["PATH=\(path)", "LC_ALL=C", "LANG=C"]
    }

    private static func contents(of file: Int32) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = pread(file, &buffer, buffer.count, off_t(bytes.count))
            guard count > 0, bytes.count < 1 << 20 else { break }
            bytes.append(contentsOf: buffer.prefix(count))
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
