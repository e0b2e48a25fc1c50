// Where the database is and how to log in, read from a conninfo string or a postgres:// URL.

import CLibPQ
import Foundation

struct Endpoint: Sendable {
    /// libpq's keywords and values.
    let options: [(keyword: String, value: String)]
    /// How long connecting may take.
    let connectTimeout: Duration

    init(url: String) throws(PostgresError) {
        var reason: UnsafeMutablePointer<CChar>?
        guard let parsed = PQconninfoParse(url, &reason) else {
            defer { PQfreemem(reason) }
            throw .invalidURL(reason.map { PostgresError.oneLine(String(cString: $0)) } ?? "out of memory")
        }
        defer { PQconninfoFree(parsed) }
        var options: [String: String] = [:]
        var option = parsed
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { options[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        let seconds = options["connect_timeout"].flatMap(Int.init) ?? 10
        connectTimeout = .seconds(seconds > 0 ? seconds : 10)
        // A peer that vanished without a word is noticed within a minute, also by a listener that never writes.
        let defaults = [
            "fallback_application_name": ProcessInfo.processInfo.processName, "keepalives_idle": "30",
            "keepalives_interval": "10", "keepalives_count": "3",
        ]
        options.merge(defaults) { given, _ in given }
        options["client_encoding"] = "UTF8"
        self.options = options.map { (keyword: $0.key, value: $0.value) }
    }
}
