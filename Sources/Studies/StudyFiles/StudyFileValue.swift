// What stands in a study file, as plain values: what forms show and change.

import Foundation
import Yams

/// A value of a study file, as the file has it: nothing is added that it leaves out.
public indirect enum StudyFileValue: Codable, Sendable, Equatable {
    case nothing
    case flag(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case list([StudyFileValue])
    /// In no order; ``StudyFileWriter`` writes keys in the order of the shape.
    case record([String: StudyFileValue])

    /// A file holds so many values at most, and nests them so deeply at most.
    static let mostValues = 20_000
    static let deepest = 40

    // MARK: - From a file

    /// What `node` says, which ought to be of `shape`: a text that looks like a number is a text where the shape wants one.
    /// - Throws: ``StudyFileError/malformed(_:)`` when there is too much in it.
    init(_ node: Node, as shape: Shape?) throws(StudyFileError) {
        var left = Self.mostValues
        self = try Self.read(node, as: shape, depth: 0, &left)
    }

    private static func read(_ node: Node, as shape: Shape?, depth: Int, _ left: inout Int) throws(StudyFileError) -> StudyFileValue {
        left -= 1
        guard left > 0, depth < deepest else { throw .malformed("there is too much in it") }
        if let entries = node.sequence {
            let element: Shape? = switch shape {
            case .list(let element, _)?, .oneOrMore(let element, _)?: element
            default: nil
            }
            var values: [StudyFileValue] = []
            for entry in entries { values.append(try read(entry, as: element, depth: depth + 1, &left)) }
            return .list(values)
        }
        if let mapping = node.mapping {
            var fields: [Shape.Field] = []
            if case .record(let own)? = shape { fields = own }
            var values: [String: StudyFileValue] = [:]
            for (key, value) in mapping {
                let name = key.string ?? ""
                values[name] = try read(
                    value, as: fields.first { $0.key == name }?.shape, depth: depth + 1, &left)
            }
            return .record(values)
        }
        return scalar(node, as: shape)
    }

    private static func scalar(_ node: Node, as shape: Shape?) -> StudyFileValue {
        guard let scalar = node.scalar else { return .nothing }
        var kind = Shape.Scalar.Kind.other
        switch shape {
        case .scalar(let own)?: kind = own.kind
        case .oneOrMore(.scalar(let own), _)?: kind = own.kind
        default: break
        }
        switch kind {
        case .text, .name, .key, .choice: return .text(scalar.string)
        case .flag: return node.bool.map(StudyFileValue.flag) ?? .text(scalar.string)
        case .integer: return node.int.map(StudyFileValue.integer) ?? .text(scalar.string)
        case .number, .other:
            guard scalar.style == .plain || scalar.style == .any else { return .text(scalar.string) }
            if node.null != nil { return .nothing }
            if let whole = node.int { return .integer(whole) }
            if let number = node.float, number.isFinite { return .number(number) }
            return .text(scalar.string)
        }
    }

    /// Whether a file can hold it.
    var isWithinBounds: Bool {
        var left = Self.mostValues
        return fits(depth: 0, &left)
    }

    private func fits(depth: Int, _ left: inout Int) -> Bool {
        left -= 1
        guard left > 0, depth < Self.deepest else { return false }
        switch self {
        case .list(let entries):
            for entry in entries { guard entry.fits(depth: depth + 1, &left) else { return false } }
        case .record(let fields):
            for value in fields.values { guard value.fits(depth: depth + 1, &left) else { return false } }
        default: break
        }
        return true
    }

    // MARK: - Reaching into it

    /// The value at `path` (keys, and places in lists from 1).
    public func value(at path: [String]) -> StudyFileValue? { value(at: path[...]) }

    private func value(at path: ArraySlice<String>) -> StudyFileValue? {
        guard let step = path.first else { return self }
        switch self {
        case .record(let fields): return fields[step]?.value(at: path.dropFirst())
        case .list(let entries):
            guard let index = entries.index(ofPlace: step) else { return nil }
            return entries[index].value(at: path.dropFirst())
        default: return nil
        }
    }

    /// The same with `value` at `path`, or, without one, with nothing there. Records on the way are made.
    func setting(_ path: ArraySlice<String>, to value: StudyFileValue?) -> StudyFileValue? {
        guard let step = path.first else { return value }
        switch self {
        case .list(var entries):
            guard let index = entries.index(ofPlace: step) else { return self }
            if let next = entries[index].setting(path.dropFirst(), to: value) {
                entries[index] = next
            } else {
                entries.remove(at: index)
            }
            return .list(entries)
        case .record(var fields):
            guard value != nil || fields[step] != nil else { return self }
            fields[step] = (fields[step] ?? .record([:])).setting(path.dropFirst(), to: value)
            return .record(fields)
        default:
            return StudyFileValue.record([:]).setting(path, to: value)
        }
    }

    // MARK: - As JSON

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() { self = .nothing }
        else if let flag = try? container.decode(Bool.self) { self = .flag(flag) }
        else if let whole = try? container.decode(Int.self) { self = .integer(whole) }
        else if let number = try? container.decode(Double.self) { self = .number(number) }
        else if let text = try? container.decode(String.self) { self = .text(text) }
        else if let entries = try? container.decode([StudyFileValue].self) { self = .list(entries) }
        else { self = .record(try container.decode([String: StudyFileValue].self)) }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .nothing: try container.encodeNil()
        case .flag(let flag): try container.encode(flag)
        case .integer(let whole): try container.encode(whole)
        case .number(let number): try container.encode(number)
        case .text(let text): try container.encode(text)
        case .list(let entries): try container.encode(entries)
        case .record(let fields): try container.encode(fields)
        }
    }
}

extension Collection where Index == Int {
    /// The index of the entry that a path names by its place, from 1; nil when there is none.
    func index(ofPlace step: String) -> Int? {
        guard let place = Int(step), place > 0, place <= count else { return nil }
        return startIndex + (place - 1)
    }
}
