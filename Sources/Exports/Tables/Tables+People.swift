// The tables of a dump that are about people and groups.

import Postgres

extension DumpTable {
    static let participants = DumpTable(
        name: "participants",
        meaning: "One row per person who gave consent. People who had their answers deleted are not in it.",
        columns: [
            .id("participant_id", "the person").required,
            .text("platform_id", "their id on the platform they came from, as a keyed pseudonym (HMAC-SHA256, the same in every "
                + "dump of the study) unless `--platform-ids` was given; empty for whoever came by an open link"),
            .id("group_id", "their group; empty if they were in none"),
            .integer("seat", "their place in the group, from 1", 1...5),
            .flag("synthetic", "whether it is a simulated person").required,
            .text("stage", "where they are, or were last: `entry` and `exit` are surveys",
                  ["entry", "instructions", "comprehension", "lobby", "group", "exit", "debriefing", "done", "ended"]).required,
            .text("end_reason", "why their part ended before its end: `screened-out` (by the entry survey), "
                + "`comprehension-failed`, `waited-in-vain` (no group came together), `over-quota` (the last group of the study "
                + "formed while they waited), `quota-filled` (enough people of their kind), `timed-out` (did not answer in time "
                + "or come back), `group-ended` (too few members were left), `returned` (on the platform), `removed` (by an "
                + "admin), `stopped-keep` (chose to stop)"),
            .text("language", "of the pages: `en`, `de`, `ar`; empty for the study's own"),
            .integer("study_version", "the version of the study's settings they took part under").required,
            .time("consented_at", "when they gave consent").required,
            .time("instructed_at", "when they had read the instructions"),
            .time("lobby_entered_at", "when they came into the lobby"),
            .time("left_at", "when they left their group; empty for those who stayed"),
            .text("left_phase", "the phase of the round in which they left or went away",
                  ["opinions", "review", "opinion-ratings", "drafting", "ratings"]),
            .time("debriefed_at", "when they had read the debriefing"),
            .time("ended_at", "when their part was over"),
            .flag("included", "whether the study's inclusion rule includes them: their group, and none of its excluding flags; "
                + "empty where a study has no rule"),
        ],
        key: ["participant_id"], references: [.to("groups", "group_id")], order: ["consented_at"]
    ) { scope in
        """
        SELECT p.id AS participant_id,
               \(sql: scope.platformIDs ? "p.platform_id" : Pseudonyms.of("p.platform_id", study: scope.study)) AS platform_id,
               m.group_id, m.seat, p.synthetic, p.stage, p.end_reason, p.language, v.version AS study_version,
               p.consented_at, p.instructed_at, p.lobby_entered_at, m.left_at, m.left_phase, p.debriefed_at, p.ended_at,
               CASE WHEN v.settings->'inclusion' IS NOT NULL
                    THEN coalesce(i.included, false)
                         AND p.id NOT IN (SELECT x.participant_id FROM excluded_participants(\(scope.study)) x) END AS included
        FROM participants p JOIN study_versions v ON v.id = p.study_version_id
             LEFT JOIN members m ON m.participant_id = p.id
             LEFT JOIN \(sql: scope.groupInclusion) i ON i.group_id = m.group_id
        WHERE \(sql: scope.people) AND \(sql: scope.isNew(person: "p.id"))
        """
    }

    static let groups = DumpTable(
        name: "groups", meaning: "One row per group.",
        columns: [
            .id("group_id", "the group").required,
            .integer("allocation", "its place in the sequence of allocations of its study version, from 0").required,
            .text("arm", "the arm it was assigned to; empty where a study has none"),
            .flag("synthetic", "whether its members are simulated").required,
            .integer("size", "members it started with", 2...5).required,
            .integer("wanted_size", "members it was to have", 2...5).required,
            .integer("minimum", "members it needs to go on", 2...5).required,
            .integer("withdrawn", "of its members, how many had their answers deleted and are not in the dump").required,
            .integer("seed", "from which its questions and its rounds' seeds are drawn").required,
            .text("state", "`released`: too few members were left", ["active", "finished", "released"]).required,
            .integer("study_version", "the version of the study's settings").required,
            .time("created_at", "when it started").required,
            .time("finished_at", "when it ended"),
            .integer("included_rounds", "rounds that meet the study's inclusion rule"),
            .flag("included", "whether they are enough; empty where a study has no rule"),
        ],
        key: ["group_id"], order: ["created_at"]
    ) { scope in
        """
        SELECT g.id AS group_id, g.allocation, g.arm, g.synthetic, g.size, g.wanted_size, g.minimum,
               (SELECT count(*) FROM members m JOIN erasures e ON e.participant_id = m.participant_id
                WHERE m.group_id = g.id) AS withdrawn,
               g.seed, g.state, v.version AS study_version, g.created_at, g.finished_at, i.rounds AS included_rounds,
               i.included
        FROM groups g JOIN study_versions v ON v.id = g.study_version_id JOIN \(sql: scope.groupInclusion) i ON i.group_id = g.id
        WHERE \(sql: scope.groups) AND \(sql: scope.isNew(group: "g.id"))
        """
    }

    static let memberships = DumpTable(
        name: "memberships", meaning: "One row per member of a group.",
        columns: [
            .id("group_id", "the group").required,
            .id("participant_id", "the member").required,
            .integer("seat", "their place in it, from 1", 1...5).required,
            .time("joined_at", "when they came into it").required,
            .time("left_at", "when they left it; empty for those who stayed"),
            .text("left_phase", "the phase of the round in which they left or went away",
                  ["opinions", "review", "opinion-ratings", "drafting", "ratings"]),
            .time("away_since", "since when the group does not wait for them, because they let a deadline pass and have not "
                + "answered since"),
            .integer("missed_rounds", "how many rounds in a row they have answered nothing in").required,
        ],
        key: ["group_id", "participant_id"], references: [.to("groups", "group_id"), .to("participants", "participant_id")],
        order: ["joined_at", "group_id", "seat"]
    ) { scope in
        """
        SELECT m.group_id, m.participant_id, m.seat, m.joined_at, m.left_at, m.left_phase, m.away_since, m.missed_rounds
        FROM members m JOIN participants p ON p.id = m.participant_id
        WHERE \(sql: scope.people) AND \(sql: scope.isNew("m.changed_in"))
        """
    }

    static let surveyAnswers = DumpTable(
        name: "survey_answers",
        meaning: "One row per survey question answered. Questions that were not shown, or were left out, have no row.",
        columns: [
            .id("response_id", "the answers that were sent together").required,
            .id("participant_id", "who answered").required,
            .text("survey", "which survey", ["entry", "round", "exit"]).required,
            .id("round_id", "the round, for `round`"),
            .text("question", "the question's key in the study file").required,
            .words("answer", "the option, the number or point of the scale, or the words; several options are a JSON list"),
            Identifying.column(of: "`answer`"),
            .time("submitted_at", "when they were stored").required,
        ],
        key: ["response_id", "question"], references: [.to("participants", "participant_id"), .to("rounds", "round_id")],
        order: ["submitted_at"]
    ) { scope in
        // A JSON text without its quotes; a list of options as JSON.
        """
        SELECT a.*, CASE WHEN a.is_text THEN \(sql: Identifying.kinds(in: "a.answer")) END AS may_identify
        FROM (SELECT s.id AS response_id, s.participant_id, s.survey, s.round_id, a.key AS question,
                     jsonb_typeof(a.value) = 'string' AS is_text,
                     CASE jsonb_typeof(a.value) WHEN 'string' THEN a.value #>> '{}' ELSE a.value::text END AS answer,
                     s.submitted_at
              FROM survey_responses s JOIN participants p ON p.id = s.participant_id
                   CROSS JOIN jsonb_each(s.answers) AS a (key, value)
              WHERE \(sql: scope.people) AND \(sql: scope.isNew("s.changed_in"))) AS a
        """
    }

    static let comprehensionTries = DumpTable(
        name: "comprehension_tries", meaning: "One row per comprehension question and try.",
        columns: [
            .id("participant_id", "who answered").required,
            .integer("number", "the try, from 1").required,
            .text("question", "the question's key in the study file").required,
            .text("answer", "the option chosen"),
            .flag("wrong", "whether it is not the right one").required,
            .time("submitted_at", "when it was stored").required,
        ],
        key: ["participant_id", "number", "question"], references: [.to("participants", "participant_id")],
        order: ["submitted_at"]
    ) { scope in
        """
        SELECT t.participant_id, t.number, a.key AS question, a.value #>> '{}' AS answer, a.key = ANY(t.wrong) AS wrong,
               t.submitted_at
        FROM comprehension_tries t JOIN participants p ON p.id = t.participant_id
             CROSS JOIN jsonb_each(t.answers) AS a (key, value)
        WHERE \(sql: scope.people) AND \(sql: scope.isNew("t.changed_in"))
        """
    }

    static let participantAttributes = DumpTable(
        name: "participant_attributes",
        meaning: "One row per person and attribute, as attached to their platform id when they came.",
        columns: [
            .id("participant_id", "the person").required,
            .text("attribute", "its name in the study file").required,
            .text("value", "its value, as whoever runs the study gave it; it is not looked through for what may identify somebody"),
        ],
        key: ["participant_id", "attribute"], references: [.to("participants", "participant_id")]
    ) { scope in
        """
        SELECT p.id AS participant_id, a.key AS attribute, a.value
        FROM participants p CROSS JOIN jsonb_each_text(p.attributes) AS a (key, value)
        WHERE \(sql: scope.people) AND \(sql: scope.isNew(person: "p.id"))
        """
    }

    static let flags = DumpTable(
        name: "flags",
        meaning: "One row per sign that an answer may be worth less; docs/running-a-study.md says when each is given.",
        columns: [
            .id("flag_id", "the flag").required,
            .id("participant_id", "whose answer").required,
            .id("round_id", "in which round").required,
            .id("statement_id", "for flags of one rating: the statement, or the attention check"),
            .text("flag", "which", ["pasted", "copied-question", "too-fast-opinion", "too-fast-rating", "straight-lining",
                                    "failed-attention-check"]).required,
            .number("value", "what was measured: the share of the characters (`pasted`) or words (`copied-question`), the seconds "
                + "(`too-fast-opinion`, `too-fast-rating`), the number of statements (`straight-lining`), the agreement given "
                + "(`failed-attention-check`)").required,
            .time("created_at", "when it was given").required,
        ],
        key: ["flag_id"], references: [.to("participants", "participant_id"), .to("rounds", "round_id")], order: ["created_at"]
    ) { scope in
        """
        SELECT f.id AS flag_id, f.participant_id, f.round_id, w.statement_id, f.flag, f.value, f.created_at
        FROM flags f JOIN participants p ON p.id = f.participant_id LEFT JOIN presentations w ON w.id = f.presentation_id
        WHERE \(sql: scope.people) AND \(sql: scope.isNew("f.changed_in"))
        """
    }

    static let payments = DumpTable(
        name: "payments", meaning: "One row per amount that somebody is owed. Rows are only ever added.",
        columns: [
            .id("payment_id", "the payment").required,
            .id("participant_id", "who is owed it").required,
            .text("kind", "what for", ["base", "waiting", "bonus"]).required,
            .number("amount", "how much").required,
            .text("currency", "of what, as ISO 4217 has it").required,
            .words("reason", "`done`, the end reason, or what a bonus is for").required,
            Identifying.column(of: "`reason`"),
            .time("created_at", "when it was written down").required,
        ],
        key: ["payment_id"], references: [.to("participants", "participant_id")], order: ["created_at"]
    ) { scope in
        """
        SELECT y.id AS payment_id, y.participant_id, y.kind, y.amount, y.currency, y.reason,
               \(sql: Identifying.kinds(in: "y.reason")) AS may_identify, y.created_at
        FROM payments y JOIN participants p ON p.id = y.participant_id
        WHERE \(sql: scope.people) AND \(sql: scope.isNew("y.changed_in"))
        """
    }

    static let answerTimes = DumpTable(
        name: "answer_times", meaning: "How long a step was before somebody's eyes: one row per person, step and what it was about.",
        columns: [
            .id("participant_id", "the person").required,
            .text("step", "for surveys `entry`, `round`, `exit`",
                  ["entry", "instructions", "comprehension", "stance", "opinion", "rating", "round", "exit"]).required,
            .text("about", "the statement, else the opinion, else the round, else `study`: with the person and the step it is the "
                + "row's key").required,
            .id("round_id", "the round, for steps of one"),
            .id("statement_id", "the statement, or the attention check, that was rated"),
            .id("opinion_id", "the opinion that was rated"),
            .number("visible_seconds", "the browser's own measure: the sum of the stretches in which the page lay in a visible "
                + "tab, over reloads, tabs and devices").required,
            .integer("stretches", "how many stretches there were").required,
            .time("first_at", "when the server first heard of one").required,
            .time("last_at", "when it last did").required,
        ],
        key: ["participant_id", "step", "about"],
        references: [.to("participants", "participant_id"), .to("rounds", "round_id"), .to("opinions", "opinion_id")],
        order: ["first_at"]
    ) { scope in
        """
        SELECT t.participant_id, t.step, t.round_id,
               coalesce(coalesce(w.statement_id, o.opinion_id, t.round_id)::text, 'study') AS about,
               w.statement_id, o.opinion_id, sum(t.milliseconds) / 1000.0 AS visible_seconds, count(*) AS stretches,
               min(t.first_at) AS first_at, max(t.last_at) AS last_at
        FROM visible_stretches t JOIN participants p ON p.id = t.participant_id
             LEFT JOIN presentations w ON w.id = t.presentation_id
             LEFT JOIN opinion_ratings o ON o.id = t.opinion_rating_id
        WHERE \(sql: scope.people) AND \(sql: scope.isNew(person: "p.id"))
        GROUP BY t.participant_id, t.step, t.round_id, w.statement_id, o.opinion_id
        """
    }

    static let extensions = DumpTable(
        name: "extensions", meaning: "One row each time that somebody took more time. In a round it was given to the whole group.",
        columns: [
            .id("extension_id", "the extension").required,
            .id("participant_id", "who took it").required,
            .text("stage", "`group` in a round").required,
            .id("round_id", "the round"),
            .text("phase", "its phase", ["opinions", "opinion-ratings", "ratings"]),
            .integer("number", "from 1 in each phase").required,
            .number("minutes", "how much").required,
            .time("created_at", "when").required,
        ],
        key: ["extension_id"], references: [.to("participants", "participant_id"), .to("rounds", "round_id")],
        order: ["created_at"]
    ) { scope in
        """
        SELECT e.id AS extension_id, e.participant_id, e.stage, e.round_id, e.phase, e.number, e.minutes, e.created_at
        FROM extensions e JOIN participants p ON p.id = e.participant_id
        WHERE \(sql: scope.people) AND \(sql: scope.isNew("e.changed_in"))
        """
    }
}
