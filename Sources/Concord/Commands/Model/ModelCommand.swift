// concord model: the registry, preference models, and GGUF files

import ArgumentParser
import Studies

extension ModelName: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

extension RegisteredModel.Kind: ExpressibleByArgument {}

struct ModelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model",
        abstract: "Register models, train preference models on ratings, and say how good they are.",
        subcommands: [
            List.self, Register.self, TrainReward.self, Evaluate.self, ImportRatings.self, Convert.self,
        ])
}
