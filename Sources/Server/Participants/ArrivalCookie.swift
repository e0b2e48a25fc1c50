// What a link said, between the link and the consent.

import Foundation
import Hummingbird
import Studies

/// `concord_arrival`: the ids of a platform's link, or the secret of an invitation, so that they need not stay in the
/// address. Nothing is stored for it on the server: opening a link takes no place. It is no more to be trusted than the
/// link itself.
enum ArrivalCookie {
    static let name = "concord_arrival"

    private struct Content: Codable {
        let study: String
        var ids: PlatformIDs?
        var invitation: String?
    }

    /// The ids that this browser came to `study` with.
    static func ids(in request: Request, for study: String) -> PlatformIDs? {
        // Checked again: the cookie comes from the browser.
        content(of: request, for: study)?.ids.flatMap {
            PlatformIDs(participant: $0.participant, study: $0.study, session: $0.session)
        }
    }

    /// The invitation that this browser came to `study` with.
    static func invitation(in request: Request, for study: String) -> Secret? {
        content(of: request, for: study)?.invitation.map { Secret(text: $0) }
    }

    static func set(_ ids: PlatformIDs, for study: String, on response: inout Response) throws {
        try set(Content(study: study, ids: ids), on: &response)
    }

    static func set(invitation: Secret, for study: String, on response: inout Response) throws {
        try set(Content(study: study, invitation: invitation.text), on: &response)
    }

    private static func content(of request: Request, for study: String) -> Content? {
        guard let value = request.cookies[name]?.value, value.utf8.count <= 1_024,
            let bytes = Data(base64Encoded: value.replacing("-", with: "+").replacing("_", with: "/") + padding(value)),
            let content = try? JSONDecoder().decode(Content.self, from: bytes), content.study == study
        else { return nil }
        return content
    }

    private static func set(_ content: Content, on response: inout Response) throws {
        let text = try JSONEncoder().encode(content).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        response.setCookie(
            Cookie(name: name, value: text, maxAge: 24 * 3_600, path: "/", secure: false, httpOnly: true, sameSite: .lax))
    }

    private static func padding(_ text: String) -> String {
        String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    }
}
