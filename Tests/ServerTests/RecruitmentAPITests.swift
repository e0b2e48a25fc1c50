import Foundation
import Studies
import TestSupport
import Testing

@Suite struct RecruitmentAPITests {
    private static let platform = """
        recruitment: {source: platform, redirect: "https://example.org/done?cc={code}", excluded_studies: [pilot]}
        """
    private static let consent = #"{"consent":true}"#
    private static let join = "/api/studies/words/participants"

    private static func link(_ person: String, _ session: String) -> String {
        "/join/words?PROLIFIC_PID=\(person)&STUDY_ID=s1&SESSION_ID=\(session)"
    }

    @Test("Opening a platform's link takes no place, and leaves no id in the address or in what the server stores")
    func link() async throws {
        try await RunningServer.with(more: Self.platform) { server in
            let visitor = Visitor(server.url)
            let answer = try await visitor.get(Self.link("person1", "session1"))
            #expect(answer.status == 303 && answer.headers["location"] == "/join/words")
            #expect(answer.headers["referrer-policy"] == "no-referrer")
            #expect(answer.headers["set-cookie"]?.contains("HttpOnly") == true)
            let page = try await visitor.get("/join/words")
            #expect(page.status == 200 && !page.text.contains("person1"))
            let study = try await visitor.get("/api/studies/words")
            #expect(study.json["needsPlatformID"] as? Bool == false && !study.text.contains("person1"))
            #expect(try await server.database.first("SELECT count(*) FROM participants", as: Int.self) == 0)

            #expect(try await visitor.post(Self.join, Self.consent).status == 201)
            let ids = try await server.database.query(
                "SELECT platform_id, platform_study, platform_session FROM participants", as: (String, String, String).self)
            #expect(ids.count == 1 && ids[0] == ("person1", "s1", "session1"))
            #expect(try await visitor.post(Self.join, Self.consent).status == 200)
        }
    }

    @Test("The same session of the platform leads back to where the person was, on any device; another one does not")
    func samePerson() async throws {
        try await RunningServer.with(more: Self.platform) { server in
            let phone = Visitor(server.url), laptop = Visitor(server.url), thief = Visitor(server.url)
            _ = try await phone.get(Self.link("person1", "session1"))
            _ = try await phone.post(Self.join, Self.consent)
            _ = try await phone.post("/api/participation/instructions", #"{"understood":true}"#)

            _ = try await laptop.get(Self.link("person1", "session1"))
            let back = try await laptop.post(Self.join, Self.consent)
            #expect(back.status == 200 && back["step"] == "lobby")

            for query in [Self.link("person1", "session2"), "/join/words?PROLIFIC_PID=person1"] {
                _ = try await thief.get(query)
                let refused = try await thief.post(Self.join, Self.consent)
                #expect(refused.status == 409 && refused["detail"]?.contains("has taken part already") == true)
            }
            let typed = Visitor(server.url)
            #expect(try await typed.post(Self.join, #"{"consent":true,"platformID":"person1"}"#).status == 409)
            #expect(try await server.database.first("SELECT count(*) FROM participants", as: Int.self) == 1)
        }
    }

    @Test("An id that is missing or not usable is asked for; the one that is typed counts")
    func missing() async throws {
        try await RunningServer.with(more: Self.platform) { server in
            for query in ["", "?PROLIFIC_PID=", "?PROLIFIC_PID=%00%3Cscript%3E", "?PROLIFIC_PID=\(String(repeating: "x", count: 65))"] {
                let visitor = Visitor(server.url)
                _ = try await visitor.get("/join/words\(query)")
                #expect(try await visitor.get("/api/studies/words").json["needsPlatformID"] as? Bool == true)
                #expect(try await visitor.post(Self.join, Self.consent).status == 422)
                #expect(try await visitor.post(Self.join, #"{"consent":true,"platformID":"a b"}"#).status == 422)
            }
            let visitor = Visitor(server.url)
            #expect(try await visitor.post(Self.join, #"{"consent":true,"platformID":" typed1 "}"#).status == 201)
            #expect(try await server.database.query("SELECT platform_id FROM participants", as: String.self) == ["typed1"])
        }
    }

    @Test("A shared device: whoever opens the link after somebody else is not taken for them")
    func sharedDevice() async throws {
        try await RunningServer.with(more: Self.platform) { server in
            let device = Visitor(server.url)
            _ = try await device.get(Self.link("person1", "session1"))
            _ = try await device.post(Self.join, Self.consent)
            _ = try await device.get(Self.link("person1", "session1"))
            #expect(try await device.get("/api/participation").status == 200)
            _ = try await device.get(Self.link("person2", "session2"))
            #expect(try await device.get("/api/participation").status == 401)
            #expect(try await device.post(Self.join, Self.consent).status == 201)
            #expect(try await server.database.first("SELECT count(*) FROM participants", as: Int.self) == 2)
        }
    }

    @Test("Two tabs that agree at the same moment make one place; a person of an excluded study gets none")
    func onePlace() async throws {
        try await RunningServer.with(more: Self.platform) { server in
            let tabs = (0..<8).map { _ in Visitor(server.url) }
            let statuses = try await withThrowingTaskGroup(of: Int.self) { tasks in
                for tab in tabs {
                    tasks.addTask {
                        _ = try await tab.get(Self.link("person1", "session1"))
                        return try await tab.post(Self.join, Self.consent).status
                    }
                }
                return try await tasks.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.count { $0 == 201 } == 1 && statuses.allSatisfy { [200, 201, 409].contains($0) })
            #expect(try await server.database.first("SELECT count(*) FROM participants", as: Int.self) == 1)

            let catalog = StudyCatalog(database: server.database)
            let pilot = TestStudy.yaml().replacing("name: words", with: "name: pilot") + "\nrecruitment: {source: platform}"
            try await catalog.create(StudyFile(yaml: pilot))
            try await catalog.move("pilot", to: .open)
            let person = Visitor(server.url)
            _ = try await person.post("/api/studies/pilot/participants", #"{"consent":true,"platformID":"early"}"#)
            let second = Visitor(server.url)
            #expect(try await second.post(Self.join, #"{"consent":true,"platformID":"early"}"#).status == 409)
        }
    }

    @Test("Returned submissions end people's parts and free their places; the end leads back to the platform with the code")
    func returned() async throws {
        try await RunningServer.with(more: Self.platform + "\nquotas: {participants: 1}") { server in
            let submissions = Submissions(database: server.database)
            let first = Visitor(server.url), second = Visitor(server.url)
            _ = try await first.get(Self.link("person1", "session1"))
            _ = try await first.post(Self.join, Self.consent)
            _ = try await second.get(Self.link("person2", "session2"))
            #expect(try await second.post(Self.join, Self.consent).status == 409)
            #expect(try await submissions.returned(["person1", "nobody"], study: "words") == ["person1"])
            #expect(try await submissions.returned(["person1"], study: "words") == [])
            let ended = try await first.get("/api/participation")
            #expect(ended["step"] == "ended" && ended.text.contains(#""reason":"returned""#))
            #expect(try await second.post(Self.join, Self.consent).status == 201)

            try await server.database.execute("UPDATE participants SET stage = 'done', end_reason = NULL WHERE platform_id = 'person2'")
            #expect(try await second.get("/api/participation").text.contains(#"https:\/\/example.org\/done?cc=DONE"#))
            let list = try await submissions.list(study: "words")
            #expect(list.map(\.platformID) == ["person1", "person2"] && list.map(\.code) == [nil, "DONE"])
        }
    }
}
