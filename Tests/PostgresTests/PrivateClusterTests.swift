// The private PostgreSQL: shared by processes, stopped by the last, never blocked by the dead.

import Foundation
import Glibc
import Postgres
import TestSupport
import Testing

@Suite("The private cluster")
struct PrivateClusterTests {
    /// Another process that holds the cluster as a joined one does: `flock` of util-linux, killed with its child.
    private func holder(of folder: URL) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
        process.arguments = [
            "--shared", "--no-fork", folder.path + "/postgres.users.lock", "/bin/sh", "-c", "echo held; exec sleep 600",
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        // Says so once it holds the lock.
        _ = try output.fileHandleForReading.read(upToCount: 4)
        return process
    }

    @Test("The first starts it, the last to leave stops it, and its data stays")
    func sharing() async throws {
        let folder = try TestFolder.make()
        defer { TestFolder.remove(folder) }
        // Both at once: one makes it, the other waits.
        async let first = PrivateCluster.join(folder: folder)
        async let second = PrivateCluster.join(folder: folder)
        let (one, two) = try await (first, second)
        #expect(one.url == two.url)
        let server = try #require(TestFolder.server(of: folder))
        let database = try Database(url: one.url, poolSize: 1)
        try await database.execute("CREATE TABLE kept AS SELECT 42 AS x")
        #expect(try await database.first("SELECT current_database()::text", as: String.self) == "concord")
        await one.leave()
        await one.leave()
        #expect(TestFolder.server(of: folder) == server)
        #expect(try await Database(url: two.url).first("SELECT x FROM kept", as: Int.self) == 42)
        await two.leave()
        // The server takes its file away, and ends.
        for _ in 0..<500 where TestFolder.isAlive(server) { try await Task.sleep(for: .milliseconds(20)) }
        #expect(!TestFolder.isAlive(server))
        #expect(TestFolder.server(of: folder) == nil)
        let again = try await PrivateCluster.join(folder: folder)
        #expect(try await Database(url: again.url).first("SELECT x FROM kept", as: Int.self) == 42)
        await again.leave()
        #expect(TestFolder.server(of: folder) == nil)
    }

    @Test("Another process keeps it running; one that was killed does not")
    func processes() async throws {
        let folder = try TestFolder.make()
        defer { TestFolder.remove(folder) }
        let cluster = try await PrivateCluster.join(folder: folder)
        let other = try holder(of: folder)
        await cluster.leave()
        let server = try #require(TestFolder.server(of: folder))
        // SIGKILL: it cannot say good-bye.
        kill(other.processIdentifier, SIGKILL)
        other.waitUntilExit()
        #expect(TestFolder.isAlive(server))
        let next = try await PrivateCluster.join(folder: folder)
        #expect(TestFolder.server(of: folder) == server)
        await next.leave()
        #expect(TestFolder.server(of: folder) == nil)
    }

    @Test("A PostgreSQL that was killed, and a pid file that names another program, are seen through")
    func staleFiles() async throws {
        let folder = try TestFolder.make()
        defer { TestFolder.remove(folder) }
        let killed = try await PrivateCluster.join(folder: folder)
        try await Database(url: killed.url).execute("CREATE TABLE kept AS SELECT 42 AS x")
        let server = try #require(TestFolder.server(of: folder))
        kill(server, SIGKILL)
        let next = try await PrivateCluster.join(folder: folder)
        #expect(TestFolder.server(of: folder) != server)
        #expect(try await Database(url: next.url).first("SELECT x FROM kept", as: Int.self) == 42)
        await killed.leave()
        await next.leave()
        // After a reboot the number may belong to anybody, for example to this process.
        let file = folder.appendingPathComponent("postgres").resolvingSymlinksInPath().path + "/data/postmaster.pid"
        try "\(getpid())\nwrong\n0\n5432\n/tmp\n\n0 0\nready\n".write(toFile: file, atomically: false, encoding: .utf8)
        let last = try await PrivateCluster.join(folder: folder)
        #expect(try await Database(url: last.url).first("SELECT x FROM kept", as: Int.self) == 42)
        await last.leave()
    }

    @Test("Only its own user gets in, over a socket in a private folder, and a Ctrl-C in the terminal is not for it")
    func privacy() async throws {
        let folder = try TestFolder.make()
        defer { TestFolder.remove(folder) }
        let cluster = try await PrivateCluster.join(folder: folder)
        let database = try Database(url: cluster.url)
        let settings = try await database.first(
            "SELECT current_setting('listen_addresses'), current_setting('unix_socket_directories')",
            as: (String, String).self)
        let sockets = try #require(settings?.1)
        #expect(settings?.0 == "")
        var status = stat()
        #expect(stat(sockets, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o700)
        let server = try #require(TestFolder.server(of: folder))
        #expect(getpgid(server) != getpgid(0))
        #expect(getsid(server) != getsid(0))
        let stranger = try Database(url: cluster.url + " user=postgres")
        let error = await #expect(throws: PostgresError.self) { try await stranger.connect() }
        #expect(error?.sqlState?.hasPrefix("28") == true)
        await cluster.leave()
    }

    @Test("A folder with a long path and odd characters, which user postgres may not enter, works too")
    func awkwardFolder() async throws {
        let folder = try TestFolder.make()
        defer { TestFolder.remove(folder) }
        chmod(folder.path, 0o700)
        let deep = folder.appendingPathComponent("it's, \"a\" folder " + String(repeating: "x", count: 150))
        defer { TestFolder.remove(deep) }
        let cluster = try await PrivateCluster.join(folder: deep)
        #expect(try await Database(url: cluster.url).first("SELECT 1", as: Int.self) == 1)
        let home = deep.appendingPathComponent("postgres").resolvingSymlinksInPath()
        await cluster.leave()
        #expect(TestFolder.server(of: deep) == nil)
        if geteuid() == 0 {
            #expect(home.path.hasPrefix("/var/lib/concord/"))
            // A link to data that is gone must not pass for an empty database.
            try FileManager.default.removeItem(at: home)
            let error = await #expect(throws: PrivateClusterError.self) { try await PrivateCluster.join(folder: deep) }
            #expect(error == .brokenLink(deep.path + "/postgres"))
        }
    }

    @Test("Without PostgreSQL's programs, or without a folder, one sentence says so")
    func missing() async throws {
        let folder = try TestFolder.make()
        defer { TestFolder.remove(folder) }
        let error = await #expect(throws: PrivateClusterError.self) {
            try await PrivateCluster.join(folder: folder, binaries: URL(fileURLWithPath: "/usr/share"))
        }
        #expect(error == .noBinaries)
        #expect(error?.description.contains("apt install postgresql") == true)
        let nowhere = await #expect(throws: PrivateClusterError.self) {
            try await PrivateCluster.join(folder: URL(fileURLWithPath: "/dev/null/data"))
        }
        #expect(nowhere?.description.contains("\n") == false)
        // The failed attempt holds no lock.
        let cluster = try await PrivateCluster.join(folder: folder)
        await cluster.leave()
    }
}
