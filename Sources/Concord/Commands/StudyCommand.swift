// concord study create | edit | list | show | open | pause | close

import ArgumentParser
import Studies

struct StudyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "study", abstract: "Create, edit, list, show, open, pause and close studies.",
        subcommands: [Create.self, Edit.self, List.self, Show.self, Submissions.self, Returned.self, Open.self, Pause.self, Close.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create", abstract: "Create a draft study from a study file (YAML).")

        @Argument(help: "The study file; Examples/demo-study.yml explains each setting.") var file: String
        @Flag(help: "Open it at once.") var open = false
        @Flag(help: "Do nothing when there is a study of that name already.") var ifMissing = false
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            let study = try StudyFile(path: file)
            let name = study.settings.name
            try await databaseOptions.withDatabase { database, _ in
                let catalog = StudyCatalog(database: database)
                do {
                    try await catalog.create(study)
                } catch StudyError.studyExists where ifMissing {
                    return print("Study \(name) is there already.")
                }
                if open { try await catalog.move(name, to: .open) }
                print("Created study \(name)\(open ? " and opened it" : "; open it with: concord study open \(name)").")
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List the studies.")

        @Flag(help: "Print JSON.") var json = false
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let studies = try await StudyCatalog(database: database).list()
                if json { return try Output.json(studies) }
                Output.table(
                    ["STUDY", "STATE", "VERSION", "PEOPLE", "DONE", "GROUPS", "RATINGS"],
                    studies.map {
                        [$0.name, $0.state] + [$0.version, $0.participants, $0.done, $0.groups, $0.ratings].map(String.init)
                    })
            }
        }
    }

    struct Edit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "edit", abstract: "Make a new version of a study from its changed study file.",
            discussion: """
                A draft has the new version at once. An open study goes on with the version it was opened with until it \
                is paused and opened again; people who are in it keep theirs to the end.
                """)

        @Argument(help: "The study file.") var file: String
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            let study = try StudyFile(path: file)
            let name = study.settings.name
            try await databaseOptions.withDatabase { database, _ in
                let edit = try await StudyCatalog(database: database).edit(name, with: study)
                print(
                    "Study \(name) has version \(edit.version)"
                        + (edit.isRunning ? "." : "; it takes effect when the study is paused and opened again."))
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show how a study's groups and rounds were allocated to arms and conditions.")

        @Argument(help: "The study's name.") var name: String
        @Flag(help: "Count simulated people instead of real ones.") var synthetic = false
        @Flag(help: "Print JSON.") var json = false
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let study = try await StudyCatalog(database: database).study(named: name)
                let report = try await AllocationReport.read(of: study.id, synthetic: synthetic, in: database)
                if json { return try Output.json(report) }
                print("Study \(name), version \(study.version), is \(study.state.rawValue).")
                func rows(_ lines: [AllocationReport.Line]) -> [[String]] {
                    lines.map { [$0.name ?? "(no arms)"] + [$0.allocated, $0.started, $0.finished].map(String.init) }
                }
                Output.table(["ARM", "GROUPS ALLOCATED", "STARTED", "FINISHED"], rows(report.arms))
                Output.table(["CONDITION", "ROUNDS ALLOCATED", "STARTED", "FINISHED"], rows(report.conditions))
            }
        }
    }

    struct Submissions: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "submissions",
            abstract: "List the people who came from a platform: how far they are, and the code they have.")

        @Argument(help: "The study's name.") var name: String
        @Flag(help: "Print JSON.") var json = false
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let people = try await Studies.Submissions(database: database).list(study: name)
                if json { return try Output.json(people) }
                Output.table(
                    ["PLATFORM ID", "STAGE", "ENDED BECAUSE", "CODE"],
                    people.map { [$0.platformID, $0.stage, $0.endReason ?? "", $0.code ?? ""] })
            }
        }
    }

    struct Returned: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "returned",
            abstract: "End the parts of people whose submissions were returned, or timed out, on their platform.",
            discussion: """
                FILE has one platform id per line, or is a CSV file with a column named by --column, as platforms export \
                them; with --status only the lines with one of those statuses count. Their places are free at once.
                """)

        @Argument(help: "The study's name.") var name: String
        @Argument(help: "A file of platform ids.") var file: String
        @Option(help: "The column of the ids in a CSV file.") var column = "Participant id"
        @Option(help: ArgumentHelp("The column of the status in a CSV file.", valueName: "name")) var statusColumn = "Status"
        @Option(help: "A status that counts; may be given several times. [default: RETURNED, TIMED-OUT]")
        var status: [String] = []
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            let ids = try SubmissionFile(
                path: file, column: column, statusColumn: statusColumn,
                statuses: status.isEmpty ? ["RETURNED", "TIMED-OUT"] : status
            ).platformIDs
            try await databaseOptions.withDatabase { database, _ in
                let ended = try await Studies.Submissions(database: database).returned(ids, study: name)
                print("\(ended.count) of \(ids.count) people were still in the study; their parts have ended.")
                for id in ended { print(id) }
            }
        }
    }

    struct Open: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "open", abstract: "Let participants in.")
        @OptionGroup var move: MoveOptions
        func run() async throws { try await move.run(to: .open) }
    }

    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "pause", abstract: "Take nobody new; those inside finish.")
        @OptionGroup var move: MoveOptions
        func run() async throws { try await move.run(to: .paused) }
    }

    struct Close: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "close", abstract: "Take nobody new, for good; those inside finish.")
        @OptionGroup var move: MoveOptions
        func run() async throws { try await move.run(to: .closed) }
    }

    struct MoveOptions: ParsableArguments {
        @Argument(help: "The study's name.") var name: String
        @OptionGroup var databaseOptions: DatabaseOptions

        func run(to state: StudyState) async throws {
            try await databaseOptions.withDatabase { database, _ in
                try await StudyCatalog(database: database).move(name, to: state)
                print("Study \(name) is \(state.rawValue).")
            }
        }
    }
}
