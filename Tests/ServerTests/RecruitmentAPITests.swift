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

    @Test("An invitation lets in one person; opening it takes nothing, and a used one says so")
    func invitation() async throws {
        try await RunningServer.with(more: "recruitment: {source: invitation}") { server in
            let secrets = try await Invitations(database: server.database).create(2, study: "words")
            let link = "/join/words?invitation=\(secrets[0].text)"
            let phone = Visitor(server.url), laptop = Visitor(server.url), stranger = Visitor(server.url)
            for visitor in [phone, laptop] {
                let answer = try await visitor.get(link)
                #expect(answer.status == 303 && answer.headers["location"] == "/join/words")
                #expect(answer.headers["referrer-policy"] == "no-referrer")
                #expect(try await visitor.get("/api/studies/words").json["invitation"] == nil)
            }
            #expect(try await server.database.first("SELECT count(*) FROM invitations WHERE taken_at IS NOT NULL", as: Int.self) == 0)
            // Both at the same moment: one gets in.
            async let one = phone.post(Self.join, Self.consent)
            async let other = laptop.post(Self.join, Self.consent)
            let answers = try await [one, other]
            #expect(answers.map(\.status).sorted() == [201, 409])
            #expect(answers.contains { $0["detail"]?.contains("Somebody has begun with this invitation") == true })
            let owner = answers[0].status == 201 ? phone : laptop, late = answers[0].status == 201 ? laptop : phone
            #expect(try await late.get("/api/studies/words")["invitation"] == "used")
            // The owner opens the link again, and is where they were.
            _ = try await owner.get(link)
            #expect(try await owner.post(Self.join, Self.consent).status == 200)

            for query in ["", "?invitation=", "?invitation=\(String(repeating: "x", count: 200))"] {
                _ = try await stranger.get("/join/words\(query)")
                #expect(try await stranger.get("/api/studies/words")["invitation"] == "missing")
                #expect(try await stranger.post(Self.join, Self.consent).status == 422)
            }
            _ = try await stranger.get("/join/words?invitation=wrong")
            let unknown = try await stranger.post(Self.join, Self.consent)
            #expect(unknown.status == 422 && unknown["detail"]?.contains("not known here") == true)

            // Somebody else's invitation on the same device is somebody else.
            _ = try await owner.get("/join/words?invitation=\(secrets[1].text)")
            #expect(try await owner.post(Self.join, Self.consent).status == 201)
            #expect(try await server.database.first("SELECT count(*) FROM participants", as: Int.self) == 2)
        }
    }

    @Test("Invitations are for studies that ask for them")
    func notByInvitation() async throws {
        try await RunningServer.with { server in
            await #expect(throws: StudyError.notByInvitation("words")) {
                try await Invitations(database: server.database).create(1, study: "words")
            }
        }
    }

    @Test("A return code leads back on another device; the newest one only, and only in its study")
    func returnCode() async throws {
        try await RunningServer.with { server in
            let phone = Visitor(server.url), laptop = Visitor(server.url), thief = Visitor(server.url)
            #expect(try await phone.post("/api/participation/return-code", "{}").status == 401)
            _ = try await phone.post(Self.join, Self.consent)
            _ = try await phone.post("/api/participation/instructions", #"{"understood":true}"#)
            let first = try #require(try await phone.post("/api/participation/return-code", "{}")["code"])
            let second = try #require(try await phone.post("/api/participation/return-code", "{}")["code"])
            #expect(first != second && second.wholeMatch(of: /[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/) != nil)
            for wrong in [first, "", "0000-0000-0000", "' OR true --", String(repeating: "A", count: 5_000)] {
                let refused = try await thief.post("/api/studies/words/return", #"{"code":"\#(wrong)"}"#)
                #expect(refused.status == 404 && refused["detail"]?.contains("not known here") == true)
            }
            #expect(try await thief.post("/api/studies/other/return", #"{"code":"\#(second)"}"#).status == 404)
            #expect(try await thief.get("/api/participation").status == 401)
            let typed = " " + second.lowercased().replacing("-", with: " ").replacing("0", with: "o").replacing("1", with: "l")
            let back = try await laptop.post("/api/studies/words/return", #"{"code":"\#(typed)"}"#)
            #expect(back.status == 200 && back["step"] == "lobby")
            #expect(try await laptop.get("/api/participation")["step"] == "lobby")
            #expect(try await phone.get("/api/participation")["step"] == "lobby")
            let kept = try await server.database.first(
                "SELECT octet_length(return_code_hash) FROM participants", as: Int32.self)
            #expect(kept == 32)
        }
    }

    @Test("A script with a token may say which submissions were returned; their places are free at once")
    func returnedByScript() async throws {
        try await RunningServer.with(more: Self.platform + "\nquotas: {participants: 1}") { server in
            let person = Visitor(server.url), next = Visitor(server.url), script = Visitor(server.url)
            _ = try await person.get(Self.link("person1", "session1"))
            #expect(try await person.post(Self.join, Self.consent).status == 201)
            _ = try await next.get(Self.link("person2", "session2"))
            #expect(try await next.post(Self.join, Self.consent).status == 409)

            let path = "/api/studies/words/submissions/returned", body = #"{"platform_ids":["person1","nobody"]}"#
            #expect(try await script.post(path, body).status == 401)
            for token in [server.token, "wrong"] {
                #expect(try await script.post(path, body, headers: ["Authorization": "Bearer \(token)"]).status == 401)
            }
            let token = try await Tokens(database: server.database).create(.recruitment, name: "script").text
            let headers = ["Authorization": "Bearer \(token)"]
            let answer = try await script.post(path, body, headers: headers)
            #expect(answer.status == 200 && answer.json["ended"] as? [String] == ["person1"])
            let logged = try await server.database.query(
                "SELECT via || ' ' || subject FROM audit_log WHERE action = 'participant.returned'", as: String.self)
            #expect(logged == ["token person1"])
            #expect(try await script.post(path, "{}", headers: headers).status == 400)
            #expect(try await script.post("/api/studies/x/submissions/returned", body, headers: headers).status == 404)
            let ended = try await person.get("/api/participation")
            #expect(ended["step"] == "ended" && ended.text.contains("returned"))
            #expect(try await next.post(Self.join, Self.consent).status == 201)
            // It may not send simulated people.
            #expect(try await script.post(Self.join, Self.consent, headers: headers).status == 401)
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
            #expect(statuses.count { $0 == 201 } == 1 && statuses.count { $0 == 200 } == 7, "\(statuses)")
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
            #expect(try await submissions.returned(["person1", "nobody"], study: "words").ended == ["person1"])
            #expect(try await submissions.returned(["person1"], study: "words").over == ["person1"])
            let ended = try await first.get("/api/participation")
            #expect(ended["step"] == "ended" && ended.text.contains(#""reason":"returned""#))
            #expect(try await second.post(Self.join, Self.consent).status == 201)

            try await server.database.execute("UPDATE participants SET stage = 'done', end_reason = NULL WHERE platform_id = 'person2'")
            #expect(try await second.get("/api/participation").text.contains(#"https:\/\/example.org\/done?cc=DONE"#))
            let list = try await submissions.list(study: "words")
            #expect(list.map(\.platformID) == ["person1", "person2"] && list.map(\.code) == [nil, "DONE"])
        }
    }

    @Test("A consent whose reply was lost is sent again, also after a reload, and is the same person's")
    func lostReply() async throws {
        for more in ["", Self.platform, "recruitment: {source: invitation}"] {
            try await RunningServer.with(more: more) { server in
                let visitor = Visitor(server.url)
                if more.isEmpty {
                    _ = try await visitor.get("/join/words")
                } else if more == Self.platform {
                    _ = try await visitor.get("/join/words?PROLIFIC_PID=person1")      // without a session
                } else {
                    let secret = try await Invitations(database: server.database).create(1, study: "words")[0]
                    _ = try await visitor.get("/join/words?invitation=\(secret.text)")
                }
                let before = await visitor.cookies
                #expect(try await visitor.post(Self.join, Self.consent).status == 201)
                #expect(await visitor.cookies["concord_arrival"] == nil)
                // The reply, with its cookies, never came.
                await visitor.setCookies(before)
                #expect(try await visitor.get("/api/studies/words").json["isKnown"] as? Bool == true)
                _ = try await visitor.get("/join/words")
                let again = try await visitor.post(Self.join, Self.consent)
                #expect(again.status == 200 && again["step"] == "instructions")
                #expect(try await visitor.get("/api/participation").status == 200)
                #expect(try await server.database.first("SELECT count(*) FROM participants", as: Int.self) == 1)
                // Whoever comes next on this device, with nothing in the address, is somebody else.
                await visitor.setCookies([:])
                _ = try await visitor.get("/join/words")
                #expect(try await visitor.get("/api/studies/words").json["isKnown"] == nil)
            }
        }
    }

    @Test("Whoever is in the study is let in where they were, also while it takes nobody new; whoever took part otherwise is told so")
    func returnsToAClosedStudy() async throws {
        let more = Self.platform + "\nquotas: {participants: 1}"
        try await RunningServer.with(more: more) { server in
            let phone = Visitor(server.url), laptop = Visitor(server.url), other = Visitor(server.url)
            _ = try await phone.get(Self.link("person1", "session1"))
            _ = try await phone.post(Self.join, Self.consent)
            for state in [StudyState.open, .paused, .closed] {
                try await StudyCatalog(database: server.database).move("words", to: state)
                _ = try await laptop.get(Self.link("person1", "session1"))
                let entrance = try await laptop.get("/api/studies/words")
                #expect(entrance.json["isKnown"] as? Bool == true && entrance.json["door"] == nil)
                #expect(try await laptop.post(Self.join, Self.consent).status == 200)
            }
            _ = try await other.get(Self.link("person1", "session2"))
            let door = try #require(try await other.get("/api/studies/words").json["door"] as? [String: any Sendable])
            #expect(door["reason"] as? String == "took-part" && door["code"] == nil)
        }
    }

    @Test("At the door people from a platform get a code when the study has one for it")
    func doorCode() async throws {
        let more = Self.platform + "\nquotas: {participants: 1}"
        try await RunningServer.with(more: more, replacing: ("code: DONE", "code: DONE, over_quota_code: FULL")) { server in
            let first = Visitor(server.url), second = Visitor(server.url)
            _ = try await first.get(Self.link("person1", "session1"))
            _ = try await first.post(Self.join, Self.consent)
            _ = try await second.get(Self.link("person2", "session2"))
            let door = try #require(try await second.get("/api/studies/words").json["door"] as? [String: any Sendable])
            #expect(door["reason"] as? String == "full" && door["code"] as? String == "FULL")
            #expect(door["address"] as? String == "https://example.org/done?cc=FULL")
        }
    }

    @Test("A submission that is returned by somebody who has seen a statement frees the place before they are debriefed")
    func returnedAfterStatement() async throws {
        try await RunningServer.with(more: Self.platform + "\nquotas: {participants: 3}") { server in
            var people: [Visitor] = []
            for number in 1...3 {
                let visitor = Visitor(server.url)
                _ = try await visitor.get(Self.link("person\(number)", "session\(number)"))
                _ = try await visitor.post(Self.join, Self.consent)
                _ = try await visitor.post("/api/participation/instructions", #"{"understood":true}"#)
                people.append(visitor)
            }
            for (number, visitor) in people.enumerated() {
                _ = try await visitor.post("/api/participation/stance", #"{"round":1,"affirming":5,"negating":2}"#)
                _ = try await visitor.post(
                    "/api/participation/opinion", #"{"round":1,"text":"Words of member \#(number)"}"#)
            }
            let queue = GenerationQueue(database: server.database)
            let job = try #require(try await queue.claim(worker: UUID()))
            try await queue.finish(job, with: .opinions([job.opinions[0]]))
            var seen: [Int] = []
            for (number, visitor) in people.enumerated() {
                let state = try await visitor.get("/api/participation")
                guard let statement = state.json["statement"] as? [String: any Sendable], let id = statement["id"] as? String
                else { continue }
                _ = try await visitor.post("/api/participation/shown", #"{"statement":"\#(id)"}"#)
                seen.append(number)
            }
            #expect(seen.count == 2)
            let late = Visitor(server.url)
            _ = try await late.get(Self.link("person4", "session4"))
            #expect(try await late.post(Self.join, Self.consent).status == 409)
            let token = try await Tokens(database: server.database).create(.recruitment, name: "script").text
            let returned = try await Visitor(server.url).post(
                "/api/studies/words/submissions/returned", #"{"platform_ids":["person\#(seen[0] + 1)"]}"#,
                headers: ["Authorization": "Bearer \(token)"])
            #expect(returned.status == 200 && returned.text.contains("person\(seen[0] + 1)"))
            #expect(try await people[seen[0]].get("/api/participation")["step"] == "debriefing")
            #expect(try await late.post(Self.join, Self.consent).status == 201)
        }
    }
}
