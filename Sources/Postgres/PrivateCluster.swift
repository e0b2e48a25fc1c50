// A PostgreSQL of the program's own: made, started and stopped as it is needed, shared by all processes of one folder.

import CLibPQ
import Foundation
import Glibc
import Synchronization

/// A private PostgreSQL cluster, reached over a unix socket by this user alone.
///
/// Any number of processes may join the cluster of one folder: the first starts it, the last to leave stops it. Two
/// lock files keep the order, by flock(2), which dies with its process and so is never stale:
/// - `postgres.transition.lock`, exclusive while somebody starts or stops the cluster;
/// - `postgres.users.lock`, shared, held while joined. Whoever leaves and gets it exclusively was the last. It only
///   changes hands under the transition lock.
///
/// As root, everything of PostgreSQL's runs as user `postgres`; if that user cannot enter the folder, the cluster lives
/// under `/var/lib/concord` and `folder/postgres` is a link to it.
public final class PrivateCluster: Sendable {
    /// How long to wait for another process that is starting or stopping the cluster.
    private static let patience = Duration.seconds(180)

    private let home: ClusterHome
    private let users: FileLock
    private let socketFolder: String
    private let hasLeft = Mutex(false)

    /// A conninfo string for the database `concord` in the cluster.
    public var url: String { home.url(socketFolder: socketFolder, database: ClusterHome.database) }

    private init(home: ClusterHome, users: FileLock, socketFolder: String) {
        self.home = home
        self.users = users
        self.socketFolder = socketFolder
    }

    /// Joins the cluster of a folder: makes the folder and the cluster if they are new (some seconds), starts
    /// PostgreSQL if it does not run, creates the database `concord` if it is missing.
    ///
    /// - Parameter binaries: a folder with PostgreSQL's programs; nil to take what `pg_config` names or what lies under
    ///   `/usr/lib/postgresql`.
    public static func join(
        folder: URL, binaries: URL? = nil
    ) async throws(PrivateClusterError) -> PrivateCluster {
        let path = folder.standardizedFileURL.path
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw .folder(path: path, reason: "it cannot be made")
        }
        guard let transition = FileLock(path: path + "/postgres.transition.lock"),
            let users = FileLock(path: path + "/postgres.users.lock")
        else { throw .folder(path: path, reason: String(cString: strerror(errno))) }
        guard await transition.lock(.exclusive, within: patience) else { throw .busy(path) }
        // Held to the end of this function: nobody else starts or stops meanwhile.
        defer { transition.unlock() }
        // Nobody holds it exclusively outside a transition.
        guard users.tryLock(.shared) else { throw .busy(path) }
        let home = try await ClusterHome.prepare(folder: path, binaries: binaries)
        let socketFolder = try await home.start()
        let cluster = PrivateCluster(home: home, users: users, socketFolder: socketFolder)
        do {
            try await home.createDatabase(socketFolder: socketFolder)
        } catch {
            if users.tryLock(.exclusive) { try? await home.stop() }
            throw .connection(error)
        }
        return cluster
    }

    /// Leaves the cluster. The last to leave stops PostgreSQL, which ends all sessions. Leaving twice does nothing.
    public func leave() async {
        let isFirstTime = hasLeft.withLock { hasLeft in
            defer { hasLeft = true }
            return !hasLeft
        }
        guard isFirstTime, let transition = FileLock(path: home.folder + "/postgres.transition.lock") else { return }
        guard await transition.lock(.exclusive, within: Self.patience) else { return users.unlock() }
        defer { transition.unlock() }
        // Stopping can only fail when PostgreSQL hangs; the next to join finds it running.
        if users.tryLock(.exclusive) { try? await home.stop() }
        users.unlock()
    }

    /// Stops and starts PostgreSQL under everybody's feet: all sessions are cut, all processes stay joined.
    public func restart() async throws(PrivateClusterError) {
        guard let transition = FileLock(path: home.folder + "/postgres.transition.lock") else {
            throw .folder(path: home.folder, reason: String(cString: strerror(errno)))
        }
        guard await transition.lock(.exclusive, within: Self.patience) else { throw .busy(home.folder) }
        defer { transition.unlock() }
        try await home.stop()
        // The same sockets, or nobody would find it again.
        _ = try await home.start(socketFolder: socketFolder)
    }
}
