// Looking after users, and their tokens.

import Foundation
import Hummingbird
import Postgres
import Studies

/// The routes by which admins look after users, and everybody after their own tokens.
struct UserController {
    let users: Users
    let tokens: Tokens

    init(database: Database) {
        users = Users(database: database)
        tokens = Tokens(database: database)
    }

    func addRoutes(to router: RouterGroup<ConcordContext>) {
        router.group("users")
            .get(use: list)
            .post(use: create)
            .patch(":name", use: change)
            .post(":name/password", use: resetPassword)
        router.group("tokens")
            .get(use: listTokens)
            .post(use: createToken)
            .delete(":id", use: revokeToken)
    }

    private struct List: ResponseEncodable {
        let users: [User]
    }

    private struct New: Decodable {
        let name: String
        let role: UserRole
    }

    private struct OneTime: ResponseEncodable {
        let name: String
        /// Shown once, and not kept.
        let oneTimePassword: String
    }

    private struct Change: Decodable {
        let role: UserRole?
        let disabled: Bool?
    }

    private func list(_ request: Request, context: ConcordContext) async throws -> List {
        _ = try context.admin()
        return List(users: try await users.list())
    }

    private func create(_ request: Request, context: ConcordContext) async throws -> EditedResponse<OneTime> {
        _ = try context.admin()
        let body = try await request.decode(as: New.self, context: context)
        let password = try await users.create(body.name, role: body.role, by: context.actor())
        return EditedResponse(status: .created, response: OneTime(name: body.name, oneTimePassword: password))
    }

    private func change(_ request: Request, context: ConcordContext) async throws -> User {
        let admin = try context.admin()
        let name = try context.parameters.require("name")
        let body = try await request.decode(as: Change.self, context: context)
        guard name != admin.name else { throw UserError.ownAccount }
        try await users.change(name, role: body.role, isDisabled: body.disabled, by: context.actor())
        return try await users.user(named: name)
    }

    private func resetPassword(_ request: Request, context: ConcordContext) async throws -> OneTime {
        let admin = try context.admin()
        let name = try context.parameters.require("name")
        guard name != admin.name else { throw UserError.ownAccount }
        let password = try await users.resetPassword(of: name, by: context.actor())
        return OneTime(name: name, oneTimePassword: password)
    }

    // MARK: - Tokens

    private struct TokenList: ResponseEncodable {
        let tokens: [Tokens.Listed]
    }

    private struct NewToken: Decodable {
        let name: String
    }

    private struct MadeToken: ResponseEncodable {
        let name: String
        /// Shown once, and not kept.
        let token: String
    }

    private func listTokens(_ request: Request, context: ConcordContext) async throws -> TokenList {
        TokenList(tokens: try await tokens.list(of: context.user()))
    }

    private func createToken(_ request: Request, context: ConcordContext) async throws -> EditedResponse<MadeToken> {
        let user = try context.user()
        let body = try await request.decode(as: NewToken.self, context: context)
        let secret = try await tokens.create(for: user, name: body.name, by: context.actor())
        return EditedResponse(status: .created, response: MadeToken(name: body.name, token: secret.text))
    }

    private func revokeToken(_ request: Request, context: ConcordContext) async throws -> HTTPResponse.Status {
        let user = try context.user()
        let id = try context.parameters.require("id")
        try await tokens.revoke(id: id, of: user, by: context.actor())
        return .noContent
    }
}
