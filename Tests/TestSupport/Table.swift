// A CSV file of a dump, read back.

import Foundation
import SwiftCSV

/// The rows of a CSV file.
public struct Table {
    public let rows: [[String: String]]

    public init(file: String) throws {
        rows = try CSV<Named>(url: .init(filePath: file)).rows
    }
}
