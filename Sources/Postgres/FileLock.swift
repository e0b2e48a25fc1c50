// flock(2): a lock that dies with its holder, however it dies.

import Glibc
import Synchronization

/// An open lock file. The descriptor is closed on exec, so children do not keep the lock.
final class FileLock: Sendable {
    enum Mode {
        case shared, exclusive
    }

    private let descriptor: Int32

    /// Opens (and makes) the file; nil with errno set when that is not possible.
    init?(path: String) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        if descriptor < 0 { return nil }
    }

    deinit {
        close(descriptor)
    }

    /// Takes the lock, or changes its mode, if nobody is in the way.
    func tryLock(_ mode: Mode) -> Bool {
        flock(descriptor, (mode == .shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0
    }

    func unlock() {
        flock(descriptor, LOCK_UN)
    }

    /// Takes the lock as soon as nobody is in the way; false when that takes too long. A cancelled task waits too: what
    /// is locked here has to be finished.
    func lock(_ mode: Mode, within limit: Duration) async -> Bool {
        let deadline = ContinuousClock.now + limit
        while !tryLock(mode) {
            if ContinuousClock.now > deadline { return false }
            await OffPool.run { _ = usleep(25_000) }
        }
        return true
    }
}
