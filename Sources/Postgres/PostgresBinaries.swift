// Finds the programs of an installed PostgreSQL.

import Foundation

struct PostgresBinaries: Sendable {
    let folder: String
    /// The major version, as 15.
    let major: Int

    static let oldestMajor = 15

    func path(_ program: String) -> String { folder + "/" + program }

    /// All that are installed and new enough, the newest first: what `pg_config` names, and Debian's folders.
    static func installed() async -> [PostgresBinaries] {
        var folders: [String] = []
        let configured = await Subprocess.run("/usr/bin/env", ["pg_config", "--bindir"])
        if configured.succeeded { folders.append(configured.lastLine) }
        let debian = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: debian)) ?? []
        folders += versions.map { "\(debian)/\($0)/bin" }.filter { !folders.contains($0) }
        return await usable(folders)
    }

    /// Those of these folders that hold a server which is new enough, the newest first.
    static func usable(_ folders: [String]) async -> [PostgresBinaries] {
        var found: [PostgresBinaries] = []
        for folder in folders {
            let programs = ["initdb", "pg_ctl", "postgres"].map { "\(folder)/\($0)" }
            guard programs.allSatisfy(FileManager.default.isExecutableFile) else { continue }
            // postgres (PostgreSQL) 15.20 (Debian …)
            let version = await Subprocess.run("\(folder)/postgres", ["--version"]).output
            guard let match = version.firstMatch(of: /\) ([0-9]+)/), let major = Int(match.1), major >= oldestMajor else {
                continue
            }
            found.append(PostgresBinaries(folder: folder, major: major))
        }
        return found.sorted { $0.major > $1.major }
    }
}
