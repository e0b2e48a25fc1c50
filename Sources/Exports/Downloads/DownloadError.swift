// What fetching a file can be refused for.

/// A refusal.
public enum DownloadError: Error, Sendable, Equatable, CustomStringConvertible {
    case unknown
    case namesPlatformIDs
    case withdrawnMeanwhile

    public var description: String {
        switch self {
        case .unknown: "This file is not there any more. Files go after some days, and when somebody has their answers deleted or a "
            + "text is hidden; please make it anew."
        case .namesPlatformIDs: "Only admins may have the ids of recruitment platforms."
        case .withdrawnMeanwhile: "People had their answers deleted, or texts were hidden, while the file was made. Please make it anew."
        }
    }
}
