// What a link said, between the link and the consent.

import Foundation
import Hummingbird
import Studies

/// `concord_arrival`: the ids of a platform's link, or the secret of an invitation, so that they need not stay in the
/// address, and a key, by which a consent that is sent again is known. Nothing is stored for it on the
/// server: opening a link takes no place. What a link says is no more to be trusted than the link itself. It is given up
/// when the person has been let in, so that whoever comes next on a shared device is not taken for them.
enum ArrivalCookie {
    static let name = "concord_arrival"

    private struct Content: Codable {
        let study: String
        var ids: PlatformIDs?
        var invitation: String?
        /// By which a consent that is sent again is known.
        var key: String?
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

    /// By which this browser's consent to `study` is known when it is sent again.
    static func key(in request: Request, for study: String) -> Secret? {
        content(of: request, for: study)?.key.flatMap { $0.wholeMatch(of: /[A-Za-z0-9_-]{43}/) == nil ? nil : Secret(text: $0) }
    }

    /// Keeps what a link says. Whoever opens the same link again is the same arrival: the reply to their consent may have
    /// been lost.
    /// - Parameters:
    ///   - ids: what a platform's link says.
    ///   - invitation: the secret of an invitation. With neither, what an earlier link said is kept.
    static func set(
        _ ids: PlatformIDs? = nil, invitation: Secret? = nil, for study: String, from request: Request,
        on response: inout Response, _ context: ConcordContext
    ) throws {
        let before = content(of: request, for: study)
        var content = Content(study: study, ids: ids, invitation: invitation?.text)
        if ids == nil, invitation == nil {
            content.ids = before?.ids
            content.invitation = before?.invitation
        }
        let isSame = before.map { $0.ids == content.ids && $0.invitation == content.invitation } ?? false
        content.key = (isSame ? key(in: request, for: study)?.text : nil) ?? Secret().text
        try set(content, on: &response, context)
    }

    static func clear(on response: inout Response, _ context: ConcordContext) {
        response.setCookie(
            Cookie(
                name: name, value: "", maxAge: 0, path: "/", secure: context.isSecure, httpOnly: true, sameSite: .lax))
    }

    private static func content(of request: Request, for study: String) -> Content? {
        guard let value = request.cookies[name]?.value, value.utf8.count <= 1_024,
            let bytes = Data(base64Encoded: value.replacing("-", with: "+").replacing("_", with: "/") + padding(value)),
            let content = try? JSONDecoder().decode(Content.self, from: bytes), content.study == study
        else { return nil }
        return content
    }

    private static func set(_ content: Content, on response: inout Response, _ context: ConcordContext) throws {
        let text = try JSONEncoder().encode(content).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        response.setCookie(
            Cookie(
                name: name, value: text, maxAge: 24 * 3_600, path: "/", secure: context.isSecure, httpOnly: true,
                sameSite: .lax))
    }

    private static func padding(_ text: String) -> String {
        String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    }
}
