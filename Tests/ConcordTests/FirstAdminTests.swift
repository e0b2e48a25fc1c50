import Foundation
import Postgres
import Studies
import TestSupport
import Testing

/// The first admin, of whose password only whoever starts the server hears.
@Suite struct FirstAdminTests {
    /// Starts the server as `make run` does, and stops it when it listens.
    /// - Returns: the one-time password that it printed; nil if it printed none.
    private func start(on url: String, _ data: DataFolder) async throws -> String? {
        let server = try Program(
            [Program.binary.path(percentEncoded: false)],
            environment: [
                "CONCORD_MODEL": TestModel.path, "CONCORD_DATA": data.path, "CONCORD_DATABASE_URL": url, "CONCORD_PORT": "0",
            ], executable: Program.root.appending(path: "scripts/run.sh"))
        // The last that it prints.
        let isUp = try await server.line(containing: "Press Ctrl-C") != nil
        server.signal(SIGINT)
        let outcome = await server.wait()
        #expect(isUp && outcome.status == 0, "\(outcome.errors)")
        let lines = outcome.output.split(separator: "\n").filter { $0.contains("one-time password") }
        #expect(lines.count <= 1)
        let line = lines.first.map(String.init)
        #expect(line?.hasPrefix("Sign in there as admin with the one-time password ") != false)
        return line?.split(separator: " ").last.map(String.init)
    }

    private func signIn(_ password: String, _ database: Database) async throws -> User {
        try await UserSessions(database: database).signIn("admin", password: password, from: "192.0.2.1").0
    }

    @Test("make run prints a one-time password, another at each start, until somebody has signed in, and never after")
    func untilSomebodySignsIn() async throws {
        let url = try await TestDatabase.freshURL()
        let database = try Database(url: url)
        try await DataFolder.with { data in
            let first = try #require(try await start(on: url, data))
            let second = try #require(try await start(on: url, data))
            #expect(first != second)
            // To have failed is not to have signed in.
            await #expect(throws: UserError.wrongPassword) { try await signIn(first, database) }
            let last = try #require(try await start(on: url, data))
            let admin = try await signIn(last, database)
            #expect(admin.role == .admin && admin.mustChangePassword)
            #expect(try await start(on: url, data) == nil)
            #expect(try await signIn(last, database).name == "admin", "and the password is as it was")
        }
        await database.close()
    }

    @Test("make run prints no password once there is any other user, whether the first admin was made or not")
    func otherUsers() async throws {
        for isMade in [true, false] {
            let url = try await TestDatabase.freshURL()
            let database = try Database(url: url), users = Users(database: database)
            try await DataFolder.with { data in
                let password: String? = if isMade { try await start(on: url, data) } else { nil }
                #expect((password != nil) == isMade)
                let made = try await Program.run("user", "create", "rita", "--role", "researcher", "--database-url", url)
                #expect(made.status == 0, "\(made.errors)")
                #expect(try await start(on: url, data) == nil)
                #expect(try await users.list().map(\.name) == (isMade ? ["admin", "rita"] : ["rita"]))
                if let password { #expect(try await signIn(password, database).name == "admin") }
            }
            await database.close()
        }
    }
}
