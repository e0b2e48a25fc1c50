import Foundation
import Studies
import TestSupport
import Testing

@Suite struct WatchWordsTests {
    /// The keys of the table `name` in the page's words.
    private func keys(_ name: String) throws -> Set<String> {
        let file = TestStudy.root.appending(path: "Public/assets/admin/watch-words.js")
        let text = try String(contentsOf: file, encoding: .utf8)
        let parts = text.components(separatedBy: "export const \(name) = {")
        let table = try #require(parts.count == 2 ? parts[1].prefix { $0 != "}" } : nil)
        return Set(table.matches(of: /(?:"([a-z-]+)"|([a-z]+)): "/).map { String($0.1 ?? $0.2 ?? "") })
    }

    @Test("The page has a word for everything that the server may say of what is under way") func words() throws {
        #expect(try keys("phases") == Set(RoundPhase.allCases.map(\.rawValue)).subtracting(["pending"]))
        #expect(try keys("stages") == Set(Participant.Stage.allCases.map(\.rawValue)))
        #expect(try keys("ends") == Set(EndReason.allCases.map(\.rawValue)))
        #expect(try keys("flags") == Set(QualityFlag.allCases.map(\.rawValue)))
        #expect(try keys("owed") == Set(WatchSnapshot.Member.Owed.allCases.map(\.rawValue)))
    }
}
