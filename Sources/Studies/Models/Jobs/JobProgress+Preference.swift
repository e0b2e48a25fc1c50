// What training and evaluating tell of their progress.

extension JobProgress {
    func show(_ progress: PreferenceModels.Progress) {
        switch progress {
        case .encoding(let done, let all): show(done, of: all, note: "Reading texts")
        case .scoring(let done, let all): show(done, of: all, note: "Scoring opinions with statements")
        case .fitting(let share): show(Int(share * 100), of: 100, note: "Fitting, in percent")
        }
    }
}
