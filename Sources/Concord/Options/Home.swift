// Where the program's own folders lie.

import Foundation

/// The project's folder: `CONCORD_HOME`, or the nearest folder above the program or the working directory that has
/// `Migrations/` and `Public/` in it.
enum Home {
    static func folder() throws -> URL {
        if let home = Setting.value(nil, "CONCORD_HOME") { return URL(filePath: home, directoryHint: .isDirectory) }
        let starts = [
            Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent(),
            URL(filePath: FileManager.default.currentDirectoryPath, directoryHint: .isDirectory),
        ]
        for start in starts.compactMap({ $0 }) {
            var folder = start.standardizedFileURL
            while folder.path(percentEncoded: false) != "/" {
                let exists = ["Migrations", "Public"].allSatisfy {
                    FileManager.default.fileExists(
                        atPath: folder.appending(path: $0).path(percentEncoded: false))
                }
                if exists { return folder }
                folder.deleteLastPathComponent()
            }
        }
        throw CommandError.noHome
    }
}
