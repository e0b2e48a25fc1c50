// A report as a page of HTML that opens anywhere: no script, no network.

import Consensus
import Foundation
import Studies

/// Writes a ``StudyReport`` as one HTML document: each figure beside its table, with what the numbers mean above and what
/// made them at the end.
public struct ReportPage {
    private let report: StudyReport
    private var notes: [String] = []

    public init(_ report: StudyReport) {
        self.report = report
    }

    /// The document.
    public var html: String {
        var page = self
        return page.document()
    }

    private mutating func document() -> String {
        let titles = report.studies.map(\.title).joined(separator: "; "), title = "\(titles): report"
        var body = "<h1>\(Markup.escape(titles))</h1>\n" + facts
        body += sample + attrition + allocation + conditions + winRates + exclusion + splits + divisiveness + predictions + times
        body += "<section aria-labelledby=\"sources\"><h2 id=\"sources\">What made each number</h2>\n"
            + "<p>Queries and functions are those of Concord's source code, as Type.member. The same numbers, with the same names,"
            + " are in the report as JSON.</p>\n<ol>\n"
            + notes.enumerated().map { "<li id=\"source-\($0 + 1)\"><code>\(Markup.escape($1))</code></li>\n" }.joined()
            + "</ol></section>\n"
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>\(Markup.escape(title))</title>
            <style>
            \(ReportStyle.css)
            </style>
            </head>
            <body>
            <main>
            \(body)</main>
            </body>
            </html>

            """
    }

    private var facts: String {
        let time = report.readAt.formatted(.iso8601.year().month().day().dateSeparator(.dash).time(includingFractionalSeconds: false))
        let facts = report.studies.map { ("Study", "\($0.study), version \($0.version), \($0.state.rawValue)") } + [
            ("Read", "\(time) UTC, in one snapshot"),
            ("People", report.synthetic ? "simulated people are counted" : "real people only"),
        ]
        return "<dl class=\"facts\">"
            + facts.map { "<dt>\($0)</dt><dd>\(Markup.escape($1))</dd>" }.joined()
            + "</dl>\n<p>\(Markup.escape(report.counted))</p>\n<p>\(Markup.escape(report.intervals))</p>\n"
    }

    // MARK: Sections

    private var sample: String {
        mutating get {
            let numbers = report.sample.numbers
            let counts: [(String, Int)] = [
                ("Participants", numbers.participants), ("Withdrawn, and not among them", numbers.withdrawn),
                ("Members of groups", numbers.members),
                ("Finished participants", numbers.finishedParticipants), ("Groups", numbers.groups),
                ("Groups finished", numbers.finishedGroups), ("Groups released", numbers.releasedGroups),
                ("Groups that count", numbers.includedGroups), ("Rounds", numbers.rounds),
                ("Rounds finished", numbers.finishedRounds), ("Rounds that count", numbers.includedRounds),
            ]
            return section("sample", "Who took part", report.sample) { section in
                let figure = BarPlot(
                    title: "People, groups and rounds",
                    rows: [
                        .init(name: "Members of groups", count: numbers.members, of: numbers.participants),
                        .init(name: "Finished participants", count: numbers.finishedParticipants, of: numbers.participants),
                        .init(name: "Groups that count", count: numbers.includedGroups, of: numbers.groups),
                        .init(name: "Rounds that count", count: numbers.includedRounds, of: numbers.rounds),
                    ]
                ).svg
                let table = section.table(
                    "People, groups and rounds", [("What", nil), ("Count", "participants")],
                    counts.map { [$0.0, "\($0.1)"] })
                let given = section.table(
                    "Ratings", [("What", nil), ("Count", "ratings")],
                    [["Statements rated", "\(numbers.statements)"], ["Ratings that count", "\(numbers.ratings)"]]
                        + numbers.leftOut.map { ["Left out: \(Self.reason($0.reason))", "\($0.ratingsLeftOut)"] })
                return Self.part(figure, table + given)
            }
        }
    }

    private var attrition: String {
        mutating get {
            let numbers = report.attrition.numbers, all = numbers.steps.first?.reached ?? 0
            return section("attrition", "Attrition by phase", report.attrition) { section in
                let figure = BarPlot(
                    title: "People who came at least so far",
                    rows: numbers.steps.map { .init(name: Self.step($0.step), count: $0.reached, of: all) }
                ).svg
                let steps = section.table(
                    "How far people came", [("Step", nil), ("Reached", "reached"), ("Of those who began", "reached")],
                    numbers.steps.map { step -> [String] in
                        let share = all > 0 ? Markup.number(100 * Double(step.reached) / Double(all), digits: 1) + " %" : ""
                        return [Self.step(step.step), "\(step.reached)", share]
                    })
                let losses = section.table(
                    "Where and why parts ended early", [("Phase", nil), ("Reason", nil), ("People", "lost")],
                    numbers.losses.map { [$0.phase, $0.reason, "\($0.lost)"] })
                return Self.part(figure, steps + losses)
            }
        }
    }

    private var allocation: String {
        mutating get {
            let numbers = report.allocation.numbers
            return section("allocation", "Allocated and finished", report.allocation) { section in
                func counts(_ title: String, _ lines: [AllocationReport.Line]) -> String {
                    let plot = BarPlot(
                        title: "\(title): finished of allocated",
                        rows: lines.map { .init(name: $0.name ?? "all (no arms)", count: $0.finished, of: $0.allocated) })
                    let table = section.table(
                        title,
                        [("Name", nil), ("Allocated", "allocated"), ("Started", "started"), ("Finished", "finished")],
                        lines.map { line -> [String] in
                            [line.name ?? "all (no arms)", "\(line.allocated)", "\(line.started)", "\(line.finished)"]
                        })
                    return Self.part(lines.isEmpty ? "" : plot.svg, table)
                }
                return counts("Arms, by groups", numbers.arms) + counts("Conditions, by rounds", numbers.conditions)
            }
        }
    }

    private var conditions: String {
        mutating get {
            let numbers = report.conditions.numbers, distributions = report.distributions
            let html = section("conditions", "Agreement, quality and length by condition", report.conditions) { section in
                func rows(_ estimate: KeyPath<ConditionComparison.Line, Estimate>) -> [IntervalPlot.Row] {
                    numbers.lines.map { .init(name: $0.condition, estimate: $0[keyPath: estimate]) }
                }
                let words = IntervalPlot(
                    title: "Length in words", rows: rows(\.words), axis: Axis(around: [0] + numbers.lines.map(\.words.high)),
                    digits: 1)
                let figure = Self.likert("Agreement", rows(\.agreement)) + Self.likert("Least agreement", rows(\.leastAgreement))
                    + Self.likert("Quality", rows(\.quality)) + words.svg
                let table = section.table(
                    "Conditions, over \(numbers.groups) groups",
                    [
                        ("Condition", nil), ("Statements", "statements"), ("Ratings", "ratings"), ("Agreement", "agreement"),
                        ("Least agreement", "leastAgreement"), ("Quality", "quality"), ("Words", "words"),
                    ],
                    numbers.lines.map { line -> [String] in
                        [line.condition, "\(line.statements)", "\(line.ratings)"]
                            + Self.texts([line.agreement, line.leastAgreement, line.quality], digits: 2)
                            + Self.texts([line.words], digits: 1)
                    })
                return Self.part(numbers.lines.isEmpty ? "" : figure, table)
            }
            return html
                + section("distributions", "How ratings are distributed", distributions) { section in
                    func scale(
                        _ title: String, _ counts: KeyPath<RatingDistribution, [Int]>, _ number: String
                    ) -> String {
                        let rows: [(name: String, counts: [Int])] = distributions.numbers.map { ($0.condition, $0[keyPath: counts]) }
                        let plot = DistributionPlot(title: "\(title): percent of ratings at each point", rows: rows)
                        let points: [(String, String?)] = (1...7).map { ("\($0)", number) }
                        let table = section.table(
                            "\(title): ratings at each point", [("Condition", nil)] + points,
                            rows.map { row -> [String] in [row.name] + row.counts.map { "\($0)" } })
                        return Self.part(rows.isEmpty ? "" : plot.svg, table)
                    }
                    return scale("Agreement", \.agreementCounts, "agreementCounts")
                        + scale("Quality", \.qualityCounts, "qualityCounts")
                }
        }
    }

    private var winRates: String {
        mutating get {
            let numbers = report.conditions.numbers
            return section("win-rates", "Win rates, by member and round", report.conditions, saysDefinition: false) { section in
                let figure = WinRateMatrix(
                    conditions: numbers.lines.map(\.condition), pairs: numbers.pairs.map { ($0.one, $0.other, $0.winRate) }
                ).svg
                let table = section.table(
                    "Each pair",
                    [
                        ("Condition", nil), ("Against", nil), ("Member-rounds", "memberRounds"), ("Win rate", "winRate"),
                        ("Difference in agreement", "difference"),
                    ],
                    numbers.pairs.map {
                        [
                            $0.one, $0.other, "\($0.memberRounds)", Markup.estimate($0.winRate, digits: 3),
                            Markup.estimate($0.difference, digits: 2),
                        ]
                    })
                return Self.part(numbers.pairs.isEmpty ? "" : figure, table)
            }
        }
    }

    private var exclusion: String {
        mutating get {
            let effects = report.conditions.numbers.exclusions
            return section("exclusion", "What silent exclusion does", report.conditions, saysDefinition: false) { section in
                let ends: [Double] = effects.flatMap { effect -> [Double] in
                    [effect.effect.low, effect.effect.high, effect.plainDifference.low, effect.plainDifference.high]
                }
                let figure = IntervalPlot(
                    title: "Exclusion effect, in points of agreement",
                    rows: effects.map { .init(name: $0.exclusion, estimate: $0.effect, beside: $0.plainDifference) },
                    axis: Axis(around: [0] + ends),
                    reference: 0, marks: ("difference of differences", "plain difference")
                ).svg
                let table = section.table(
                    "Exclusion conditions against their full twins",
                    [
                        ("Exclusion condition", nil), ("Full twin", nil), ("Member-rounds left out", "excluded"),
                        ("Not left out", "included"), ("Difference of differences", "effect"),
                        ("Plain difference", "plainDifference"),
                    ],
                    effects.map {
                        [
                            $0.exclusion, $0.full, "\($0.excluded)", "\($0.included)", Markup.estimate($0.effect, digits: 2),
                            Markup.estimate($0.plainDifference, digits: 2),
                        ]
                    })
                return Self.part(effects.isEmpty ? "" : figure, table)
            }
        }
    }

    private var splits: String {
        mutating get {
            let numbers = report.splits.numbers
            return section("splits", "In and out of distribution", report.splits) { section in
                func rows(_ estimate: KeyPath<SplitComparison.Line, Estimate>) -> [IntervalPlot.Row] {
                    numbers.lines.map { .init(name: "\($0.condition), \($0.split)", estimate: $0[keyPath: estimate]) }
                }
                let figure = Self.likert("Agreement, by split", rows(\.agreement))
                    + Self.likert("Least agreement, by split", rows(\.leastAgreement))
                    + Self.likert("Quality, by split", rows(\.quality))
                let lines = section.table(
                    "Conditions by split",
                    [
                        ("Condition", nil), ("Split", nil), ("Questions", "questions"), ("Statements", "statements"),
                        ("Ratings", "ratings"), ("Agreement", "agreement"), ("Least agreement", "leastAgreement"),
                        ("Quality", "quality"), ("Words", "words"),
                    ],
                    numbers.lines.map { line -> [String] in
                        [line.condition, line.split, "\(line.questions)", "\(line.statements)", "\(line.ratings)"]
                            + Self.texts([line.agreement, line.leastAgreement, line.quality], digits: 2)
                            + Self.texts([line.words], digits: 1)
                    })
                let losses = section.table(
                    "Lost out of distribution (iid_test minus ood_test)",
                    [
                        ("Condition", nil), ("Agreement", "agreementLost"), ("Least agreement", "leastAgreementLost"),
                        ("Quality", "qualityLost"),
                    ],
                    numbers.losses.map { loss -> [String] in
                        [loss.condition]
                            + Self.texts([loss.agreementLost, loss.leastAgreementLost, loss.qualityLost], digits: 2)
                    })
                let pairs = section.table(
                    "Win rates by split",
                    [
                        ("Condition", nil), ("Against", nil), ("Split", nil), ("Member-rounds", "memberRounds"),
                        ("Win rate", "winRate"), ("Difference in agreement", "difference"),
                    ],
                    numbers.pairs.map {
                        [
                            $0.one, $0.other, $0.split, "\($0.memberRounds)", Markup.estimate($0.winRate, digits: 3),
                            Markup.estimate($0.difference, digits: 2),
                        ]
                    })
                return Self.part(numbers.lines.isEmpty ? "" : figure, lines + losses + pairs)
            }
        }
    }

    private var divisiveness: String {
        mutating get {
            let numbers = report.divisiveness.numbers
            return section("divisiveness", "Divisiveness against the initial position statements", report.divisiveness) { section in
                let ends: [Double] = numbers.flatMap { [$0.ofStatements.high, $0.ofPositions.high] }
                let figure = IntervalPlot(
                    title: "Standard deviation of agreement within groups",
                    rows: numbers.map { .init(name: $0.condition, estimate: $0.ofStatements, beside: $0.ofPositions) },
                    axis: Axis(around: [0] + ends),
                    marks: ("statements", "position statements")
                ).svg
                let table = section.table(
                    "Divisiveness",
                    [
                        ("Condition", nil), ("Statements", "statements"), ("Of statements", "ofStatements"),
                        ("Of positions", "ofPositions"), ("Difference", "difference"), ("Less divisive", "lessDivisive"),
                    ],
                    numbers.map { line -> [String] in
                        [line.condition, "\(line.statements)"]
                            + Self.texts([line.ofStatements, line.ofPositions, line.difference], digits: 2)
                            + Self.texts([line.lessDivisive], digits: 3)
                    })
                return Self.part(numbers.isEmpty ? "" : figure, table)
            }
        }
    }

    private var predictions: String {
        mutating get {
            let numbers = report.predictions.numbers
            return section("predictions", "Accuracy of the reward model", report.predictions) { section in
                let figure = IntervalPlot(
                    title: "Pairwise accuracy", rows: numbers.map { .init(name: $0.model, estimate: $0.pairwiseAccuracy) },
                    axis: Axis(from: 0, to: 1, step: 0.25, digits: 2), reference: 0.5
                ).svg + IntervalPlot(
                    title: "Rank correlation", rows: numbers.map { .init(name: $0.model, estimate: $0.rankCorrelation) },
                    axis: Axis(from: -1, to: 1, step: 0.5, digits: 1), reference: 0
                ).svg
                let table = section.table(
                    "Predicted against given agreement",
                    [
                        ("Model", nil), ("Ratings", "ratings"), ("Comparisons", "comparisons"),
                        ("Pairwise accuracy", "pairwiseAccuracy"), ("Rank correlation", "rankCorrelation"),
                        ("Mean error", "meanError"), ("Mean absolute error", "meanAbsoluteError"),
                    ],
                    numbers.map { line -> [String] in
                        [line.model, "\(line.ratings)", "\(line.comparisons)"]
                            + Self.texts([line.pairwiseAccuracy, line.rankCorrelation], digits: 3)
                            + Self.texts([line.meanError, line.meanAbsoluteError], digits: 2)
                    })
                return Self.part(numbers.isEmpty ? "" : figure, table)
            }
        }
    }

    private var times: String {
        mutating get {
            let numbers = report.times.numbers
            return section("times", "Time per phase", report.times) { section in
                Self.durations("People, in minutes", numbers.people, unit: 60, section)
                    + Self.durations("Rounds, in minutes", numbers.rounds, unit: 60, section)
                    + Self.durations("In view, in seconds", numbers.visible, unit: 1, section)
            }
        }
    }

    private static func durations(
        _ title: String, _ lines: [PhaseTimes.Line], unit: Double, _ section: Section
    ) -> String {
        let rows: [IntervalPlot.Row] = lines.map { line in
            let quartiles = Estimate(
                value: line.median / unit, low: line.lowerQuartile / unit, high: line.upperQuartile / unit)
            return IntervalPlot.Row(name: line.phase, estimate: quartiles)
        }
        let plot = IntervalPlot(
            title: "\(title): median and quartiles", rows: rows, axis: Axis(around: [0] + rows.map(\.estimate.high)), digits: 1)
        let table = section.table(
            title,
            [
                ("Phase", nil), ("Count", "count"), ("Lower quartile", "lowerQuartile"), ("Median", "median"),
                ("Upper quartile", "upperQuartile"),
            ],
            lines.map { line -> [String] in
                let seconds = [line.lowerQuartile, line.median, line.upperQuartile]
                return [line.phase, "\(line.count)"] + seconds.map { Markup.number($0 / unit, digits: 2) }
            })
        return part(lines.isEmpty ? "" : plot.svg, table)
    }

    // MARK: Pieces

    /// Makes the tables of one section, and notes what made their numbers.
    private final class Section {
        let source: [String: String]
        var notes: [String]

        init(source: [String: String], notes: [String]) {
            self.source = source
            self.notes = notes
        }

        func table(_ caption: String, _ columns: [(String, String?)], _ rows: [[String]]) -> String {
            ReportTable(caption: caption, columns: columns.map { .init(title: $0.0, number: $0.1) }, rows: rows).html { number in
                guard let words = source[number] else { return nil }
                if let place = notes.firstIndex(of: words) { return place + 1 }
                notes.append(words)
                return notes.count
            }
        }
    }

    private mutating func section<Numbers>(
        _ id: String, _ title: String, _ section: ReportSection<Numbers>, saysDefinition: Bool = true,
        _ content: (Section) -> String
    ) -> String {
        let tables = Section(source: section.source, notes: notes)
        let content = content(tables)
        notes = tables.notes
        return "<section aria-labelledby=\"\(id)\"><h2 id=\"\(id)\">\(Markup.escape(title))</h2>\n"
            + (saysDefinition
                ? "<p>\(Markup.escape(section.definition))</p>\n"
                : "<p>As defined under <a href=\"#conditions\">agreement, quality and length by condition</a>.</p>\n")
            + content + "</section>\n"
    }

    private static func texts(_ estimates: [Estimate], digits: Int) -> [String] {
        estimates.map { Markup.estimate($0, digits: digits) }
    }

    /// Estimates on the scale from 1 to 7.
    private static func likert(_ title: String, _ rows: [IntervalPlot.Row]) -> String {
        IntervalPlot(title: title, rows: rows, axis: Axis(from: 1, to: 7, step: 1)).svg
    }

    /// A figure beside its table.
    private static func part(_ figure: String, _ table: String) -> String {
        "<div class=\"part\">\n" + (figure.isEmpty ? "" : "<figure tabindex=\"0\">\(figure)</figure>\n") + "<div>\(table)</div>\n</div>\n"
    }

    private static func step(_ step: String) -> String {
        [
            "consent": "gave consent", "instructions": "read the instructions", "lobby": "entered the lobby",
            "group": "was in a group", "opinion": "wrote an opinion", "rating": "rated a statement",
            "rounds": "stayed to the group's end", "done": "read the debriefing",
        ][step] ?? step
    }

    private static func reason(_ reason: String) -> String {
        [
            "attention-check": "attention check", "malformed": "malformed statement", "own-words": "own words",
            "inclusion-rule": "inclusion rule",
        ][reason] ?? reason
    }
}
