// datapackage.json: a Frictionless Data Package (specs.frictionlessdata.io).

/// The descriptor of a dump.
struct DataPackage: Codable, Sendable {
    struct License: Codable, Sendable {
        let name: String
        let title: String
        var path: String?
    }

    /// What is Concord's own.
    struct Concord: Codable, Sendable, Equatable {
        let study: String
        let studyID: String
        /// Of the changes that the dump saw: a database that was restored from a backup goes on with another.
        let lineage: String
        /// What the dump saw (pg_snapshot), in the counting of the change clock.
        let snapshot: String
        /// For what changed since another dump: that one's name and snapshot.
        let since: String?
        let sinceSnapshot: String?
        let includesSynthetic: Bool
        let showsPlatformIDs: Bool
        let isForExcel: Bool
        /// People who had their answers deleted, and are not in the dump.
        let withdrawn: Int

        enum CodingKeys: String, CodingKey {
            case study, lineage, snapshot, since, withdrawn
            case studyID = "study_id"
            case sinceSnapshot = "since_snapshot"
            case includesSynthetic = "includes_synthetic"
            case showsPlatformIDs = "shows_platform_ids"
            case isForExcel = "is_for_excel"
        }
    }

    struct Constraints: Codable, Sendable {
        var required: Bool?
        var minimum: Int?
        var maximum: Int?
        var `enum`: [String]?
    }

    struct Field: Codable, Sendable {
        let name: String
        let type: String
        var format: String?
        let description: String
        var constraints: Constraints?
        var trueValues: [String]?
        var falseValues: [String]?
    }

    struct Reference: Codable, Sendable {
        let resource: String
        let fields: [String]
    }

    struct Foreign: Codable, Sendable {
        let fields: [String]
        let reference: Reference
    }

    struct Schema: Codable, Sendable {
        let fields: [Field]
        let primaryKey: [String]
        var foreignKeys: [Foreign]?
        let missingValues: [String]
    }

    struct Resource: Codable, Sendable {
        let name: String
        /// `table` where tools of Frictionless can read the rows, else `file`.
        let type: String
        let path: String
        let description: String
        let format: String
        let mediatype: String
        var encoding: String?
        let bytes: Int
        let hash: String
        /// Of a table.
        var rows: Int?
        /// Rows of a file that Frictionless does not read, for which it knows no count.
        var records: Int?
        var profile: String?
        var schema: Schema?
    }

    let profile: String
    let name: String
    let title: String
    let description: String
    let licenses: [License]
    let citation: String
    let concord: Concord
    var resources: [Resource]
}

extension DataPackage.Field {
    init(_ column: Column) {
        let type, format: String?
        switch column.kind {
        case .id: (type, format) = ("string", "uuid")
        case .text, .words: (type, format) = ("string", nil)
        case .integer: (type, format) = ("integer", nil)
        case .number: (type, format) = ("number", nil)
        case .flag: (type, format) = ("boolean", nil)
        case .time: (type, format) = ("datetime", "any")
        case .list: (type, format) = ("array", nil)
        // An object, a number or a list.
        case .json: (type, format) = ("any", nil)
        }
        var constraints = DataPackage.Constraints()
        if column.isRequired { constraints.required = true }
        if !column.values.isEmpty { constraints.enum = column.values }
        (constraints.minimum, constraints.maximum) = (column.range?.lowerBound, column.range?.upperBound)
        let isConstrained = column.isRequired || !column.values.isEmpty || column.range != nil
        self.init(
            name: column.name, type: type ?? "any", format: format, description: column.meaning,
            constraints: isConstrained ? constraints : nil, trueValues: column.kind == .flag ? ["t"] : nil,
            falseValues: column.kind == .flag ? ["f"] : nil)
    }
}

extension DataPackage.Schema {
    /// - Parameter hasReferences: false for what changed since another dump: its rows refer to rows of that one.
    init(_ table: DumpTable, hasReferences: Bool) {
        let foreign = table.references.map {
            DataPackage.Foreign(fields: $0.columns, reference: .init(resource: $0.table, fields: $0.referenced))
        }
        self.init(
            fields: table.columns.map(DataPackage.Field.init), primaryKey: table.key,
            foreignKeys: hasReferences && !foreign.isEmpty ? foreign : nil, missingValues: [""])
    }
}
