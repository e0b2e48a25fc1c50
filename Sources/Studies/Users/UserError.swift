// What signing in, and looking after users, can be refused for.

import Foundation

/// A refusal. Nothing was changed.
public enum UserError: Error, Sendable, Equatable, CustomStringConvertible {
    case badName(String)
    case exists(String)
    case unknown(String)
    case notSignedIn
    case wrongPassword
    case tooManyFailures(minutes: Int)
    case crowded
    case mustChangePassword
    case passwordTooShort
    case passwordTooLong
    case samePassword
    case adminsOnly
    case lastAdmin
    case ownAccount
    case lastShare(study: String)
    case hasOtherStudies(name: String, command: String)
    case unknownToken(String)
    case badTokenName
    case unknownJob
    case tooManyJobs(Int)

    /// The length of a password, in characters.
    public static let passwordLength = 12...200

    public var description: String {
        switch self {
        case .badName(let name):
            "The name \(name.prefix(80)) is not usable: use lower-case letters, digits, dots and hyphens, at most 63."
        case .exists(let name): "There is a user named \(name) already."
        case .unknown(let name): "There is no user named \(name.prefix(80))."
        case .notSignedIn: "Please sign in."
        case .wrongPassword: "This name and password do not belong together. Please check both."
        case .tooManyFailures(let minutes):
            "Signing in failed too often. Please wait \(minutes) minute\(minutes == 1 ? "" : "s") and try again."
        case .crowded: "Too many people are signing in at once. Please try again in a moment."
        case .mustChangePassword: "Please choose a password of your own first."
        case .passwordTooShort:
            "Please choose a password of at least \(Self.passwordLength.lowerBound) characters, such as four words."
        case .passwordTooLong: "Please choose a password of at most \(Self.passwordLength.upperBound) characters."
        case .samePassword: "Please choose a password that is not the present one."
        case .adminsOnly: "Only admins may do this. Your role lets you read and export."
        case .lastAdmin: "This is the only admin who can sign in; make another one first."
        case .ownAccount: "You cannot do this to your own account; ask another admin."
        case .lastShare(let study):
            "An admin must have study \(study); share it with another one before you take it from the last."
        case .hasOtherStudies(let name, let command):
            "\(name) has a study that you do not have, so this is done on the server's command line: \(command)"
        case .unknownToken(let id): "There is no token \(id.prefix(80))."
        case .badTokenName: "Please give the token a name of at most 100 characters, by which you will know it."
        case .unknownJob: "There is no such piece of work."
        case .tooManyJobs(let most):
            "Of this study \(most) of your jobs of this kind wait already. Please let one of them finish, or stop it."
        }
    }
}
