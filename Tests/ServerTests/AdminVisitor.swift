// Users of the admin API in tests.

import Foundation
import Studies

extension RunningServer {
    /// Makes a user, and signs them in with a password of their own.
    func signIn(_ name: String, role: UserRole = .admin) async throws -> Visitor {
        let password = try await Users(database: database).create(name, role: role)
        let visitor = Visitor(url)
        _ = try await visitor.post("/api/admin/session", #"{"name":"\#(name)","password":"\#(password)"}"#)
        _ = try await visitor.send(
            "PUT", "/api/admin/session/password", #"{"present":"\#(password)","next":"four words for \#(name)"}"#)
        return visitor
    }
}
