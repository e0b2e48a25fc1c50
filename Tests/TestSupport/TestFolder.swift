// Temporary folders that hold a private cluster.

import Foundation
import Glibc
import Postgres
import Synchronization

/// Makes and removes folders for private clusters.
public enum TestFolder {
    private static let prefix = "concord-test-"
    private static let atExit = Mutex<(folders: [URL], isRegistered: Bool)>(([], false))

    /// A new folder in the temporary folder, which user postgres may enter.
    public static func make() throws -> URL {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("\(prefix)\(getpid())-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        return folder
    }

    /// Stops the cluster in the folder, whoever started it, and removes the folder. Blocks.
    public static func remove(_ folder: URL) {
        let home = folder.appendingPathComponent("postgres").resolvingSymlinksInPath()
        if let server = server(of: folder) {
            // Immediate shutdown: nothing in it is worth keeping.
            kill(server, SIGQUIT)
            for _ in 0..<500 where isAlive(server) { usleep(10_000) }
        }
        try? FileManager.default.removeItem(at: home)
        try? FileManager.default.removeItem(at: folder)
    }

    /// Whether a process runs; one that ended and waits to be noticed by its parent does not.
    public static func isAlive(_ process: pid_t) -> Bool {
        guard let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8) else { return false }
        return !status.contains("State:\tZ")
    }

    /// The process of the PostgreSQL that runs in the folder.
    public static func server(of folder: URL) -> pid_t? {
        let data = folder.appendingPathComponent("postgres").resolvingSymlinksInPath().path + "/data"
        guard let text = try? String(contentsOfFile: data + "/postmaster.pid", encoding: .utf8),
            let process = text.split(separator: "\n").first.flatMap({ pid_t($0) }),
            let folder = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/cwd"),
            folder == data
        else { return nil }
        return process
    }

    /// Removes the folder when the process exits.
    static func removeAtExit(_ folder: URL) {
        let isFirst = atExit.withLock { state in
            state.folders.append(folder)
            defer { state.isRegistered = true }
            return !state.isRegistered
        }
        guard isFirst else { return }
        atexit {
            for folder in TestFolder.atExit.withLock({ $0.folders }) { TestFolder.remove(folder) }
        }
    }

    /// Removes the folders of test processes that are gone.
    static func sweep() async {
        let temporary = FileManager.default.temporaryDirectory
        let names = (try? FileManager.default.contentsOfDirectory(atPath: temporary.path)) ?? []
        for name in names where name.hasPrefix(prefix) {
            guard let process = name.dropFirst(prefix.count).split(separator: "-").first.flatMap({ pid_t($0) }),
                kill(process, 0) != 0, errno == ESRCH
            else { continue }
            remove(temporary.appendingPathComponent(name))
        }
    }
}
