// A dump in a folder, read back and held against its own descriptor.

import Foundation
import SwiftCSV

/// The descriptor and the CSV files of a dump.
public struct DumpFiles {
    public typealias Row = [String: String]

    struct Package: Decodable {
        struct Constraints: Decodable {
            let required: Bool?
            let minimum: Int?
            let maximum: Int?
            let `enum`: [String]?
        }
        struct Field: Decodable {
            let name: String
            let type: String
            let constraints: Constraints?
        }
        struct Reference: Decodable {
            let resource: String
            let fields: [String]
        }
        struct Foreign: Decodable {
            let fields: [String]
            let reference: Reference
        }
        struct Schema: Decodable {
            let fields: [Field]
            let primaryKey: [String]
            let foreignKeys: [Foreign]?
        }
        struct Resource: Decodable {
            let name: String
            let path: String
            let format: String
            let rows: Int?
            let schema: Schema?
        }
        let name: String
        let resources: [Resource]
    }

    let package: Package
    /// The rows of each table, by its name.
    public let tables: [String: [Row]]

    public init(_ folder: URL) throws {
        package = try JSONDecoder().decode(Package.self, from: Data(contentsOf: folder.appending(path: "datapackage.json")))
        tables = try Dictionary(
            uniqueKeysWithValues: package.resources.filter { $0.format == "csv" }.map {
                ($0.name, try Table(file: folder.appending(path: $0.path).path(percentEncoded: false)).rows)
            })
    }

    public var name: String { package.name }

    /// The columns that no two rows of a table share.
    public func key(of table: String) -> [String] {
        package.resources.first { $0.name == table }?.schema?.primaryKey ?? []
    }

    /// The rows of a table, by their keys.
    public func rows(of table: String) -> [[String]: Row] {
        let key = key(of: table)
        return Dictionary((tables[table] ?? []).map { row in (key.map { row[$0] ?? "" }, row) }) { first, _ in first }
    }

    /// Every place where the files are not as the descriptor says, in sentences: counts of rows, keys, references,
    /// values that are missing or out of range.
    public func faults() -> [String] {
        var found: [String] = []
        for resource in package.resources {
            guard let schema = resource.schema, let rows = tables[resource.name] else { continue }
            if rows.count != resource.rows { found.append("\(resource.name) has \(rows.count) rows, not \(resource.rows ?? -1)") }
            let keys = rows.map { row in schema.primaryKey.map { row[$0] ?? "" } }
            if Set(keys).count != keys.count { found.append("two rows of \(resource.name) have the same key") }
            if keys.contains(where: { $0.contains("") }) { found.append("a key of \(resource.name) is missing") }
            for foreign in schema.foreignKeys ?? [] {
                let there = Set((tables[foreign.reference.resource] ?? []).map { row in foreign.reference.fields.map { row[$0] ?? "" } })
                let here = Set(rows.map { row in foreign.fields.map { row[$0] ?? "" } }.filter { !$0.allSatisfy(\.isEmpty) })
                let lost = here.subtracting(there)
                if !lost.isEmpty {
                    found.append("\(resource.name).\(foreign.fields) names \(lost.first ?? []), not in \(foreign.reference.resource)")
                }
            }
            for field in schema.fields {
                let values = rows.map { $0[field.name] }
                if values.contains(nil) { found.append("\(resource.name) has no column \(field.name)") }
                let given = values.compactMap { $0 }.filter { !$0.isEmpty }
                if field.constraints?.required == true && given.count != rows.count {
                    found.append("\(resource.name).\(field.name) is missing in a row")
                }
                if let allowed = field.constraints?.enum, let other = given.first(where: { !allowed.contains($0) }) {
                    found.append("\(resource.name).\(field.name) is \(other)")
                }
                let range = (field.constraints?.minimum ?? .min)...(field.constraints?.maximum ?? .max)
                if field.type == "integer", let other = given.first(where: { Int($0).map { !range.contains($0) } ?? true }) {
                    found.append("\(resource.name).\(field.name) is \(other)")
                }
            }
        }
        return found
    }

    /// The rows of every table after those of `later`, a dump of what has changed since, are put in.
    public func brought(upToDateBy later: DumpFiles) throws -> [String: [[String]: Row]] {
        try later.bringUpToDate(Dictionary(uniqueKeysWithValues: tables.keys.map { ($0, rows(of: $0)) }))
    }

    /// The rows of every table, by key, after what this dump says has changed.
    public func bringUpToDate(_ whole: [String: [[String]: Row]]) throws -> [String: [[String]: Row]] {
        var whole = whole
        for tombstone in tables["tombstones"] ?? [] {
            let name = tombstone["table_name"] ?? ""
            let key = try JSONSerialization.jsonObject(with: Data((tombstone["key"] ?? "").utf8)) as? [String: Any] ?? [:]
            let wanted = key.mapValues { "\($0)" }
            whole[name] = whole[name]?.filter { _, row in !wanted.allSatisfy { row[$0.key] == $0.value } }
        }
        for name in whole.keys { whole[name, default: [:]].merge(rows(of: name)) { $1 } }
        return whole
    }
}
