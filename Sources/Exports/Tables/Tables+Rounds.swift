// The tables of a dump that are about rounds: what was asked, said, made and rated.

import Postgres

extension DumpTable {
    static let questions = DumpTable(
        name: "questions",
        meaning: "One row per question that the study's rounds are drawn from, per version of the question set that it has used.",
        columns: [
            .text("question_set", "the question set's name").required,
            .integer("question_set_version", "its version").required,
            .text("question_id", "the question's id in its file").required,
            .integer("position", "its place in the file, from 1").required,
            .words("question", "the question").required,
            .words("affirming_statement", "the position statement of one side").required,
            .words("negating_statement", "and that of the other").required,
            .text("topic", "its topic").required,
            .text("split", "its split", ["train", "validation", "iid_test", "ood_test"]).required,
        ],
        key: ["question_set", "question_set_version", "question_id"], order: ["question_set", "question_set_version", "position"]
    ) { scope in
        """
        SELECT DISTINCT s.name AS question_set, w.version AS question_set_version, q.key AS question_id, q.position, q.question,
               q.affirming_statement, q.negating_statement, q.topic, q.split
        FROM study_versions v JOIN question_set_versions w ON w.id = v.question_set_version_id
             JOIN question_sets s ON s.id = w.question_set_id JOIN questions q ON q.question_set_version_id = w.id
        WHERE v.study_id = \(scope.study) AND q.split = v.settings->'questions'->>'split'
          AND \(sql: scope.isNew("v.changed_in"))
        """
    }

    static let conditions = DumpTable(
        name: "conditions", meaning: "One row per condition of each version of the study's settings.",
        columns: [
            .integer("study_version", "the version of the study's settings").required,
            .text("condition", "the condition's name").required,
            .integer("position", "its place in the study file, from 1").required,
            .text("source", "where its statements come from", ["model", "human-opinion", "position-statement"]).required,
            .text("prompt", "the prompt, for `model`"),
            .text("model", "the model in the registry as name@version; empty for the workers' own"),
            .integer("statements", "how many are shown per round").required,
            .integer("candidates", "how many are drawn to choose from").required,
            .text("selection", "how they are chosen").required,
            .json("alpha", "the inequality aversion, or those that rounds draw from, for selections by welfare"),
            .number("exclude", "how many members' opinions are silently left out, or what share").required,
            .json("sampling", "sampling settings that differ from the default"),
        ],
        key: ["study_version", "condition"], order: ["study_version", "position"]
    ) { scope in
        """
        SELECT v.version AS study_version, c.value->>'name' AS condition, c.place AS position, c.value->>'source' AS source,
               c.value->>'prompt' AS prompt, c.value->>'model' AS model, (c.value->>'statements')::int AS statements,
               (c.value->>'candidates')::int AS candidates, c.value->>'select' AS selection, c.value->'alpha' AS alpha,
               (c.value->>'exclude')::float8 AS exclude, c.value->'sampling' AS sampling
        FROM study_versions v
             CROSS JOIN jsonb_array_elements(v.settings->'conditions') WITH ORDINALITY AS c (value, place)
        WHERE v.study_id = \(scope.study) AND \(sql: scope.isNew("v.changed_in"))
        """
    }

    static let rounds = DumpTable(
        name: "rounds", meaning: "One row per round of a group: one question.",
        columns: [
            .id("round_id", "the round").required,
            .id("group_id", "the group").required,
            .integer("number", "from 1").required,
            .text("question_set", "the question's set").required,
            .integer("question_set_version", "and that set's version").required,
            .text("question_id", "the question's id in its file").required,
            .words("question", "the question as it was asked").required,
            .words("affirming_statement", "the position statement of one side").required,
            .words("negating_statement", "and that of the other").required,
            .text("topic", "the question's topic").required,
            .text("split", "the question's split", ["train", "validation", "iid_test", "ood_test"]).required,
            .integer("seed", "from which the order of opinions, exclusions, generations' seeds and statement orders are drawn")
                .required,
            .list("conditions", "the conditions allocated to the round when its group started").required,
            .text("phase", "`abandoned`: too few members were left to write opinions",
                  ["pending", "opinions", "review", "opinion-ratings", "drafting", "ratings", "finished", "abandoned"]).required,
            .time("started_at", "when it began"),
            .time("review_started_at", "when it began to wait for an admin's review of its opinions, if it did"),
            .time("review_ended_at", "when that was over"),
            .time("finished_at", "when it was over"),
            .integer("complete_members", "members who wrote an opinion, rated every statement put before them, and have no "
                + "excluding flag").required,
            .integer("answers", "ratings of all members together, those of attention checks not counted").required,
            .flag("included", "whether the round meets the study's inclusion rule; empty where a study has none"),
        ],
        key: ["round_id"],
        references: [
            .to("groups", "group_id"), .to("questions", ["question_set", "question_set_version", "question_id"]),
        ],
        order: ["group_id", "number"]
    ) { scope in
        """
        SELECT r.id AS round_id, r.group_id, r.number, s.name AS question_set, w.version AS question_set_version,
               q.key AS question_id, q.question, q.affirming_statement, q.negating_statement, q.topic, q.split, r.seed,
               r.conditions, r.phase, r.started_at, r.review_started_at, r.review_ended_at, r.finished_at, i.members AS complete_members, i.answers, i.included
        FROM rounds r JOIN \(sql: scope.roundInclusion) i ON i.round_id = r.id JOIN groups g ON g.id = r.group_id
             JOIN questions q ON q.id = r.question_id JOIN question_set_versions w ON w.id = q.question_set_version_id
             JOIN question_sets s ON s.id = w.question_set_id
        WHERE \(sql: scope.groups) AND \(sql: scope.isNew(group: "g.id"))
        """
    }

    static let stances = DumpTable(
        name: "stances", meaning: "One row per member and round: agreement with the two position statements, before the opinion.",
        columns: [
            .id("round_id", "the round").required,
            .id("participant_id", "the member").required,
            .integer("affirming", "agreement with the affirming statement: 1 (strongly disagree) … 7 (strongly agree)", 1...7)
                .required,
            .integer("negating", "and with the negating one", 1...7).required,
            .time("submitted_at", "when it was stored").required,
        ],
        key: ["round_id", "participant_id"], references: [.to("rounds", "round_id"), .to("participants", "participant_id")],
        order: ["submitted_at"]
    ) { scope in
        """
        SELECT s.round_id, s.participant_id, s.affirming, s.negating, s.submitted_at
        FROM stances s JOIN groups g ON g.id = s.group_id
        WHERE \(sql: scope.groups) AND \(sql: scope.isNew("s.changed_in"))
        """
    }

    static let opinions = DumpTable(
        name: "opinions", meaning: "One row per opinion: what a member wrote in a round.",
        columns: [
            .id("opinion_id", "the opinion").required,
            .id("round_id", "the round").required,
            .id("participant_id", "who wrote it").required,
            .words("text", "what they wrote; empty where others may not read it, by the study's `review` or an admin's decision"),
            Identifying.column(of: "`text`"),
            .time("submitted_at", "when it was stored").required,
        ],
        key: ["opinion_id"], references: [.to("rounds", "round_id"), .to("participants", "participant_id")],
        order: ["submitted_at"]
    ) { scope in
        """
        SELECT o.id AS opinion_id, o.round_id, o.participant_id, seen.text,
               \(sql: Identifying.kinds(in: "seen.text")) AS may_identify, o.submitted_at
        FROM opinions o JOIN visible_opinions seen ON seen.id = o.id JOIN groups g ON g.id = o.group_id
        WHERE \(sql: scope.groups) AND \(sql: scope.isNew("o.changed_in"))
        """
    }

    static let opinionRatings = DumpTable(
        name: "opinion_ratings",
        meaning: "One row per opinion that another member has rated, before statements were made; only in studies with "
            + "`opinion_ratings`.",
        columns: [
            .id("opinion_id", "the opinion").required,
            .id("participant_id", "who rated it").required,
            .id("round_id", "the round").required,
            .agreement, .quality,
            .integer("position", "the opinion's place in this member's order, from 1").required,
            .time("shown_at", "when the page showed it first"),
            .time("submitted_at", "when the rating was stored").required,
        ],
        key: ["opinion_id", "participant_id"],
        references: [.to("opinions", "opinion_id"), .to("participants", "participant_id"), .to("rounds", "round_id")],
        order: ["submitted_at"]
    ) { scope in
        """
        SELECT r.opinion_id, r.participant_id, r.round_id, r.agreement, r.quality, r.position, r.shown_at, r.submitted_at
        FROM opinion_ratings r JOIN groups g ON g.id = r.group_id
        WHERE \(sql: scope.groups) AND r.submitted_at IS NOT NULL AND \(sql: scope.isNew("r.changed_in"))
        """
    }

    static let generations = DumpTable(
        name: "generations",
        meaning: "One row per condition and round: how its statements were made. Attention checks have none.",
        columns: [
            .id("generation_id", "the generation").required,
            .id("round_id", "the round").required,
            .integer("study_version", "the version of the study's settings").required,
            .text("condition", "the condition").required,
            .text("source", "where its statements come from", ["model", "human-opinion", "position-statement"]).required,
            .integer("position", "the condition's place in the study's list, from 1").required,
            .text("state", "`skipped`: leaving members out would have left fewer than two opinions",
                  ["queued", "running", "finished", "failed", "skipped"]).required,
            .integer("attempts", "how many workers took it on").required,
            .words("error", "why it failed; of files the name alone"),
            .list("included_participant_ids", "whose opinions went in, in that order").required,
            .list("excluded_participant_ids", "whose opinion was silently left out").required,
            .number("alpha", "the inequality aversion, for selections by welfare; `INF` (`Infinity` in JSON Lines) for the welfare of the "
                + "worst off"),
            .integer("seed", "from which it was drawn").required,
            .integer("examples_seed", "from which its worked examples were drawn"),
            .text("example_set", "the set of worked examples"),
            .text("model_sha256", "SHA-256 of the model's file"),
            .json("model", "the model's name, weights and SHA-256, the adapter's, the build, the threads and the processor; not where "
                + "the files lie"),
            .text("preference_model", "the preference model that ranked, as name@version"),
            .text("prompt_template", "the prompt"),
            .text("prompt_version", "its version; of a study's own prompt the beginning of its SHA-256"),
            .words("prompt_text", "the prompt as the model read it; empty where an opinion in it was deleted, or may not be read by others"),
            Identifying.column(of: "`prompt_text`"),
            .integer("prompt_tokens", "its length"),
            .json("shortened", "what was cut from which opinion"),
            .json("sampling", "the sampling settings"),
            .time("created_at", "when it was queued").required,
            .time("started_at", "when a worker began"),
            .time("finished_at", "when it was done"),
            .number("seconds", "how long it took"),
        ],
        key: ["generation_id"],
        references: [.to("rounds", "round_id"), .to("conditions", ["study_version", "condition"])],
        order: ["created_at", "round_id", "position"]
    ) { scope in
        // Where files lie on the server is nobody's business, and may have its owner's name in it.
        """
        SELECT n.id AS generation_id, n.round_id, v.version AS study_version, n.condition, n.source, n.position, n.state,
               n.attempts, regexp_replace(n.error, '(?<![[:alnum:]._/-])/.*/', '') AS error,
               \(sql: DumpScope.remaining("n.included_participant_ids")) AS included_participant_ids,
               \(sql: DumpScope.remaining("n.excluded_participant_ids")) AS excluded_participant_ids, n.alpha, n.seed,
               n.examples_seed, n.example_set, n.model_sha256, n.model - 'path' - 'adapterPath' AS model,
               m.name || '@' || m.version AS preference_model, n.prompt_template, n.prompt_version, seen.prompt_text,
               \(sql: Identifying.kinds(in: "seen.prompt_text")) AS may_identify, n.prompt_tokens, n.shortened, n.sampling,
               n.created_at, n.started_at, n.finished_at, n.seconds
        FROM generations n JOIN visible_prompts seen ON seen.generation_id = n.id
             JOIN rounds r ON r.id = n.round_id JOIN groups g ON g.id = r.group_id
             JOIN study_versions v ON v.id = g.study_version_id LEFT JOIN models m ON m.id = n.preference_model_id
        WHERE \(sql: scope.groups) AND n.source <> 'attention-check'
          AND (\(sql: scope.isNew("n.changed_in")) OR \(sql: scope.hasErased(group: "g.id")))
        """
    }

    static let candidates = DumpTable(
        name: "candidates", meaning: "One row per text that a model drew, the rejected ones with the reason.",
        columns: [
            .id("generation_id", "the generation").required,
            .integer("draw", "1 is the first batch, 2 … are redraws").required,
            .integer("number", "its place in the batch, from 1").required,
            .text("candidate_id", "these three as one, for tables that refer to it").required,
            .integer("seed", "from which it was drawn").required,
            .words("text", "the text; empty where somebody whom it quotes had their words deleted, and where an opinion that the model read "
                + "may not be read by others"),
            Identifying.column(of: "`text`"),
            .integer("token_count", "its length in tokens").required,
            .number("log_probability", "the sum over its tokens").required,
            .text("finish", "what ended it").required,
            .text("malformation", "why it was rejected: what is wrong with its form, or `quotes_hidden_opinion` where it quotes an opinion "
                + "that others were not to read; empty where it was not"),
            .integer("duplicate_draw", "the candidate drawn before that says nearly the same: its draw"),
            .integer("duplicate_number", "and its number"),
            .number("welfare", "the welfare of the predicted agreements"),
            .integer("rank", "its place by welfare or vote, from 1"),
            .flag("chosen", "whether it became a statement").required,
        ],
        key: ["generation_id", "draw", "number"], references: [.to("generations", "generation_id")]
    ) { scope in
        """
        SELECT c.generation_id, c.draw, c.number, concat_ws(':', c.generation_id, c.draw, c.number) AS candidate_id, c.seed,
               c.text, \(sql: Identifying.kinds(in: "c.text")) AS may_identify,
               c.token_count, c.log_probability, c.finish, c.malformation, c.duplicate_draw, c.duplicate_number, c.welfare,
               c.rank, c.chosen
        FROM visible_candidates c JOIN rounds r ON r.id = c.round_id JOIN groups g ON g.id = r.group_id
        WHERE \(sql: scope.groups) AND \(sql: scope.isNew("c.changed_in"))
        """
    }

    static let predictions = DumpTable(
        name: "predictions",
        meaning: "One row per agreement that a preference model predicted: of a member with a candidate, or with an opinion.",
        columns: [
            .text("prediction_id", "the prediction").required,
            .id("generation_id", "the generation it was made for").required,
            .text("candidate_id", "the candidate; empty for an opinion"),
            .integer("draw", "its draw"),
            .integer("number", "and its number"),
            .id("opinion_id", "the opinion; empty for a candidate"),
            .id("participant_id", "whose agreement").required,
            .number("agreement", "on the scale of ratings, 1 … 7").required,
        ],
        key: ["prediction_id"],
        references: [
            .to("generations", "generation_id"), .to("candidates", "candidate_id"), .to("opinions", "opinion_id"),
            .to("participants", "participant_id"),
        ],
        order: ["generation_id", "draw", "number", "opinion_id", "participant_id"]
    ) { scope in
        """
        SELECT concat_ws(':', n.id, c.draw, c.number, a.key) AS prediction_id, n.id AS generation_id,
               concat_ws(':', n.id, c.draw, c.number) AS candidate_id, c.draw, c.number, NULL::uuid AS opinion_id,
               a.key::uuid AS participant_id, a.value::float8 AS agreement
        FROM candidates c JOIN generations n ON n.id = c.generation_id JOIN rounds r ON r.id = n.round_id
             JOIN groups g ON g.id = r.group_id CROSS JOIN jsonb_each_text(c.predictions) AS a (key, value)
        WHERE \(sql: scope.groups) AND NOT EXISTS (SELECT FROM erasures e WHERE e.participant_id = a.key::uuid)
          AND (\(sql: scope.isNew("c.changed_in")) OR \(sql: scope.hasErased(group: "g.id")))
        UNION ALL
        SELECT concat_ws(':', n.id, o.id, a.key), n.id, NULL, NULL, NULL, o.id, a.key::uuid, a.value::float8
        FROM generations n JOIN rounds r ON r.id = n.round_id JOIN groups g ON g.id = r.group_id
             CROSS JOIN jsonb_each(n.choice->'agreements') AS w (key, value)
             CROSS JOIN jsonb_each_text(w.value) AS a (key, value)
             JOIN opinions o ON o.round_id = n.round_id AND o.participant_id = w.key::uuid
        WHERE \(sql: scope.groups) AND n.choice->>'preferenceModel' IS NOT NULL
          AND NOT EXISTS (SELECT FROM erasures e WHERE e.participant_id = a.key::uuid)
          AND (\(sql: scope.isNew("n.changed_in")) OR \(sql: scope.hasErased(group: "g.id")))
        """
    }

    static let statements = DumpTable(
        name: "statements", meaning: "One row per statement that was put before a group. Attention checks are in a table of their own.",
        columns: [
            .id("statement_id", "the statement").required,
            .id("round_id", "the round").required,
            .id("generation_id", "how it was made").required,
            .text("condition", "the study's condition").required,
            .text("source", "where it comes from", ["model", "human-opinion", "position-statement"]).required,
            .integer("number", "its place among the statements of its condition in the round, from 1").required,
            .words("text", "as it was shown; empty where somebody whom it quotes had their words deleted, and where it is, or quotes, an "
                + "opinion that others may not read"),
            Identifying.column(of: "`text`"),
            .flag("malformed", "whether too few candidates were well-formed and this is one of the least bad").required,
            .id("author_participant_id", "whose opinion it is, for `human-opinion`"),
            .text("model_sha256", "SHA-256 of the model's file"),
            .text("prompt_template", "the prompt"),
            .text("prompt_version", "its version; of a study's own prompt the beginning of its SHA-256"),
            .number("alpha", "the inequality aversion that it was chosen by, for selections by welfare; `INF` (`Infinity` in JSON "
                + "Lines) for the welfare of the worst off"),
            .integer("seed", "from which its generation was drawn").required,
            .list("included_participant_ids", "whose opinions went in, in that order").required,
            .list("excluded_participant_ids", "whose opinion was silently left out").required,
            .time("created_at", "when it was made").required,
        ],
        key: ["statement_id"],
        references: [
            .to("rounds", "round_id"), .to("generations", "generation_id"),
            ForeignKey(columns: ["author_participant_id"], table: "participants", referenced: ["participant_id"]),
        ],
        order: ["created_at", "round_id", "condition", "number"]
    ) { scope in
        """
        SELECT s.id AS statement_id, s.round_id, s.generation_id, n.condition, n.source, s.number, seen.text,
               \(sql: Identifying.kinds(in: "seen.text")) AS may_identify, s.malformed,
               CASE WHEN NOT EXISTS (SELECT FROM erasures e WHERE e.participant_id = s.author_id) THEN s.author_id END
                    AS author_participant_id,
               n.model_sha256, n.prompt_template, n.prompt_version, n.alpha, n.seed,
               \(sql: DumpScope.remaining("n.included_participant_ids")) AS included_participant_ids,
               \(sql: DumpScope.remaining("n.excluded_participant_ids")) AS excluded_participant_ids, s.created_at
        FROM statements s JOIN visible_statements seen ON seen.id = s.id JOIN generations n ON n.id = s.generation_id
             JOIN rounds r ON r.id = s.round_id JOIN groups g ON g.id = r.group_id
        WHERE \(sql: scope.groups) AND n.source <> 'attention-check'
          AND (\(sql: scope.isNew("s.changed_in", "n.changed_in")) OR \(sql: scope.hasErased(group: "g.id")))
        """
    }

    static let ratings = DumpTable(
        name: "ratings", meaning: "One row per member and statement that they rated.",
        columns: [
            .id("statement_id", "the statement").required,
            .id("participant_id", "who rated it").required,
            .id("round_id", "the round").required,
            .text("condition", "the statement's condition").required,
            .agreement, .quality,
            .text("inclusion", "`excluded`: this member's opinion was left out; `no_opinion`: the member wrote none",
                  ["included", "excluded", "no_opinion"]).required,
            .integer("position", "the statement's place in this member's order, from 1").required,
            .time("shown_at", "when the page showed it first"),
            .time("submitted_at", "when the rating was stored").required,
        ],
        key: ["statement_id", "participant_id"],
        references: [
            .to("statements", "statement_id"), .to("participants", "participant_id"), .to("rounds", "round_id"),
        ],
        order: ["submitted_at"]
    ) { scope in
        """
        SELECT p.statement_id, p.participant_id, p.round_id, n.condition, a.agreement, a.quality,
               CASE WHEN p.participant_id = ANY(n.excluded_participant_ids) THEN 'excluded'
                    WHEN p.participant_id = ANY(n.included_participant_ids) THEN 'included'
                    ELSE 'no_opinion' END AS inclusion,
               p.position, p.shown_at, a.submitted_at
        FROM ratings a JOIN presentations p ON p.id = a.presentation_id
             JOIN statements s ON s.id = p.statement_id JOIN generations n ON n.id = s.generation_id
             JOIN groups g ON g.id = p.group_id
        WHERE \(sql: scope.groups) AND n.source <> 'attention-check' AND \(sql: scope.isNew("a.changed_in", "p.changed_in"))
        """
    }

    static let attentionChecks = DumpTable(
        name: "attention_checks", meaning: "One row per member and attention check that was rated.",
        columns: [
            .id("statement_id", "the attention check").required,
            .id("participant_id", "who rated it").required,
            .id("round_id", "the round").required,
            .words("text", "what it says").required,
            .agreement, .quality,
            .flag("passed", "whether it was answered as it asks").required,
            .integer("position", "its place in this member's order, from 1").required,
            .time("shown_at", "when the page showed it first"),
            .time("submitted_at", "when the rating was stored").required,
        ],
        key: ["statement_id", "participant_id"], references: [.to("participants", "participant_id"), .to("rounds", "round_id")],
        order: ["submitted_at"]
    ) { scope in
        """
        SELECT p.statement_id, p.participant_id, p.round_id, s.text, a.agreement, a.quality,
               a.agreement = (n.settings->>'agreement')::int
               AND a.quality = coalesce((n.settings->>'quality')::int, a.quality) AS passed,
               p.position, p.shown_at, a.submitted_at
        FROM ratings a JOIN presentations p ON p.id = a.presentation_id
             JOIN statements s ON s.id = p.statement_id JOIN generations n ON n.id = s.generation_id
             JOIN groups g ON g.id = p.group_id
        WHERE \(sql: scope.groups) AND n.source = 'attention-check' AND \(sql: scope.isNew("a.changed_in", "p.changed_in"))
        """
    }

    static let events = DumpTable(
        name: "events", meaning: "One row per thing that happened to a person, a group, a round or a generation, in order of time.",
        columns: [
            .text("event_id", "the event").required,
            .time("at", "when").required,
            .text("event", "what", [
                "consented", "instructed", "entered-lobby", "joined-group", "left-group", "debriefed", "ended", "group-started",
                "group-finished", "round-started", "round-finished", "generation-queued", "generation-started",
                "generation-finished", "took-more-time", "nudged", "let-go", "removed", "given-more-time", "moved-on",
                "round-ended",
            ]).required,
            .id("participant_id", "to whom"),
            .id("group_id", "to which group"),
            .id("round_id", "to which round"),
            .id("generation_id", "to which generation"),
            .text("detail", "of `ended` the stage or the reason, of `left-group` the phase, of `group-finished`, `round-finished` and "
                + "`generation-finished` the state. Of what an admin did (`nudged` and all after it, `let-go` of a person in the lobby or "
                + "of a group): of `given-more-time` the minutes, of `moved-on` the phase, of `round-ended` the round's number"),
        ],
        key: ["event_id"],
        references: [
            .to("participants", "participant_id"), .to("groups", "group_id"), .to("rounds", "round_id"),
            .to("generations", "generation_id"),
        ],
        order: ["at", "event"]
    ) { scope in
        """
        SELECT x.event || ':' || coalesce(x.own_id, x.generation_id, x.round_id, x.participant_id, x.group_id) AS event_id,
               x.at, x.event, x.participant_id, x.group_id, x.round_id, x.generation_id, x.detail
        FROM (SELECT p.id AS participant_id, m.group_id, NULL::uuid AS round_id, NULL::uuid AS generation_id,
                     NULL::uuid AS own_id, e.event, e.at, e.detail
              FROM participants p LEFT JOIN members m ON m.participant_id = p.id
                   CROSS JOIN LATERAL (VALUES ('consented', p.consented_at, NULL), ('instructed', p.instructed_at, NULL),
                                              ('entered-lobby', p.lobby_entered_at, NULL), ('joined-group', m.joined_at, NULL),
                                              ('left-group', m.left_at, m.left_phase), ('debriefed', p.debriefed_at, NULL),
                                              ('ended', p.ended_at, coalesce(p.end_reason, p.stage))) AS e (event, at, detail)
              WHERE \(sql: scope.people) AND \(sql: scope.isNew(person: "p.id"))
              UNION ALL
              SELECT NULL, g.id, NULL, NULL, NULL, e.event, e.at, e.detail
              FROM groups g
                   CROSS JOIN LATERAL (VALUES ('group-started', g.created_at, NULL),
                                              ('group-finished', g.finished_at, g.state)) AS e (event, at, detail)
              WHERE \(sql: scope.groups) AND \(sql: scope.isNew(group: "g.id"))
              UNION ALL
              SELECT NULL, g.id, r.id, NULL, NULL, e.event, e.at, e.detail
              FROM rounds r JOIN groups g ON g.id = r.group_id
                   CROSS JOIN LATERAL (VALUES ('round-started', r.started_at, NULL),
                                              ('round-finished', r.finished_at, r.phase)) AS e (event, at, detail)
              WHERE \(sql: scope.groups) AND \(sql: scope.isNew(group: "g.id"))
              UNION ALL
              SELECT NULL, g.id, r.id, n.id, NULL, e.event, e.at, e.detail
              FROM generations n JOIN rounds r ON r.id = n.round_id JOIN groups g ON g.id = r.group_id
                   CROSS JOIN LATERAL (VALUES ('generation-queued', n.created_at, NULL), ('generation-started', n.started_at, NULL),
                                              ('generation-finished', n.finished_at, n.state)) AS e (event, at, detail)
              WHERE \(sql: scope.groups) AND n.source <> 'attention-check' AND \(sql: scope.isNew(group: "g.id"))
              UNION ALL
              SELECT p.id, m.group_id, t.round_id, NULL, t.id, 'took-more-time', t.created_at, t.phase
              FROM extensions t JOIN participants p ON p.id = t.participant_id LEFT JOIN members m ON m.participant_id = p.id
              WHERE \(sql: scope.people) AND \(sql: scope.isNew(person: "p.id"))
              UNION ALL
              SELECT p.id, coalesce(g.id, m.group_id), NULL, NULL, i.key, e.event, i.created_at, i.detail
              FROM interventions i
                   JOIN (VALUES ('participant.nudge', 'nudged'), ('participant.release', 'let-go'), ('group.release', 'let-go'),
                                ('participant.remove', 'removed'), ('participant.extend', 'given-more-time'),
                                ('group.extend', 'given-more-time'), ('group.move-on', 'moved-on'),
                                ('group.end-round', 'round-ended')) AS e (action, event) ON e.action = i.action
                   LEFT JOIN groups g ON g.id = i.subject AND \(sql: scope.groups)
                   LEFT JOIN participants p ON p.id = i.subject AND \(sql: scope.people)
                   LEFT JOIN members m ON m.participant_id = p.id
              WHERE i.study_id = \(scope.study) AND i.done AND coalesce(g.id, p.id) IS NOT NULL
                AND \(sql: scope.isNew("i.changed_in"))) AS x
        WHERE x.at IS NOT NULL
        """
    }
}
