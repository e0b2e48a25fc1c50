// The `concord` command line. Each command is a file under Commands/.

import ArgumentParser

struct Concord: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "concord",
        abstract: "A server for studies in which groups rate statements that a language model drafts from their opinions.",
        discussion: """
            Without --database-url, a private PostgreSQL under --data is started when the first command needs it and \
            stopped when the last one leaves. docs/running-a-study.md walks through a study.
            """,
        subcommands: [
            ServeCommand.self, WorkerCommand.self, MigrateCommand.self, UserCommand.self, QuestionsCommand.self,
            StudyCommand.self, ParticipantCommand.self, SimulateCommand.self, GenerateCommand.self, ExportCommand.self, ReportCommand.self,
            ModelCommand.self, LogCommand.self,
        ])
}
