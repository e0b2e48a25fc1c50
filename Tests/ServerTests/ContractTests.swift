import Foundation
import Logging
import Postgres
import Server
import TestSupport
import Testing
import Yams

@Suite struct ContractTests {
    /// Of `Public/openapi.yaml`.
    private struct Contract: Decodable {
        let paths: [String: Operations]

        struct Operations: Decodable {
            struct Key: CodingKey {
                let stringValue: String
                var intValue: Int? { nil }
                init?(stringValue: String) { self.stringValue = stringValue }
                init?(intValue: Int) { nil }
            }

            let methods: [String]

            init(from decoder: any Decoder) throws {
                methods = try decoder.container(keyedBy: Key.self).allKeys.map(\.stringValue).filter {
                    ["get", "put", "post", "delete", "patch", "head"].contains($0)
                }
            }
        }
    }

    @Test("The API's description has every address that the server answers at, and no other") func complete() async throws {
        let database = try await TestDatabase.fresh()
        let server = ConcordServer(
            configuration: .init(host: "127.0.0.1", port: 0, pages: TestStudy.root.appending(path: "Public")),
            database: database, migrations: try Migrations(folder: TestStudy.root.appending(path: "Migrations")), worker: nil,
            logger: Logger(label: "test"))
        let text = try String(contentsOf: TestStudy.root.appending(path: "Public/openapi.yaml"), encoding: .utf8)
        let contract = try YAMLDecoder().decode(Contract.self, from: text)
        let described = Set(contract.paths.flatMap { path, operations in operations.methods.map { "\($0) \(path)" } })
        let served = Set(
            server.routes.filter { $0.path.hasPrefix("/api/") }.map { "\($0.method.rawValue.lowercased()) \($0.path)" })
        #expect(served.count > 40)
        #expect(described.subtracting(served).sorted() == [])
        #expect(served.subtracting(described).sorted() == [])
        await database.close()
    }

    @Test("A method that an address does not take is refused with those that it takes") func methods() async throws {
        try await RunningServer.with { server in
            let visitor = Visitor(server.url)
            let refused = try await visitor.send("DELETE", "/api/admin/users")
            #expect(refused.status == 405 && refused.headers["allow"] == "GET, POST")
            #expect(try await visitor.send("DELETE", "/api/nothing/here").status == 404)
        }
    }
}
