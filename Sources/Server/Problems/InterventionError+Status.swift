// Which HTTP status each refusal of an intervention has.

import Hummingbird
import Studies

extension InterventionError {
    var status: HTTPResponse.Status {
        switch self {
        case .unknownGroup, .unknownGeneration: .notFound
        case .changedMeanwhile, .otherRequest, .notWaitedFor, .notUnderDeadline: .conflict
        case .badMinutes: .unprocessableContent
        }
    }
}
