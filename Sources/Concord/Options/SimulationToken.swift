// The simulation token of a server's own data folder, so that `concord simulate` works on the server's machine without
// further ado.

import Foundation
import Postgres
import Studies

/// The token in the file `simulation-token` of a data folder, readable by its owner only.
enum SimulationToken {
    private static func file(in data: URL) -> URL {
        data.appending(path: "simulation-token")
    }

    /// The token in `data`, nil when there is none.
    static func read(in data: URL) -> String? {
        guard let bytes = FileManager.default.contents(atPath: file(in: data).path(percentEncoded: false)) else {
            return nil
        }
        return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Makes sure that `data` holds a token which `database` accepts.
    static func ensure(in data: URL, database: Database) async throws {
        let tokens = Tokens(database: database)
        if let text = read(in: data), try await tokens.allows(.simulation, Secret(text: text)) { return }
        let secret = try await tokens.create(.simulation, name: "data folder")
        let path = file(in: data).path(percentEncoded: false)
        try? FileManager.default.removeItem(atPath: path)
        guard
            FileManager.default.createFile(
                atPath: path, contents: Data((secret.text + "\n").utf8), attributes: [.posixPermissions: 0o600])
        else { throw CommandError.unreadable(path) }
    }
}
