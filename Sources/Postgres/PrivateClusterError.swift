// Why the private PostgreSQL could not be had.

/// An error of ``PrivateCluster``; its description is one readable sentence.
public enum PrivateClusterError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No usable PostgreSQL is installed.
    case noBinaries
    /// The data was made by this major version of PostgreSQL, which is not installed.
    case wrongVersion(Int)
    /// The folder cannot be made or used.
    case folder(path: String, reason: String)
    /// The data folder is a link to something that is gone.
    case brokenLink(String)
    /// `initdb` failed.
    case initialization(String)
    /// PostgreSQL does not start.
    case start(String)
    /// PostgreSQL does not stop.
    case stop(String)
    /// Another process has been starting or stopping it for too long.
    case busy(String)
    /// It runs, but does not let this program in.
    case connection(PostgresError)

    public var description: String {
        switch self {
        case .noBinaries:
            "No PostgreSQL 15 or newer is installed, install it (on Debian: apt install postgresql) "
                + "or name a database server."
        case .wrongVersion(let major):
            "The private database was made by PostgreSQL \(major), which is not installed, install that version."
        case .folder(let path, let reason):
            "The folder \(path) cannot hold the private database: \(reason)"
        case .brokenLink(let path):
            "The private database behind \(path) is gone, remove that link to begin with an empty one."
        case .initialization(let reason):
            "The private database could not be created: \(reason)"
        case .start(let reason):
            "The private database does not start: \(reason)"
        case .stop(let reason):
            "The private database does not stop: \(reason)"
        case .busy(let path):
            "Another process has been starting or stopping the private database in \(path) for minutes, look after it."
        case .connection(let error):
            "The private database runs but cannot be used: \(error)"
        }
    }
}
