import Foundation
import Studies
import Testing

@Suite struct StudyFileWordsTests {
    /// Every place of the shape: keys, with a star for those that stand at several.
    private static func fields(_ shape: [String: Any], _ path: [String] = []) -> [(path: [String], title: String)] {
        if let element = shape["element"] as? [String: Any] { return fields(element, path) }
        return (shape["fields"] as? [[String: Any]] ?? []).flatMap { field in
            let place = path + [field["key"] as? String ?? ""]
            return [(place, field["title"] as? String ?? "")] + fields(field["shape"] as? [String: Any] ?? [:], place)
        }
    }

    private static func shape() throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: JSONEncoder().encode(ShapeDescription.studyFile)) as? [String: Any] ?? [:]
    }

    @Test("Every key of a study file has a title of its own, and no words are left over") func complete() throws {
        let fields = Self.fields(try Self.shape())
        #expect(fields.count > 150)
        for (path, title) in fields { #expect(title != path.last, "\(path.joined(separator: ".")) has no words") }
        let known = Set(fields.map { $0.path.joined(separator: ".") })
            .union(fields.filter { $0.path.count > 2 }.map { ([$0.path[0], "*"] + $0.path.dropFirst(2)).joined(separator: ".") })
        for place in StudyFileWords.places { #expect(known.contains(place), "there is no key \(place)") }
    }

    @Test("Every key has its part of the form, and none has two") func sections() throws {
        let keys = StudyFileWords.sections.flatMap(\.keys)
        #expect(Set(keys).count == keys.count)
        #expect(Set(keys) == Set(Self.fields(try Self.shape()).filter { $0.path.count == 1 }.map { $0.path[0] }))
    }

    @Test("A choice says what its options mean") func options() throws {
        func choices(_ shape: [String: Any]) -> [[String: String]] {
            let inner = [shape["element"] as? [String: Any]].compactMap(\.self)
                + (shape["fields"] as? [[String: Any]] ?? []).compactMap { $0["shape"] as? [String: Any] }
            return (shape["options"] as? [[String: String]] ?? []) + inner.flatMap { choices($0) }
        }
        let all = choices(try Self.shape())
        #expect(all.count > 20)
        for option in all { #expect(option["title"] != option["value"], "\(option)") }
    }
}
