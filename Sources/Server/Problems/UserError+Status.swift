// Which HTTP status each refusal has, and by which code the admin pages know those that they act on.

import Hummingbird
import Studies

extension UserError {
    var status: HTTPResponse.Status {
        switch self {
        case .notSignedIn, .wrongPassword: .unauthorized
        case .mustChangePassword, .adminsOnly: .forbidden
        case .tooManyFailures, .tooManyJobs: .tooManyRequests
        case .unknown, .unknownToken, .unknownJob: .notFound
        case .exists, .lastAdmin, .ownAccount, .lastShare, .hasOtherStudies: .conflict
        case .crowded: .serviceUnavailable
        case .badName, .badTokenName, .passwordTooShort, .passwordTooLong, .samePassword: .unprocessableContent
        }
    }

    var code: String? {
        switch self {
        case .notSignedIn: "not-signed-in"
        case .mustChangePassword: "must-change-password"
        default: nil
        }
    }
}
