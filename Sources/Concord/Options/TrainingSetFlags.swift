// What goes into training sets, on the command line.

import ArgumentParser
import Exports

/// Thresholds and parts of the training sets.
struct TrainingSetFlags: ParsableArguments {
    @Option(help: "The mean quality, 1 to 7, that a statement of sft.jsonl needs at least.")
    var quality = TrainingSetOptions().quality
    @Option(help: "The mean agreement, 1 to 7, that it needs at least.")
    var agreement = TrainingSetOptions().agreement
    @Option(help: "The share of the training questions, 0 to 1, that are held out for validation.")
    var validationShare = SplitAssignment().validationShare
    @Option(help: "The share of them that are held out for testing.")
    var testShare = SplitAssignment().testShare
    @Option(help: "The seed by which they are.")
    var splitSeed = SplitAssignment().seed

    var options: TrainingSetOptions {
        TrainingSetOptions(
            quality: quality, agreement: agreement,
            splits: SplitAssignment(validationShare: validationShare, testShare: testShare, seed: splitSeed))
    }

    func validate() throws {
        for (name, value) in [("--quality", quality), ("--agreement", agreement)] where !(1...7).contains(value) {
            throw ValidationError("\(name) must be 1 to 7.")
        }
        guard validationShare >= 0, testShare >= 0, validationShare + testShare < 1 else {
            throw ValidationError("--validation-share and --test-share must be 0 or more, and together less than 1.")
        }
    }
}
