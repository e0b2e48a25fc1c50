// Progress of training and evaluating preference models.

import Studies

/// A bar for each part of the work.
struct PreferenceBars: Sendable {
    private let encoding = ProgressBar("Texts encoded")
    private let scoring = ProgressBar("Pairs scored")
    private let fitting = ProgressBar("Fitting, percent")

    func show(_ progress: PreferenceModels.Progress) {
        switch progress {
        case .encoding(let done, let all): encoding.show(done, of: all)
        case .scoring(let done, let all): scoring.show(done, of: all)
        case .fitting(let share): fitting.show(Int(share * 100), of: 100)
        }
    }

    func end() { fitting.end() }
}
