// What tells one file from another.

import Foundation

/// What tells a file from another put in its place, and from itself before it was written to.
public struct FileIdentity: Sendable, Equatable {
    let device: Int
    let inode: Int
    /// In bytes.
    let size: Int
    /// When the file, or what is kept of it beside its bytes, was changed last, since 1970; the system sets it, nobody else.
    let changedSeconds: Int
    let changedNanoseconds: Int

    /// - Throws: ``ModelError/missing(path:)``.
    public init(of path: String) throws(ModelError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw .missing(path: path) }
        #if os(Linux)
            let changed = status.st_ctim
        #else
            let changed = status.st_ctimespec
        #endif
        device = Int(status.st_dev)
        inode = Int(status.st_ino)
        size = Int(status.st_size)
        changedSeconds = changed.tv_sec
        changedNanoseconds = changed.tv_nsec
    }

    /// All of it in one word that can name a file.
    var name: String {
        "\(device)-\(inode)-\(size)-\(changedSeconds)-\(changedNanoseconds)"
    }
}
