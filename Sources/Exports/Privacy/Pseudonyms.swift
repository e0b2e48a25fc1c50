// Ids of recruitment platforms, which are personal data, as keyed pseudonyms.

import Foundation
import Postgres

/// HMAC-SHA256 of an id under the study's key: the same person has the same pseudonym in every dump of the study, and
/// another in other studies; without the key nobody can go back, also not by trying ids.
enum Pseudonyms {
    /// The pseudonym of the id in column `id`: 64 hexadecimal digits; null for null.
    static func of(_ id: SQL, study: UUID) -> SQL {
        """
        encode(hmac_sha256((SELECT hmac_pads(pseudonym_key) FROM studies WHERE id = \(study)), convert_to(\(sql: id), 'UTF8')),
               'hex')
        """
    }
}
