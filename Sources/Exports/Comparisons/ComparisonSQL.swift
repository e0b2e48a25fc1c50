// Expressions that the tables in the scheme of the Habermas Machine data set share.

import Postgres
import Studies

/// Small pieces of SQL. In scope are v (``versions(_:)``) and q (questions), as far as a table has them.
enum ComparisonSQL {
    /// A time as ISO 8601 in UTC, whatever the session's time zone.
    static func time(_ column: SQL) -> SQL {
        "to_char(\(sql: column) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
    }

    /// A time in whole microseconds since 1970.
    static func microseconds(_ column: SQL) -> SQL { "(extract(epoch FROM \(sql: column)) * 1000000)::bigint" }

    /// The seconds between two times, to the millisecond.
    static func seconds(from start: SQL, to end: SQL) -> SQL {
        "round(extract(epoch FROM \(sql: end) - \(sql: start)), 3)"
    }

    /// The name of an agreement; MOCK where none was given.
    static func agreement(_ column: SQL) -> SQL {
        """
        coalesce((ARRAY['STRONGLY_DISAGREE', 'DISAGREE', 'SOMEWHAT_DISAGREE', 'NEUTRAL', 'SOMEWHAT_AGREE', 'AGREE',
                        'STRONGLY_AGREE'])[\(sql: column)], 'MOCK')
        """
    }

    /// The name of a quality; MOCK where none was given.
    static func quality(_ column: SQL) -> SQL {
        """
        coalesce((ARRAY['TERRIBLE_QUALITY', 'POOR_QUALITY', 'SOMEWHAT_POOR_QUALITY', 'NEUTRAL', 'SOMEWHAT_GOOD_QUALITY',
                        'GOOD_QUALITY', 'EXCELLENT_QUALITY'])[\(sql: column)], 'MOCK')
        """
    }

    /// Where a person's words and ratings come from.
    static func citizen(_ isSynthetic: SQL) -> SQL { "CASE WHEN \(sql: isSynthetic) THEN 'BOT_CITIZEN' ELSE 'HUMAN_CITIZEN' END" }

    /// An id that follows from `parts`, the same in every dump.
    static func id(_ kind: String, _ parts: SQL...) -> SQL {
        "md5(concat_ws(' ', \(kind)::text, \(sql: parts.joined())))::uuid"
    }

    /// The study's versions, with what rows need of their settings. OFFSET 0 has it looked up once, not once per row.
    static func versions(_ scope: DumpScope) -> SQL {
        """
        (SELECT id, settings->'surveys' AS surveys,
                coalesce(settings->>'data_version', \(StudySettings.standardDataVersion)) AS data_version
         FROM study_versions WHERE study_id = \(scope.study) OFFSET 0)
        """
    }

    /// The name that the study gives its data.
    static let version: SQL = "v.data_version"

    static let question: [ComparisonColumn] = [
        ComparisonColumn("question.id", .string, "q.key", "the question's id in its file"),
        ComparisonColumn("question.text", .string, "q.question", "the question"),
        ComparisonColumn("question.affirming_statement", .string, "q.affirming_statement", "the position statement for it"),
        ComparisonColumn("question.negating_statement", .string, "q.negating_statement", "the position statement against it"),
        ComparisonColumn("question.topic", .string, "q.topic", "its topic, by name"),
        ComparisonColumn("question.split", .string, "upper(q.split)", "TRAIN, VALIDATION, IID_TEST or OOD_TEST"),
    ]

    /// Whether the study's inclusion rule includes a round for one person: the round, its group, and none of the excluding
    /// flags; NULL where the study has no rule.
    /// - Parameter round: a row of ``DumpScope/roundInclusion``, or one with its columns `included` and `group_included`.
    static func isIncluded(_ scope: DumpScope, round: SQL, person: SQL) -> SQL {
        """
        CASE WHEN \(sql: round).included IS NOT NULL
             THEN \(sql: round).included AND \(sql: round).group_included
                  AND \(sql: person) NOT IN (SELECT x.participant_id FROM excluded_participants(\(scope.study)) x) END
        """
    }
}
