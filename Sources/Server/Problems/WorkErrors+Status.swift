// Which HTTP status the refusals of paying, reviewing and models have.

import Hummingbird
import Studies

extension PaymentError {
    var status: HTTPResponse.Status {
        switch self {
        case .unknownPayment: .notFound
        case .overCap, .overBudget, .otherBonus, .nothingDue: .conflict
        case .reasonNeeded, .noteTooLong: .unprocessableContent
        }
    }
}

extension ReviewError {
    var status: HTTPResponse.Status {
        switch self {
        case .unknownText: .notFound
        case .decidedMeanwhile: .conflict
        case .reasonNeeded: .unprocessableContent
        }
    }
}

extension ModelRegistryError {
    var status: HTTPResponse.Status {
        switch self {
        case .unknown, .unknownImport: .notFound
        case .importExists, .changed: .conflict
        case .badName, .baseNeeded, .notBase, .notReward, .notGenerator, .notFile, .noRatings, .tooFewRatings, .badDump,
            .noTestRatings, .noSources, .badTraining:
            .unprocessableContent
        }
    }
}
