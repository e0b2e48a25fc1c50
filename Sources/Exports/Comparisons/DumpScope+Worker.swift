// Who a person is, over all their parts in studies.

import Postgres

extension DumpScope {
    /// The platform id of participant `p`, as the dump shows it, or their own id if they came from no platform.
    var worker: SQL {
        "coalesce(\(sql: platformIDs ? "p.platform_id" : Pseudonyms.of("p.platform_id", study: study)), p.id::text)"
    }
}
