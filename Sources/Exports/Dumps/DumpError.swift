// What can go wrong with a dump, other than the database's own errors.

/// Why a dump could not be written or read.
public enum DumpError: Error, Sendable, Equatable, CustomStringConvertible {
    case unwritable(String, String)
    case unreadable(String, String)
    case outOfMemory
    case noParquetWriter
    case parquet(String)
    case cannotRun(String)
    case noDump(String)
    case noSnapshot(String)
    case otherStudy(String, wanted: String)
    case otherPeople(wasSynthetic: Bool)
    case otherPlatformIDs(wereShown: Bool)
    case otherDatabase(String)

    public var description: String {
        switch self {
        case .unwritable(let path, let reason):
            "cannot write \(path) (\(reason)); check that the folder exists, is yours to write, and has space left"
        case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
        case .outOfMemory: "there is not enough memory to compress"
        case .noParquetWriter: "Parquet files cannot be written here; ask for csv or jsonl"
        case .parquet(let reason): "Parquet files could not be written: \(reason)"
        case .cannotRun(let program): "cannot run \(program); name a Python that has pyarrow with CONCORD_PYTHON"
        case .noDump(let path): "\(path) is no dump: it has no datapackage.json, which is written last"
        case .noSnapshot(let path): "\(path) does not say what it saw; it is no dump of this program"
        case .otherStudy(let study, let wanted): "that dump is of the study \(study), not of \(wanted)"
        case .otherPeople(let wasSynthetic):
            "that dump was made \(wasSynthetic ? "with" : "without") simulated people, and this one would be made "
                + "\(wasSynthetic ? "without; give --synthetic" : "with; leave --synthetic out, or make a whole dump")"
        case .otherPlatformIDs(let wereShown):
            "that dump was made \(wereShown ? "with" : "without") --platform-ids; make this one in the same way"
        case .otherDatabase(let name):
            "\(name) saw changes that this database never had, as after a backup was restored; make a whole dump"
        }
    }
}
