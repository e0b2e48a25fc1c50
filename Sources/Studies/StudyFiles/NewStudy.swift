// What a new study begins with.

/// The study file that the form opens with: a small, sound study, whose author has only to say what it is about.
public enum NewStudy {
    /// - Parameter set: the question set that it draws from.
    public static func file(over set: String?) -> String {
        """
        # A new study. The form and this file say the same: change whichever you like.

        name: my-study
        title: Finding common ground
        minutes: 20

        questions: {set: \(set ?? "my-questions"), split: train}
        rounds: 2
        groups: {size: 3, minimum: 3}
        opinion: {minimum_words: 10, maximum_characters: 3000}

        # In minutes.
        time_limits:
          instructions_minutes: 30
          lobby_minutes: 20
          opinions_minutes: 15
          drafting_minutes: 10
          ratings_minutes: 15
          debriefing_minutes: 60
        dropouts: {missed_rounds: 1}

        # Each condition makes a statement in every round. Nobody is told which is which.
        conditions:
          - {name: zero-shot, source: model, prompt: zero-shot, candidates: 4, select: first}
          - {name: human-opinion, source: human-opinion, select: random}

        texts:
          formatted: true
          consent:
            - >-
              Welcome. In this study you write what you think about a question, together with a few other people, and
              rate statements about it.
            - >-
              Taking part is voluntary. You can stop at any time, and have your answers deleted. What you write is
              stored without your name.
          instructions:
            - "You will be put together with a few other people. In each round:"
            - |-
              1. You say how much you agree with two statements on a question.
              2. You write your own opinion on it, in your own words.
              3. You read several statements and say how much you agree with each, and how good each is.
            - Please take your time, and write what you really think.
          debriefing:
            - >-
              Thank you. This study compares ways of finding statements that people with different opinions can agree
              on. Some of the statements were written by a language model from the opinions of your group, others were
              opinions of members of your group.

        completion: {code: COMPLETED}

        """
    }
}
