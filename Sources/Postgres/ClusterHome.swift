// The files and the server process of a private cluster. Who may touch them when is PrivateCluster's business.

import Foundation
import Glibc

struct ClusterHome: Sendable {
    static let database = "concord"
    private static let role = "concord"
    /// Where the cluster goes when user postgres cannot enter the folder.
    private static let refuge = "/var/lib/concord"

    /// The folder that processes join.
    let folder: String
    /// `folder/postgres`, or what it links to; holds `data`, `log` and, where its path is short enough, the sockets.
    let path: String
    let binaries: PostgresBinaries
    /// The system user that PostgreSQL runs as.
    let user: String

    private var data: String { path + "/data" }
    private var log: String { path + "/log" }
    private static var isRoot: Bool { geteuid() == 0 }

    func url(socketFolder: String, database: String) -> String {
        // requirepeer: in /tmp, another user's server must not be taken for ours.
        "host=\(socketFolder) port=5432 user=\(Self.role) dbname=\(database) requirepeer=\(user)"
    }

    // MARK: Files

    /// Finds the cluster of a folder, or makes it.
    static func prepare(folder: String, binaries: URL?) async throws(PrivateClusterError) -> ClusterHome {
        let installed =
            if let binaries { await PostgresBinaries.usable([binaries.path]) } else { await PostgresBinaries.installed() }
        guard let newest = installed.first else { throw .noBinaries }
        guard let user = isRoot ? "postgres" : userName() else {
            throw .folder(path: folder, reason: "the user number \(geteuid()) has no name")
        }
        guard !isRoot || getpwnam(user) != nil else { throw .noBinaries }
        let path = try await place(in: folder, user: user)
        if let made = try? String(contentsOfFile: path + "/data/PG_VERSION", encoding: .utf8),
            let major = Int(made.trimmingCharacters(in: .whitespacesAndNewlines))
        {
            guard let fitting = installed.first(where: { $0.major == major }) else { throw .wrongVersion(major) }
            return ClusterHome(folder: folder, path: path, binaries: fitting, user: user)
        }
        let home = ClusterHome(folder: folder, path: path, binaries: newest, user: user)
        try await home.initialize()
        return home
    }

    /// The folder of the cluster, made if it is new and owned by the user that PostgreSQL runs as.
    private static func place(in folder: String, user: String) async throws(PrivateClusterError) -> String {
        let link = folder + "/postgres"
        var status = stat()
        if lstat(link, &status) == 0 {
            guard let path = realpath(link, nil) else { throw .brokenLink(link) }
            defer { free(path) }
            return String(cString: path)
        }
        guard isRoot else {
            guard mkdir(link, 0o700) == 0 else { throw .folder(path: link, reason: String(cString: strerror(errno))) }
            return try resolved(link)
        }
        guard let owner = getpwnam(user)?.pointee else { throw .noBinaries }
        guard mkdir(link, 0o700) == 0, chown(link, owner.pw_uid, owner.pw_gid) == 0 else {
            throw .folder(path: link, reason: String(cString: strerror(errno)))
        }
        let real = try resolved(link)
        let isWelcome = await Subprocess.run("/usr/sbin/runuser", ["-u", user, "--", "test", "-w", real, "-a", "-x", real])
        if isWelcome.succeeded { return real }
        rmdir(link)
        do {
            try FileManager.default.createDirectory(atPath: refuge, withIntermediateDirectories: true)
        } catch {
            throw .folder(path: refuge, reason: "it cannot be made")
        }
        chmod(refuge, 0o755)
        var template = Array("\(refuge)/XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil, chown(template, owner.pw_uid, owner.pw_gid) == 0 else {
            throw .folder(path: refuge, reason: String(cString: strerror(errno)))
        }
        let path = text(template)
        guard symlink(path, link) == 0 else {
            rmdir(path)
            throw .folder(path: link, reason: String(cString: strerror(errno)))
        }
        return path
    }

    /// Makes the data folder, under another name first: it is complete or not there.
    private func initialize() async throws(PrivateClusterError) {
        let draft = path + "/data.new"
        _ = await asUser("/bin/rm", ["-rf", draft])
        let made = await asUser(
            binaries.path("initdb"),
            [
                "-D", draft, "-U", Self.role, "--auth=peer", "--encoding=UTF8", "--locale=C.UTF-8",
            ])
        guard made.succeeded else { throw .initialization(made.lastLine) }
        // Peer authentication: the kernel vouches for the user at the other end of the socket.
        let access = """
            # Written by the program: only its own user, over the unix socket.
            local all \(Self.role) peer map=own

            """
        let map = (Self.isRoot ? ["root", user] : [user]).map { "own \"\($0)\" \(Self.role)\n" }.joined()
        do {
            try write(access, to: draft + "/pg_hba.conf")
            try write(map, to: draft + "/pg_ident.conf")
        } catch {
            throw .initialization("its configuration could not be written")
        }
        guard rename(draft, data) == 0 else { throw .initialization(String(cString: strerror(errno))) }
    }

    /// Writes into a file that exists, which keeps its owner and mode.
    private func write(_ text: String, to path: String) throws {
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        defer { try? file.close() }
        try file.truncate(atOffset: 0)
        try file.write(contentsOf: Data(text.utf8))
    }

    // MARK: The server

    /// Starts PostgreSQL if it does not run; gives the folder of its sockets once it answers.
    func start(socketFolder wanted: String? = nil) async throws(PrivateClusterError) -> String {
        if let running = await runningSocketFolder() { return running }
        let sockets = if let wanted { try remake(wanted) } else { try newSocketFolder() }
        let options = [
            "listen_addresses=", "port=5432", "unix_socket_directories=\(sockets)", "unix_socket_permissions=0700",
            "timezone=UTC", "log_timezone=UTC",
        ]
        // Left by a server that was killed. PostgreSQL looks whether their process is gone, and takes a zombie, or
        // another program with the same number, for alive; here it is known that no server uses this folder.
        for name in [".s.PGSQL.5432", ".s.PGSQL.5432.lock"] { unlink("\(sockets)/\(name)") }
        // Run from the cluster's folder: pg_ctl puts these paths into a shell command, where some characters of an
        // absolute one would mean something.
        let arguments = [
            "start", "-w", "-t", "120", "-D", "data", "-l", "log",
            "-o", options.map { "-c " + Self.shellQuoted($0) }.joined(separator: " "),
        ]
        // When everything was killed a moment ago, the old backends need a little to notice.
        var attempt = await asUser(binaries.path("pg_ctl"), arguments)
        for _ in 0..<20 where !attempt.succeeded && lastLogLines().contains("shared memory block") {
            await OffPool.run { _ = usleep(250_000) }
            attempt = await asUser(binaries.path("pg_ctl"), arguments)
        }
        guard attempt.succeeded else {
            if wanted == nil { forget(sockets) }
            throw .start("\(Self.lastComplaint(lastLogLines()) ?? attempt.lastLine) (log: \(log))")
        }
        return sockets
    }

    /// Stops PostgreSQL, if it runs, cutting its sessions.
    func stop() async throws(PrivateClusterError) {
        guard let running = livePostmaster() else { return }
        let stopped = await asUser(
            binaries.path("pg_ctl"), ["stop", "-w", "-t", "60", "-m", "fast", "-D", "data"])
        guard stopped.succeeded || livePostmaster() == nil else { throw .stop(stopped.lastLine) }
        forget(running.socketFolder)
    }

    /// Creates the database if it is missing.
    func createDatabase(socketFolder: String) async throws(PostgresError) {
        do {
            let database = try Endpoint(url: url(socketFolder: socketFolder, database: Self.database))
            try await Link.open(database).close()
        } catch .server(let error) where error.sqlState == "3D000" {
            let link = try await Link.open(Endpoint(url: url(socketFolder: socketFolder, database: "postgres")))
            do {
                _ = try await link.run("CREATE DATABASE \(identifier: Self.database)", cancellable: false)
            } catch {
                await link.close()
                throw error as? PostgresError ?? .connectionLost("\(error)")
            }
            await link.close()
        }
    }

    /// The socket folder of the server that runs here; nil when none does. Waits for one that is still starting.
    private func runningSocketFolder() async -> String? {
        let deadline = ContinuousClock.now + .seconds(120)
        while let postmaster = livePostmaster(), ContinuousClock.now < deadline {
            if !postmaster.socketFolder.isEmpty,
                let endpoint = try? Endpoint(url: url(socketFolder: postmaster.socketFolder, database: "postgres")),
                let link = try? await Link.open(endpoint)
            {
                await link.close()
                return postmaster.socketFolder
            }
            await OffPool.run { _ = usleep(100_000) }
        }
        return nil
    }

    /// The server named in postmaster.pid, if that process is alive and works in this data folder. A file whose number
    /// belongs to another program by now is removed, as PostgreSQL itself would take it for a running server.
    private func livePostmaster() -> (process: pid_t, socketFolder: String)? {
        let file = data + "/postmaster.pid"
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { return nil }
        // Process, data folder, start time, port, socket folder, address, shared memory, state.
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let process = lines.first.flatMap({ pid_t($0.trimmingCharacters(in: .whitespaces)) }), process > 1,
            kill(process, 0) == 0 || errno == EPERM
        else { return nil }
        var folder = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        guard readlink("/proc/\(process)/cwd", &folder, folder.count - 1) > 0, Self.text(folder) == data else {
            unlink(file)
            return nil
        }
        return (process, lines.count > 4 ? String(lines[4]) : "")
    }

    /// A folder for the sockets that only PostgreSQL's user may enter, short enough for a socket's path (107 bytes) and
    /// without characters that connection strings give a meaning.
    private func newSocketFolder() throws(PrivateClusterError) -> String {
        let own = path + "/run"
        if own.utf8.count <= 80, own.wholeMatch(of: /[A-Za-z0-9\/._-]+/) != nil { return try remake(own) }
        var template = Array("/tmp/concord-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw .folder(path: "/tmp", reason: String(cString: strerror(errno)))
        }
        return try remake(Self.text(template))
    }

    /// Removes a folder that was made under /tmp for the sockets, if they are gone.
    private func forget(_ socketFolder: String) {
        if socketFolder.hasPrefix("/tmp/concord-") { rmdir(socketFolder) }
    }

    private func remake(_ folder: String) throws(PrivateClusterError) -> String {
        mkdir(folder, 0o700)
        if Self.isRoot {
            guard let owner = getpwnam(user)?.pointee, chown(folder, owner.pw_uid, owner.pw_gid) == 0 else {
                throw .folder(path: folder, reason: String(cString: strerror(errno)))
            }
        }
        guard chmod(folder, 0o700) == 0 else { throw .folder(path: folder, reason: String(cString: strerror(errno))) }
        return folder
    }

    // MARK: Small things

    /// Runs a program in the cluster's folder, as the user that PostgreSQL runs as.
    private func asUser(_ program: String, _ arguments: [String]) async -> Subprocess {
        Self.isRoot
            ? await Subprocess.run("/usr/sbin/runuser", ["-u", user, "--", program] + arguments, in: path)
            : await Subprocess.run(program, arguments, in: path)
    }

    private func lastLogLines() -> String {
        guard let file = FileHandle(forReadingAtPath: log) else { return "" }
        defer { try? file.close() }
        let size = (try? file.seekToEnd()) ?? 0
        try? file.seek(toOffset: size > 4096 ? size - 4096 : 0)
        return (try? file.readToEnd()).flatMap { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// The last line of the log that names a reason.
    private static func lastComplaint(_ log: String) -> String? {
        log.split(whereSeparator: \.isNewline).last { $0.contains("FATAL:") || $0.contains("PANIC:") }.map {
            String($0).replacing(/^.*?(FATAL|PANIC):\s+/, with: "")
        }
    }

    private static func shellQuoted(_ word: String) -> String {
        "'" + word.replacing("'", with: "'\\''") + "'"
    }

    private static func userName() -> String? {
        getpwuid(geteuid()).flatMap { $0.pointee.pw_name }.map { String(cString: $0) }
    }

    private static func resolved(_ path: String) throws(PrivateClusterError) -> String {
        guard let real = realpath(path, nil) else {
            throw .folder(path: path, reason: String(cString: strerror(errno)))
        }
        defer { free(real) }
        return String(cString: real)
    }

    private static func text(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
