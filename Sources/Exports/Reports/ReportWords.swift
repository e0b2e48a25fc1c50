// What the numbers of a report mean, and what made them.

import Consensus
import Studies

/// The definitions and sources of every section.
enum ReportWords {
    static func counted(by rule: Inclusion?, hasRule: Bool) -> String {
        let out = "Ratings of attention checks, of malformed statements and of people's own words are left out."
        guard hasRule else { return out + " The study has no inclusion rule: everything else counts." }
        guard let rule else {
            return out + " The inclusion rules of the versions that groups took part under are applied."
        }
        let flags = rule.excludingFlags.map { $0.map(\.rawValue).joined(separator: ", ") } ?? ""
        return out + " The study's inclusion rule is applied: a round counts with \(rule.members) or more members who wrote"
            + " an opinion and rated every statement, and \(rule.answers) or more ratings in all; a group counts with"
            + " \(rule.rounds) or more such rounds."
            + (flags.isEmpty ? "" : " Whoever has one of these flags does not count: \(flags).")
    }

    static func intervals(_ bootstrap: Bootstrap) -> String {
        "Intervals are 95 % (the 2.5th to the 97.5th percentile of \(bootstrap.replicates) bootstrap replicates, seed"
            + " \(bootstrap.seed)). Whole groups are drawn with replacement (Davison & Hinkley 1997, section 3.8). Where splits of"
            + " questions are compared, groups and, within each split, questions are drawn independently, and a rating counts"
            + " as often as its group times as often as its question (Owen 2007, The pigeonhole bootstrap). What cannot be"
            + " estimated is left empty."
    }

    static func sample(_ numbers: SampleCounts) -> ReportSection<SampleCounts> {
        let query = "SampleCounts.read", ratings = "CountedRatings.gather"
        return ReportSection(
            definition: "Participants gave consent. Members were in a group. Finished participants read the debriefing after"
                + " their last round. Those who had their answers deleted are the withdrawn: as in dumps, they are in no other"
                + " number. Rounds are those that began. Each rating that is left out is counted under the first"
                + " reason that holds.",
            source: [
                "participants": query, "withdrawn": query, "members": query, "finishedParticipants": query,
                "groups": query, "finishedGroups": query, "releasedGroups": query, "includedGroups": query, "rounds": query,
                "finishedRounds": query, "includedRounds": query, "statements": ratings, "ratings": ratings,
                "ratingsLeftOut": ratings,
            ], numbers: numbers)
    }

    static func attrition(_ numbers: Attrition) -> ReportSection<Attrition> {
        ReportSection(
            definition: "Everybody who gave consent is counted, whatever the inclusion rule says, except those who had their"
                + " answers deleted. A step counts who came at least so far: gave consent, read the instructions, entered the lobby, was in a group, wrote an opinion,"
                + " rated a statement, stayed to the end of a group that finished, read the debriefing. Where and why the"
                + " part of the others ended is counted by phase and reason.",
            source: ["reached": "Attrition.read", "lost": "Attrition.read"], numbers: numbers)
    }

    static func allocation(_ numbers: AllocationReport) -> ReportSection<AllocationReport> {
        ReportSection(
            definition: "Arms are counted by groups: formed, their first round begun, all rounds finished. Conditions are"
                + " counted by rounds: drawn for the round, its statement ordered, its statement made and the round finished.",
            source: ["allocated": "AllocationReport.read", "started": "AllocationReport.read", "finished": "AllocationReport.read"],
            numbers: numbers)
    }

    static func conditions(_ numbers: ConditionComparison) -> ReportSection<ConditionComparison> {
        func line(_ name: String) -> String { "ConditionReading.tallies, ConditionComparison.\(name), Bootstrap.estimate" }
        return ReportSection(
            definition: "Agreement and quality are means over ratings, from 1 to 7. Least agreement is the least agreement of any"
                + " member with a statement, averaged over statements. Length is the mean number of words of a statement. A win"
                + " is a member-round in which a member agreed more with one condition's statement than with the other's; a tie"
                + " counts one half; where a member rated several statements of a condition, their mean stands for it. The"
                + " exclusion effect is a difference of differences: full twin minus exclusion condition among members who were"
                + " left out, minus the same among those who were not. The plain difference is agreement with the exclusion"
                + " condition's statements among members who were not left out, minus that among those who were (Bakker et al."
                + " 2022, section 4.4).",
            source: [
                "groups": "CountedRatings.gather", "statements": "ConditionReading.tallies", "ratings": "ConditionReading.tallies",
                "agreement": line("agreement"), "leastAgreement": line("leastAgreement"), "quality": line("quality"),
                "words": line("words"), "memberRounds": "ConditionReading.tallies", "winRate": line("winRate"),
                "difference": line("difference"), "excluded": "ConditionReading.tallies",
                "included": "ConditionReading.tallies", "effect": line("effect"), "plainDifference": line("plainDifference"),
            ], numbers: numbers)
    }

    static func distributions(_ numbers: [RatingDistribution]) -> ReportSection<[RatingDistribution]> {
        ReportSection(
            definition: "How many ratings gave each point. Agreement: 1 strongly disagree, 4 neutral, 7 strongly agree. Quality: 1"
                + " terrible, 4 neutral, 7 excellent.",
            source: [
                "agreementCounts": "ConditionReading.distributions", "qualityCounts": "ConditionReading.distributions",
            ], numbers: numbers)
    }

    static func splits(_ numbers: SplitComparison) -> ReportSection<SplitComparison> {
        func line(_ name: String) -> String { "ConditionReading.tallies, SplitComparison.\(name), Bootstrap.estimate" }
        return ReportSection(
            definition: "The same by split of the questions. In distribution (iid_test) are unseen questions of known topics; out"
                + " of distribution (ood_test) are questions of topics that were held out whole. What is lost out of"
                + " distribution is the mean on iid_test minus that on ood_test, for conditions rated on both. Intervals are"
                + " over groups and questions.",
            source: [
                "questions": "ConditionReading.tallies", "statements": "ConditionReading.tallies",
                "ratings": "ConditionReading.tallies", "memberRounds": "ConditionReading.tallies",
                "agreement": line("agreement"), "leastAgreement": line("leastAgreement"), "quality": line("quality"),
                "words": line("words"), "winRate": line("winRate"), "difference": line("difference"),
                "agreementLost": line("agreementLost"), "leastAgreementLost": line("leastAgreementLost"),
                "qualityLost": line("qualityLost"),
            ], numbers: numbers)
    }

    static func divisiveness(_ numbers: [Divisiveness]) -> ReportSection<[Divisiveness]> {
        func line(_ name: String) -> String { "ConditionReading.spreads, Divisiveness.\(name), Bootstrap.estimate" }
        return ReportSection(
            definition: "The divisiveness of a text for a group is the standard deviation (with n − 1) of its members' agreement"
                + " with it, in points of the scale: 0 where all agree alike. A statement is compared with the question's two"
                + " position statements, which the same members rated before they wrote: the mean of the two standard"
                + " deviations. Statements that at least two such members rated are counted. A difference below 0 means that"
                + " statements divide less than the positions that the group began with. Less divisive is the share of"
                + " statements below their positions; a tie counts one half.",
            source: [
                "statements": "ConditionReading.spreads", "ofStatements": line("ofStatements"),
                "ofPositions": line("ofPositions"), "difference": line("difference"), "lessDivisive": line("lessDivisive"),
            ], numbers: numbers)
    }

    static func predictions(_ numbers: [PredictionAccuracy]) -> ReportSection<[PredictionAccuracy]> {
        func line(_ name: String) -> String { "PredictionReading.tallies, PredictionAccuracy.\(name), Bootstrap.estimate" }
        return ReportSection(
            definition: "Agreement as the preference model predicted it for each member whose opinion went in, against the"
                + " agreement that the member gave, on the candidates and opinions that were shown. Pairwise accuracy is over pairs"
                + " of such statements that a member rated differently in one round: the share that the model had in that order; a"
                + " tie of predictions counts one half. Rank correlation is Spearman's, over all ratings; replicates keep the"
                + " ranks that ratings have among all. The error is predicted minus given agreement.",
            source: [
                "ratings": "PredictionReading.tallies", "comparisons": "PredictionReading.tallies",
                "pairwiseAccuracy": line("pairwiseAccuracy"), "rankCorrelation": line("rankCorrelation"),
                "meanError": line("meanError"), "meanAbsoluteError": line("meanAbsoluteError"),
            ], numbers: numbers)
    }

    static func times(_ numbers: PhaseTimes) -> ReportSection<PhaseTimes> {
        ReportSection(
            definition: "Medians and quartiles. Of people: from consent to the instructions read, from entering the lobby to the"
                + " start of the group, and from consent to the end of a part that is done. Of finished rounds: from the start to"
                + " the last opinion; the wait for an admin's review, where there was one; from the end of these to the last"
                + " rating of an opinion; from the end of all these to the last statement; from there to the last rating. Whoever"
                + " had their answers deleted is in none of these. In view: how long one page of a kind lay in a visible tab before one person.",
            source: [
                "count": "PhaseTimes.read", "lowerQuartile": "PhaseTimes.read", "median": "PhaseTimes.read",
                "upperQuartile": "PhaseTimes.read",
            ], numbers: numbers)
    }

    static func progress(_ numbers: SampleProgress) -> ReportSection<SampleProgress> {
        ReportSection(
            definition: "People who gave consent, and those who read the debriefing after their last round; groups that are under"
                + " way or finished, and those that finished; beside them the numbers that the study wants. Whoever had their"
                + " answers deleted is counted here.",
            source: [
                "participants": "SampleProgress.read", "finishedParticipants": "SampleProgress.read",
                "wantedParticipants": "StudySettings.quotas", "groups": "SampleProgress.read",
                "finishedGroups": "SampleProgress.read", "wantedGroups": "StudySettings.groupsWanted",
            ], numbers: numbers)
    }

    static func arrivals(_ numbers: RatingArrivals) -> ReportSection<RatingArrivals> {
        ReportSection(
            definition: "Ratings of statements by the \(numbers.unit) in which they were given, whether or not they count. Attention"
                + " checks are left out.",
            source: ["came": "RatingArrivals.read", "soFar": "RatingArrivals.read"], numbers: numbers)
    }
}
