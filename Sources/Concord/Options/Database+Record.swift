// Whatever the command line changes is in the audit log, too.

import Postgres
import Studies

extension Database {
    /// Adds a line of the command line's to the audit log, about something in the study named `study`.
    func record(_ action: String, study name: String, details: [String: String] = [:]) async throws {
        let study = try await StudyCatalog(database: self).study(named: name)
        try await AuditLog(database: self).record(
            action, by: .commandLine, study: study.id, details: details)
    }
}
