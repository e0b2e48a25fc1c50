// Turns every error into a problem, and keeps the inside of the server inside.

import Exports
import Hummingbird
import Logging
import Postgres
import Studies

/// Answers errors with problem details. What a person can mend is said; anything else is logged and answered with 500.
struct ProblemResponses: RouterMiddleware {
    let logger: Logger

    func handle(
        _ request: Request, context: ConcordContext, next: (Request, ConcordContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let response = try problem(for: error, request).response(from: request, context: context)
            // A reply to HEAD has no body: the client would take it for the beginning of the next reply.
            return request.method == .head ? response.createHeadResponse() : response
        }
    }

    private func problem(for error: any Error, _ request: Request) -> Problem {
        switch error {
        case let error as StudyError:
            return Problem(status: error.status, detail: error.description, code: error.code, values: error.values)
        case let error as StudyFileError:
            return Problem(status: .unprocessableContent, detail: error.description)
        case let error as UserError:
            return Problem(status: error.status, detail: error.description, code: error.code)
        case let error as DownloadError:
            return Problem(status: error == .namesPlatformIDs ? .forbidden : .notFound, detail: error.description)
        case let error as ReportError:
            return Problem(status: .conflict, detail: error.description)
        case DumpError.otherStudy:
            return Problem(status: .unprocessableContent, detail: "\(error)")
        case let error as QuestionSetError:
            return Problem(status: error.status, detail: error.description)
        case let error as QuestionFileError:
            return Problem(status: .unprocessableContent, detail: error.description)
        case let error as SubmissionFileError:
            return Problem(status: .unprocessableContent, detail: error.description)
        case let error as PaymentError:
            return Problem(status: error.status, detail: error.description)
        case let error as ReviewError:
            return Problem(status: error.status, detail: error.description)
        case let error as ModelRegistryError:
            return Problem(status: error.status, detail: error.description)
        case let error as InterventionError:
            return Problem(status: error.status, detail: error.description)
        case let error as HTTPError:
            return Problem(status: error.status, detail: error.body ?? Self.sentence(for: error.status))
        case PostgresError.unbindable:
            return Problem(
                status: .unprocessableContent,
                detail: "A text in this request has a character that cannot be kept (U+0000); please leave it out.")
        case let error as PostgresError where error.isTransient:
            logger.warning("the database is away", metadata: ["error": "\(error)"])
            return Problem(
                status: .serviceUnavailable, detail: "The server is busy or restarting; please try again in a moment.")
        case let error as any HTTPResponseError:
            return Problem(status: error.status, detail: Self.sentence(for: error.status))
        default:
            // The path has no secrets in it; bodies and cookies stay out of the log.
            logger.error("a request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
            return Problem(
                status: .internalServerError,
                detail: "Something went wrong on the server; nothing was lost, please try again.")
        }
    }

    private static func sentence(for status: HTTPResponse.Status) -> String {
        switch status {
        case .notFound: "There is nothing at this address."
        case .contentTooLarge: "The request is too large."
        case .badRequest: "The request is not of the form that is expected here."
        default: "\(status.reasonPhrase)."
        }
    }
}
