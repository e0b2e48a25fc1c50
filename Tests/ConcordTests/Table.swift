// A CSV file of a dump, read back.

import Foundation
import SwiftCSV

struct Table {
    let rows: [[String: String]]

    init(file: String) throws {
        rows = try CSV<Named>(url: .init(filePath: file)).rows
    }
}
