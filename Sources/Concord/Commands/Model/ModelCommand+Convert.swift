// concord model convert

import ArgumentParser
import LanguageModel

extension ModelCommand {
    struct Convert: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "convert",
            abstract: "Convert a GGUF file to another weight type.",
            discussion: "Some types (Q4_1 among them) do not profit from decoding many candidates as one batch; BF16 and Q4_0 do.")

        @Argument(help: "The GGUF file to read.") var input: String
        @Argument(help: "The GGUF file to write.") var output: String
        @Option(help: "The weight type: \(WeightType.allCases.map(\.rawValue).joined(separator: ", ")).")
        var type: String

        func run() async throws {
            guard let weightType = WeightType(rawValue: type.lowercased()) else {
                throw CommandError.unknownWeightType(type, known: WeightType.allCases.map(\.rawValue))
            }
            try await LanguageModel.convert(from: input, to: output, weightType: weightType)
            print("Wrote \(output).")
        }
    }
}
