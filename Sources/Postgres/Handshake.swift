// Opens a connection and tells the reasons of a failure apart. Blocking: runs on a thread of its own.

import CLibPQ
import Glibc

/// A connected PGconn on its way from the thread that opened it to the ``Link`` that will own it.
///
/// `@unchecked Sendable`: nothing else knows the pointers; the opening thread lets go of them with the hand-over, and
/// the link only touches them under its actor's isolation.
struct Handshake: @unchecked Sendable {
    let connection: OpaquePointer
    /// Set by libpq's notice receiver when the server said FATAL to an idle connection. Freed by the link.
    let isDoomed: UnsafeMutablePointer<Bool>

    static func perform(_ endpoint: Endpoint) -> Result<Handshake, PostgresError> {
        var keywords: [UnsafeMutablePointer<CChar>?] = endpoint.options.map { strdup($0.keyword) } + [nil]
        var values: [UnsafeMutablePointer<CChar>?] = endpoint.options.map { strdup($0.value) } + [nil]
        defer { (keywords + values).forEach { free($0) } }
        let started = keywords.withUnsafeMutableBufferPointer { keywords in
            values.withUnsafeMutableBufferPointer { values in
                keywords.withMemoryRebound(to: UnsafePointer<CChar>?.self) { keywords in
                    values.withMemoryRebound(to: UnsafePointer<CChar>?.self) { values in
                        PQconnectStartParams(keywords.baseAddress, values.baseAddress, 0)
                    }
                }
            }
        }
        guard let connection = started else { return .failure(.unreachable("out of memory")) }
        let isDoomed = UnsafeMutablePointer<Bool>.allocate(capacity: 1)
        isDoomed.initialize(to: false)
        // Verbose messages carry the SQLSTATE, which libpq gives no other access to before the connection is up.
        PQsetErrorVerbosity(connection, PQERRORS_VERBOSE)
        PQsetNoticeReceiver(
            connection,
            { flag, notice in
                guard let severity = PQresultErrorField(notice, Int32(UInt8(ascii: "V"))) else { return }
                if strcmp(severity, "FATAL") == 0 { flag?.assumingMemoryBound(to: Bool.self).pointee = true }
            }, isDoomed)
        if let error = connect(connection, within: endpoint.connectTimeout) ?? setUp(connection) {
            PQfinish(connection)
            isDoomed.deallocate()
            return .failure(error)
        }
        return .success(Handshake(connection: connection, isDoomed: isDoomed))
    }

    private static func connect(_ connection: OpaquePointer, within timeout: Duration) -> PostgresError? {
        let clock = ContinuousClock()
        let deadline = clock.now + timeout
        var next = PQstatus(connection) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING
        while next != PGRES_POLLING_OK {
            guard next != PGRES_POLLING_FAILED else { return failure(of: connection) }
            var descriptor = pollfd(
                fd: PQsocket(connection), events: Int16(next == PGRES_POLLING_READING ? POLLIN : POLLOUT), revents: 0)
            let left = max(.zero, deadline - clock.now)
            let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
            let ready = poll(&descriptor, 1, Int32(clamping: milliseconds))
            if ready == 0 { return .unreachable("no answer within \(timeout)") }
            if ready < 0 && errno != EINTR { return .unreachable("the system could not wait for the connection") }
            if ready > 0 { next = PQconnectPoll(connection) }
        }
        return nil
    }

    /// Fixes what the texts of values depend on, and makes libpq non-blocking.
    private static func setUp(_ connection: OpaquePointer) -> PostgresError? {
        let settings = """
            SET datestyle = 'ISO'; SET timezone = 'UTC'; SET bytea_output = 'hex'; SET extra_float_digits = 1;
            SET client_min_messages = 'warning'
            """
        guard let result = PQexec(connection, settings) else { return failure(of: connection) }
        let outcome = ResultSet(result)
        if let error = outcome.failure {
            return PQstatus(connection) == CONNECTION_BAD ? failure(of: connection) : .server(error)
        }
        guard PQsetnonblocking(connection, 1) == 0 else { return failure(of: connection) }
        return nil
    }

    /// Why the connection did not come up.
    private static func failure(of connection: OpaquePointer) -> PostgresError {
        let text = String(cString: PQerrorMessage(connection))
        // FATAL:  28P01: password authentication failed for user "x"
        guard let match = text.firstMatch(of: /:\s+(?=[A-Z]*[0-9])([0-9A-Z]{5}): ([^\n]*)/) else {
            if PQconnectionNeedsPassword(connection) == 1 { return .wrongPassword("none was given") }
            return .unreachable(PostgresError.oneLine(text))
        }
        let (state, message) = (String(match.1), PostgresError.oneLine(String(match.2)))
        switch state {
        case "28P01": return .wrongPassword(message)
        // Starting up, shutting down, in recovery, just crashed.
        case "57P01", "57P02", "57P03": return .unreachable(message)
        default: return .server(ServerError(sqlState: state, message: message))
        }
    }
}
