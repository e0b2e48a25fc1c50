// What a test heard of a run.

import Simulation

/// The acknowledged answers of a run, in the order they were told.
actor AnswerLog {
    private(set) var answers: [AcknowledgedAnswer] = []

    func note(_ answer: AcknowledgedAnswer) {
        answers.append(answer)
    }
}
