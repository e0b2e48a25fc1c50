// Every key of a study file, and what it takes.

extension Shape {
    /// A study file. What depends on more than one key is in ``StudySettings/conflicts``.
    static let studyFile = Shape.record([
        Field("name", .name),
        Field("title", .text(1...200)),
        Field("minutes", .integer(1...600)),
        Field(
            "questions",
            .record([Field("set", .name), Field("split", .choice(Split.allCases.map(\.rawValue)))])),
        Field("rounds", .integer(1...20)),
        Field(
            "groups",
            .record([
                Field("size", .oneOrMore(.integer(3...5), 1...3)), Field("minimum", .integer(3...5)),
                Field("minimum_to_go_on", .integer(3...5), optional: true),
                Field("still_there_seconds", .integer(5...300), optional: true),
                Field("compose", .list(.record(criterion + [Field("at_least", .integer(1...5))]), 1...4), optional: true),
            ])),
        Field(
            "opinion",
            .record([
                Field("minimum_words", .integer(0...200)), Field("maximum_characters", .integer(200...10_000)),
            ])),
        Field(
            "time_limits",
            .record(
                ["lobby", "opinions", "drafting", "ratings"].map { Field("\($0)_minutes", minutes) }
                    + ["instructions", "opinion_ratings", "debriefing", "extension"].map { Field("\($0)_minutes", minutes, optional: true) }
                    + [Field("extensions", .integer(1...20), optional: true)])),
        Field("dropouts", .record([Field("missed_rounds", .integer(1...20))]), optional: true),
        Field("opinion_ratings", .flag, optional: true),
        Field("conditions", .list(condition, 1...16)),
        Field("prompts", .list(.record([Field("name", .name), Field("text", .text(1...20_000))]), 1...16), optional: true),
        Field("preference_model", model, optional: true),
        Field("force_preference_model", .flag, optional: true),
        Field("conditions_per_round", .integer(1...16), optional: true),
        Field("arms", .list(arm, 2...16), optional: true),
        Field(
            "quotas",
            .record([
                Field("participants", .integer(1...1_000_000), optional: true),
                Field("groups", .integer(1...100_000), optional: true),
                Field(
                    "answers", .list(.record(criterion + [Field("participants", .integer(0...1_000_000))]), 1...50),
                    optional: true),
            ]), optional: true),
        Field(
            "surveys",
            .record(Surveys.Kind.allCases.map { Field($0.rawValue, .list(surveyQuestion, 1...50), optional: true) }),
            optional: true),
        Field(
            "comprehension",
            .record([Field("tries", .integer(1...10)), Field("questions", .list(comprehensionQuestion, 1...20))]),
            optional: true),
        Field(
            "recruitment",
            .record([
                Field("source", .choice(Recruitment.Source.allCases.map(\.rawValue))),
                Field("participant_parameter", .text(1...64), optional: true),
                Field("study_parameter", .text(1...64), optional: true),
                Field("session_parameter", .text(1...64), optional: true),
                Field("redirect", .text(1...500), optional: true),
                Field("excluded_studies", .list(.name, 1...100), optional: true),
                Field("attributes", .list(.key, 1...50), optional: true),
                Field("limit_minutes", .number(1...100_000, "minutes"), optional: true),
            ]), optional: true),
        Field(
            "payment",
            .record([
                Field("currency", .scalar("a currency code of three capital letters") { $0.string?.wholeMatch(of: /[A-Z]{3}/) != nil }),
                Field("text", .text(1...1_000), optional: true), Field("base", amount),
                Field("partial", amount, optional: true), Field("waiting", amount, optional: true),
                Field("waiting_per_minute", amount, optional: true), Field("cap", amount, optional: true),
                Field("budget", .number(0...100_000_000, ""), optional: true),
            ]), optional: true),
        Field(
            "review",
            .record([
                Field("before_display", .choice(ReviewSettings.Mode.allCases.map(\.rawValue))),
                Field("minutes", .number(0...1_440, "minutes"), optional: true),
            ]), optional: true),
        Field(
            "quality",
            .record([
                Field("opinion_seconds", .number(0...3_600, "seconds"), optional: true),
                Field("rating_seconds", .number(0...3_600, "seconds"), optional: true),
                Field("block", .list(.choice(QualityFlag.blocking.map(\.rawValue)), 1...3), optional: true),
            ]), optional: true),
        Field(
            "attention_checks",
            .list(
                .record([
                    Field("round", .integer(1...20)), Field("text", .text(1...5_000)),
                    Field("agreement", .integer(1...7)), Field("quality", .integer(1...7), optional: true),
                ]), 1...20), optional: true),
        Field(
            "inclusion",
            .record([
                Field("members", .integer(1...5)), Field("rounds", .integer(1...20)),
                Field("answers", .integer(0...1_000)),
                Field("excluding_flags", .list(.choice(QualityFlag.allCases.map(\.rawValue)), 1...6), optional: true),
            ]), optional: true),
        Field(
            "publication",
            .record([
                Field("licence", .text(1...200), optional: true), Field("citation", .text(1...2_000), optional: true),
            ]), optional: true),
        Field(
            "texts",
            .record(
                ["consent", "instructions", "debriefing"].map { Field($0, .list(.text(1...5_000), 1...50)) }
                    + [Field("formatted", .flag, optional: true)])),
        Field(
            "completion",
            .record([
                Field("code", .text(1...64)), Field("waiting_code", .text(1...64), optional: true),
                Field("partial_code", .text(1...64), optional: true),
                Field("screen_out_code", .text(1...64), optional: true),
                Field("over_quota_code", .text(1...64), optional: true),
                Field("timed_out_code", .text(1...64), optional: true),
            ])),
        Field("contact", .text(1...200), optional: true),
        Field("language", .choice(Language.allCases.map(\.rawValue)), optional: true),
        Field(
            "translations", .record(Language.allCases.map { Field($0.rawValue, translation, optional: true) }),
            optional: true),
        Field(
            "data_version",
            .scalar("a name of capital letters, digits and underscores, such as EVALUATION_V2, at most 64") {
                $0.string?.wholeMatch(of: /[A-Z][A-Z0-9_]{0,63}/) != nil
            }, optional: true),
    ])

    private static let translation = Shape.record([
        Field("title", .text(1...200), optional: true), Field("payment", .text(1...1_000), optional: true),
        Field(
            "texts",
            .record(
                ["consent", "instructions", "debriefing"].map { Field($0, .list(.text(1...5_000), 1...50), optional: true) }),
            optional: true),
        Field(
            "questions",
            .list(
                .record([
                    Field("key", .key), Field("text", .text(1...1_000), optional: true),
                    Field("options", .list(.text(1...200), 2...50), optional: true),
                    Field("low", .text(1...80), optional: true), Field("high", .text(1...80), optional: true),
                    Field("hint", .text(1...1_000), optional: true),
                ]), 1...100), optional: true),
    ])

    private static let amount = Shape.number(0...100_000, "")

    private static let criterion = [
        Field("question", .key, optional: true), Field("attribute", .key, optional: true),
        Field("is", .list(.text(1...200), 1...50), optional: true),
        Field("from", .number(-1e15...1e15, ""), optional: true), Field("to", .number(-1e15...1e15, ""), optional: true),
    ]

    private static let minutes = Shape.number(0.05...1_440, "minutes")

    private static let condition = Shape.record([
        Field("name", .name),
        Field("source", .choice(Condition.Source.allCases.map(\.rawValue))),
        Field("prompt", .text(1...63), optional: true),
        Field("model", model, optional: true),
        Field("statements", .integer(1...16), optional: true),
        Field("candidates", .integer(1...64), optional: true),
        Field("select", .choice(Condition.Selection.allCases.map(\.rawValue)), optional: true),
        Field("alpha", .oneOrMore(alpha, 1...16), optional: true),
        Field(
            "exclude",
            .scalar("0, 1, 2 or a share between 0 and 1") { node in node.float.flatMap(Exclusion.init) != nil },
            optional: true),
        Field("sampling", sampling, optional: true),
    ])

    private static let model = Shape.scalar("the name and version of a model in the registry, such as agreement@1") { node in
        node.string.flatMap(ModelName.init) != nil
    }

    private static let alpha = Shape.scalar("0 or above, or inf") { node in
        node.string == "inf" || (node.float.map { $0 >= 0 } ?? false)
    }

    private static let arm = Shape.record([
        Field("name", .name), Field("groups", .integer(1...100_000)),
        Field("conditions", .list(.name, 1...16), optional: true),
    ])

    private static let surveyQuestion = Shape.record([
        Field("key", .key), Field("kind", .choice(SurveyQuestion.Kind.allCases.map(\.rawValue))),
        Field("text", .text(1...1_000)), Field("optional", .flag, optional: true),
        Field(
            "shown_if", .record([Field("question", .key), Field("is", .list(.text(1...200), 1...50))]), optional: true),
        Field("options", .list(.text(1...200), 2...50), optional: true), Field("several", .flag, optional: true),
        Field("points", .integer(2...11), optional: true), Field("low", .text(1...80), optional: true),
        Field("high", .text(1...80), optional: true), Field("minimum", .number(-1e15...1e15, ""), optional: true),
        Field("maximum", .number(-1e15...1e15, ""), optional: true),
        Field("maximum_characters", .integer(1...10_000), optional: true),
        Field("screen_out", .list(.text(1...200), 1...50), optional: true),
        Field("eligible_from", .number(-1e15...1e15, ""), optional: true),
        Field("eligible_to", .number(-1e15...1e15, ""), optional: true),
        Field("question", .text(1...200), optional: true),
    ])

    private static let comprehensionQuestion = Shape.record([
        Field("key", .key), Field("text", .text(1...1_000)), Field("options", .list(.text(1...200), 2...20)),
        Field("answer", .text(1...200)), Field("hint", .text(1...1_000), optional: true),
    ])

    private static let sampling = Shape.record([
        Field("temperature", .number(0...100, "")), Field("top_p", .number(0...1, "")),
        Field("min_p", .number(0...1, "")), Field("maximum_tokens", .integer(1...4_096)),
        Field("stop", .list(.text(1...200), 0...16)),
    ])
}
