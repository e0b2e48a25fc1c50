// The Parquet writer of this installation.

import Exports
import Foundation

extension ParquetWriter {
    /// The scripts of the project's folder, and the Python that `CONCORD_PYTHON` names, if it names one.
    static func ours() throws -> ParquetWriter {
        ParquetWriter(
            scripts: try Home.folder().appending(path: "scripts"), python: Setting.value(nil, "CONCORD_PYTHON"))
    }
}
