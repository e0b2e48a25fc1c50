import Foundation
import Studies
import TestSupport
import Testing

@Suite struct SubmissionFileTests {
    private func ids(_ text: String, column: String = "Participant id") throws -> [String] {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).csv").path()
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try SubmissionFile(path: path, column: column, statusColumn: "Status", statuses: ["RETURNED", "TIMED-OUT"]).platformIDs
    }

    @Test("A platform's CSV file gives the ids of the submissions with the statuses that count")
    func csv() throws {
        let text = "\u{FEFF}Submission id,Participant id,Status\r\n1,aaa,APPROVED\r\n2,bbb,RETURNED\r\n3,ccc,Timed-out\r\n"
        #expect(try ids(text) == ["bbb", "ccc"])
        #expect(try ids("worker,note\nw1,x\nw2,y\n", column: "worker") == ["w1", "w2"])
        #expect(try ids("Participant id;Status\naaa;Returned\n") == ["aaa"])
    }

    @Test("A plain list gives every line")
    func lines() throws {
        #expect(try ids("aaa\n  bbb \n\nccc") == ["aaa", "bbb", "ccc"])
        #expect(try ids("Participant id\naaa\n") == ["aaa"])
    }

    @Test("A file without the column, with something that is no id, or that is not there, is refused")
    func refused() {
        #expect(throws: SubmissionFileError.noColumn("Participant id")) { try ids("id,status\na,b\n") }
        let words = "is no platform id: those are letters, digits, hyphens and underscores"
        #expect(throws: SubmissionFileError.rows([.init(row: 2, "no spaces please \(words)"), .init(row: 4, "ä \(words)")])) {
            try ids("aaa\nno spaces please\n\nä\n")
        }
        #expect(throws: SubmissionFileError.openQuote(line: 2)) { try ids("Participant id,status\n\"a,b\n") }
        #expect(throws: SubmissionFileError.notText) { try ids("aaa\u{0}\n") }
        #expect(throws: SubmissionFileError.unreadable(path: "/no/such/file")) {
            try SubmissionFile(path: "/no/such/file", column: "x", statusColumn: "y", statuses: [])
        }
    }
}
