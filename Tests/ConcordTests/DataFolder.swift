// A data folder of its own for a test that runs the program.

import Foundation

struct DataFolder {
    let path: String

    /// Gives `body` a new empty folder and removes it afterwards.
    static func with(_ body: (DataFolder) async throws -> Void) async throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "concord-test-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: url) }
        try await body(DataFolder(path: url.path(percentEncoded: false)))
    }

    /// Writes a file into the folder.
    func file(_ name: String, _ text: String) throws -> String {
        let file = "\(path)/\(name)"
        try Data(text.utf8).write(to: URL(filePath: file))
        return file
    }
}
