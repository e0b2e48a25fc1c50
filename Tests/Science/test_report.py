"""The report of a study, and of two that are taken together, computed again from the CSV files of their dumps with pandas and
SciPy, against what Swift and SQL gave.

The Swift tests write dumps and reports into the folders `report-record` and `reports-record`, and into `reviewed-record` those of a
study without an inclusion rule, whose opinions are reviewed and rated, beside CONCORD_SCIENCE_RECORD."""

import json
import os
import re
from pathlib import Path

import numpy
import pandas
import pytest
from scipy import stats

RECORDS = Path(os.environ["CONCORD_SCIENCE_RECORD"]).parent
SOURCES = Path(__file__).resolve().parents[2] / "Sources"
SPLITS = ["train", "validation", "iid_test", "ood_test"]


class SplitMix64:
    """Steele, Lea, Flood 2014; bounded numbers by the high half of a product, those that would favour small results drawn
    again."""

    def __init__(self, seed: int):
        self.state = seed

    def next(self) -> int:
        mask = 2**64 - 1
        self.state = (self.state + 0x9E3779B97F4A7C15) & mask
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        return z ^ (z >> 31)

    def below(self, bound: int) -> int:
        if bound <= 1:
            return 0
        while True:
            high, low = divmod(self.next() * bound, 2**64)
            if low >= 2**64 % bound:
                return high


@pytest.fixture(scope="module", params=["report-record", "reports-record"])
def folder(request) -> Path:
    return RECORDS / request.param


def table(files: list[Path]) -> pandas.DataFrame:
    frame = pandas.concat([pandas.read_csv(file, true_values=["t"], false_values=["f"]) for file in files], ignore_index=True)
    for column in frame.columns:
        if column.endswith("_at"):
            frame[column] = pandas.to_datetime(frame[column], utc=True)
    return frame


@pytest.fixture(scope="module")
def report(folder) -> dict:
    return json.loads((folder / "report.json").read_text())


@pytest.fixture(scope="module")
def tables(folder) -> dict:
    files = sorted(folder.glob("**/*.csv"))
    return {name: table([file for file in files if file.stem == name]) for name in {file.stem for file in files}}


@pytest.fixture(scope="module")
def given(tables) -> pandas.DataFrame:
    """Every rating of a statement proper, with why it is left out."""
    ratings = (
        tables["ratings"]
        .merge(tables["statements"][["statement_id", "number", "text", "malformed", "author_participant_id"]], on="statement_id")
        .merge(tables["rounds"][["round_id", "group_id", "question_set", "question_id", "split", "included"]], on="round_id")
        .merge(tables["participants"][["participant_id", "included"]], on="participant_id", suffixes=("_round", "_person"))
    )
    counts = ratings.included_round.eq(True) & ratings.included_person.eq(True)
    ratings["left_out"] = numpy.select(
        [ratings.malformed, ratings.author_participant_id == ratings.participant_id, ~counts],
        ["malformed", "own-words", "inclusion-rule"], "")
    return ratings


@pytest.fixture(scope="module")
def counted(given) -> pandas.DataFrame:
    ratings = given[given.left_out == ""].copy()
    ratings["group"] = ratings.group_id.rank(method="dense").astype(int) - 1
    place = ratings.split.map(SPLITS.index)
    questions = list(zip(place, ratings.question_id.astype(str), ratings.question_set))
    keys = sorted(set(questions))
    ratings["question"] = [keys.index(key) for key in questions]
    ratings["words"] = ratings.text.map(lambda text: len(text.split()) if isinstance(text, str) else numpy.nan)
    return ratings


@pytest.fixture(scope="module")
def members(counted) -> pandas.DataFrame:
    """What each member made of each condition in each round."""
    keys = ["round_id", "participant_id", "group", "question", "split", "condition"]
    return counted.groupby(keys, as_index=False).agg(agreement=("agreement", "mean"), inclusion=("inclusion", "first"))


@pytest.fixture(scope="module")
def weights(report, counted) -> dict:
    """How often each group, and each question, counts in each replicate; the seeds and the order of the draws are Swift's."""
    groups, all_questions = int(counted.group.max()) + 1, int(counted.question.max()) + 1
    questions = sorted(sorted(map(int, part.question.unique())) for _, part in counted.groupby("split"))
    replicates, seed = report["bootstrap"]["replicates"], report["bootstrap"]["seed"]

    def draw(splits):
        generator = SplitMix64(seed)
        of_groups = numpy.zeros((replicates, groups))
        of_questions = (numpy.zeros if splits else numpy.ones)((replicates, all_questions))
        for replicate in range(replicates):
            for _ in range(groups):
                of_groups[replicate, generator.below(groups)] += 1
            for split in splits:
                for _ in split:
                    of_questions[replicate, split[0] + generator.below(len(split))] += 1
        return of_groups, of_questions

    assert replicates == 1000
    return {"groups": draw([]), "crossed": draw(questions)}


class Check:
    """Compares estimates with their values and intervals."""

    def __init__(self, weights):
        self.weights = weights

    def mean(self, frame, column):
        """A function of the weights of groups and questions: the weighted mean of a column."""
        frame = frame[frame[column].notna()]
        group, question, values = (frame[name].to_numpy() for name in ("group", "question", column))
        values = values.astype(float)

        def value(of_groups, of_questions):
            weight = of_groups[..., group] * of_questions[..., question]
            with numpy.errstate(invalid="ignore", divide="ignore"):
                return weight @ values / weight.sum(axis=-1)

        return value

    def same(self, estimate, statistic, scheme="groups"):
        of_groups, of_questions = self.weights[scheme]
        value = statistic(numpy.ones(of_groups.shape[1]), numpy.ones(of_questions.shape[1]))
        assert number(estimate["value"]) == pytest.approx(value, abs=1e-9, nan_ok=True)
        replicates = statistic(of_groups, of_questions)
        replicates = replicates[numpy.isfinite(replicates)]
        low, high = numpy.percentile(replicates, [2.5, 97.5]) if len(replicates) else (numpy.nan, numpy.nan)
        assert number(estimate["low"]) == pytest.approx(low, abs=1e-9, nan_ok=True)
        assert number(estimate["high"]) == pytest.approx(high, abs=1e-9, nan_ok=True)


def number(value):
    return numpy.nan if value is None else value


@pytest.fixture(scope="module")
def check(weights) -> Check:
    return Check(weights)


def test_sample(report, tables, given, counted, folder):
    numbers = report["sample"]["numbers"]
    people, groups, rounds = tables["participants"], tables["groups"], tables["rounds"]
    packages = [json.loads(file.read_text()) for file in folder.glob("**/datapackage.json")]
    withdrawn = sum(package["concord"]["withdrawn"] for package in packages)
    assert numbers["withdrawn"] == withdrawn == groups.withdrawn.sum() == 1
    assert numbers["participants"] == len(people) and numbers["members"] == people.group_id.notna().sum()
    assert numbers["finishedParticipants"] == (people.stage == "done").sum() > 0
    assert numbers["groups"] == len(groups)
    assert numbers["finishedGroups"] == (groups.state == "finished").sum()
    assert numbers["releasedGroups"] == (groups.state == "released").sum() > 0
    assert numbers["includedGroups"] == groups.included.eq(True).sum() < len(groups)
    begun = rounds[rounds.started_at.notna()].merge(groups[["group_id", "included"]], on="group_id", suffixes=("", "_group"))
    assert numbers["rounds"] == len(begun) and numbers["finishedRounds"] == (begun.phase == "finished").sum()
    assert numbers["includedRounds"] == (begun.included.eq(True) & begun.included_group.eq(True)).sum()
    assert numbers["ratings"] == len(counted) and numbers["statements"] == counted.statement_id.nunique()
    left_out = given.left_out.value_counts().to_dict() | {"attention-check": len(tables["attention_checks"])}
    for line in numbers["leftOut"]:
        assert line["ratingsLeftOut"] == left_out[line["reason"]] > 0


def test_attrition(report, tables):
    people = tables["participants"].merge(tables["groups"][["group_id", "state"]], on="group_id", how="left")
    steps = {step["step"]: step["reached"] for step in report["attrition"]["numbers"]["steps"]}
    assert steps == {
        "consent": len(people),
        "instructions": people.instructed_at.notna().sum(),
        "lobby": people.lobby_entered_at.notna().sum(),
        "group": people.group_id.notna().sum(),
        "opinion": people.participant_id.isin(tables["opinions"].participant_id).sum(),
        "rating": people.participant_id.isin(tables["ratings"].participant_id).sum(),
        "rounds": ((people.state == "finished") & people.left_at.isna()).sum(),
        "done": (people.stage == "done").sum(),
    }
    ended = people[people.end_reason.notna()]
    phase = numpy.select(
        [ended.left_phase.notna(), ended.group_id.notna(), ended.lobby_entered_at.notna(), ended.instructed_at.notna()],
        [ended.left_phase.fillna(""), "group", "lobby", "comprehension"], "instructions")
    expected = ended.groupby([phase, "end_reason"]).size().to_dict()
    losses = report["attrition"]["numbers"]["losses"]
    assert {(loss["phase"], loss["reason"]): loss["lost"] for loss in losses} == expected and len(losses) == len(expected)


def test_allocation(report, tables):
    groups, rounds = tables["groups"], tables["rounds"]
    begun = groups.group_id.isin(rounds[rounds.started_at.notna()].group_id)
    for line in report["allocation"]["numbers"]["arms"]:
        own = groups.arm == line["name"]
        assert line["allocated"] == own.sum() > 0
        assert line["started"] == (own & begun).sum()
        assert line["finished"] == (own & (groups.state == "finished")).sum()
    drawn = rounds.assign(condition=rounds.conditions.map(json.loads)).explode("condition")
    drawn = drawn.merge(tables["generations"][["round_id", "condition", "state"]], on=["round_id", "condition"], how="left")
    lines = report["allocation"]["numbers"]["conditions"]
    assert {line["name"] for line in lines} == set(drawn.condition)
    for line in lines:
        own = drawn[drawn.condition == line["name"]]
        assert line["allocated"] == len(own)
        assert line["started"] == (own.state.notna() & (own.state != "skipped")).sum()
        assert line["finished"] == ((own.state == "finished") & (own.phase == "finished")).sum()


def statements_of(ratings):
    keys = ["statement_id", "group", "question"]
    return ratings.groupby(keys, as_index=False).agg(least=("agreement", "min"), words=("words", "first"))


def test_conditions(report, counted, check):
    numbers = report["conditions"]["numbers"]
    assert numbers["groups"] == counted.group.nunique()
    assert [line["condition"] for line in numbers["lines"]] == ["full", "gap", "ranked", "own"]
    for line in numbers["lines"]:
        own = counted[counted.condition == line["condition"]]
        statements = statements_of(own)
        assert line["ratings"] == len(own) and line["statements"] == len(statements)
        check.same(line["agreement"], check.mean(own, "agreement"))
        check.same(line["quality"], check.mean(own, "quality"))
        check.same(line["leastAgreement"], check.mean(statements, "least"))
        check.same(line["words"], check.mean(statements, "words"))


def test_distributions(report, counted):
    lines = report["distributions"]["numbers"]
    assert len(lines) == 4
    for line in lines:
        own = counted[counted.condition == line["condition"]]
        for column in ("agreement", "quality"):
            assert line[f"{column}Counts"] == [(own[column] == point).sum() for point in range(1, 8)]


def paired(members, one, other):
    keys = ["round_id", "participant_id", "group", "question", "split"]
    both = members[members.condition == one].merge(members[members.condition == other], on=keys, suffixes=("", "_other"))
    both["difference"] = both.agreement - both.agreement_other
    both["win"] = (numpy.sign(both.difference) + 1) / 2
    return both


def test_win_rates(report, members, check):
    pairs = report["conditions"]["numbers"]["pairs"]
    assert len(pairs) == 6
    for pair in pairs:
        both = paired(members, pair["one"], pair["other"])
        assert pair["memberRounds"] == len(both) > 0
        check.same(pair["winRate"], check.mean(both, "win"))
        check.same(pair["difference"], check.mean(both, "difference"))


def test_exclusion(report, members, check):
    (effect,) = report["conditions"]["numbers"]["exclusions"]
    both = paired(members, effect["full"], effect["exclusion"])
    excluded, included = (both[both.inclusion_other == kind] for kind in ("excluded", "included"))
    assert (effect["excluded"], effect["included"]) == (len(excluded), len(included)) and len(excluded) > 5
    loss = [check.mean(part, "difference") for part in (excluded, included)]
    check.same(effect["effect"], lambda *weights: loss[0](*weights) - loss[1](*weights))
    level = [check.mean(part, "agreement_other") for part in (excluded, included)]
    check.same(effect["plainDifference"], lambda *weights: level[1](*weights) - level[0](*weights))


def test_splits(report, counted, members, check):
    numbers = report["splits"]["numbers"]
    assert len(numbers["lines"]) == 8 and len(numbers["losses"]) == 4
    for line in numbers["lines"]:
        own = counted[(counted.condition == line["condition"]) & (counted.split == line["split"])]
        statements = statements_of(own)
        assert line["questions"] == own.question_id.nunique()
        assert line["ratings"] == len(own) and line["statements"] == len(statements)
        check.same(line["agreement"], check.mean(own, "agreement"), "crossed")
        check.same(line["quality"], check.mean(own, "quality"), "crossed")
        check.same(line["leastAgreement"], check.mean(statements, "least"), "crossed")
        check.same(line["words"], check.mean(statements, "words"), "crossed")
    for pair in numbers["pairs"]:
        both = paired(members[members.split == pair["split"]], pair["one"], pair["other"])
        assert pair["memberRounds"] == len(both) > 0
        check.same(pair["winRate"], check.mean(both, "win"), "crossed")
        check.same(pair["difference"], check.mean(both, "difference"), "crossed")
    for loss in numbers["losses"]:
        own = [counted[(counted.condition == loss["condition"]) & (counted.split == split)] for split in ("iid_test", "ood_test")]
        for name, column, parts in [
            ("agreementLost", "agreement", own), ("qualityLost", "quality", own),
            ("leastAgreementLost", "least", [statements_of(part) for part in own]),
        ]:
            inside, outside = (check.mean(part, column) for part in parts)
            check.same(loss[name], lambda *weights: inside(*weights) - outside(*weights), "crossed")


def test_divisiveness(report, tables, counted, check):
    both = counted.merge(tables["stances"][["round_id", "participant_id", "affirming", "negating"]], on=["round_id", "participant_id"])
    spreads = both.groupby(["statement_id", "condition", "group", "question"], as_index=False).agg(
        raters=("agreement", "size"), statement=("agreement", "std"), affirming=("affirming", "std"), negating=("negating", "std"))
    spreads = spreads[spreads.raters >= 2]
    spreads["positions"] = (spreads.affirming + spreads.negating) / 2
    spreads["difference"] = spreads.statement - spreads.positions
    spreads["less"] = (1 - numpy.sign(spreads.difference.round(9))) / 2
    lines = report["divisiveness"]["numbers"]
    assert len(lines) == 4
    for line in lines:
        own = spreads[spreads.condition == line["condition"]]
        assert line["statements"] == len(own) > 0
        for name, column in [
            ("ofStatements", "statement"), ("ofPositions", "positions"), ("difference", "difference"), ("lessDivisive", "less"),
        ]:
            check.same(line[name], check.mean(own, column))


def test_predictions(report, tables, counted, check):
    models = tables["generations"][["generation_id", "preference_model"]].rename(columns={"preference_model": "model"})
    predictions = tables["predictions"].rename(columns={"agreement": "predicted"}).merge(models, on="generation_id")
    # The statements of a generation are its chosen candidates, in the order of their ranks; or members' opinions.
    chosen = tables["candidates"][tables["candidates"].chosen].sort_values(["generation_id", "rank"])
    chosen = chosen.assign(place=chosen.groupby("generation_id").cumcount() + 1)
    statements = tables["statements"].merge(tables["opinions"][["opinion_id", "round_id", "participant_id"]], how="left",
        left_on=["round_id", "author_participant_id"], right_on=["round_id", "participant_id"])[
        ["statement_id", "generation_id", "number", "opinion_id"]]
    drawn = predictions[predictions.opinion_id.isna()].merge(
        chosen[["generation_id", "draw", "number", "place"]], on=["generation_id", "draw", "number"]).drop(columns=["number"])
    shown = pandas.concat([
        drawn.merge(statements[["statement_id", "generation_id", "number"]], left_on=["generation_id", "place"], right_on=["generation_id", "number"]),
        predictions[predictions.opinion_id.notna()].merge(statements[["statement_id", "generation_id", "opinion_id"]], on=["generation_id", "opinion_id"]),
    ])[["statement_id", "participant_id", "model", "predicted"]]
    both = counted.merge(shown, on=["statement_id", "participant_id"])
    lines = report["predictions"]["numbers"]
    assert [line["model"] for line in lines] == ["taste@1", "taste@2"]
    assert lines[0]["comparisons"] > 0 and lines[1]["comparisons"] == 0
    for line in lines:
        own = both[both.model == line["model"]].copy()
        assert line["ratings"] == len(own) > 0
        own["error"] = own.predicted - own.agreement
        own["size"] = own.error.abs()
        check.same(line["meanError"], check.mean(own, "error"))
        check.same(line["meanAbsoluteError"], check.mean(own, "size"))
        pairs = own.merge(own, on=["round_id", "participant_id", "group", "question"], suffixes=("", "_less"))
        pairs = pairs[pairs.agreement > pairs.agreement_less]
        pairs["right"] = (numpy.sign(pairs.predicted - pairs.predicted_less) + 1) / 2
        assert line["comparisons"] == len(pairs)
        check.same(line["pairwiseAccuracy"], check.mean(pairs, "right"))
        assert line["rankCorrelation"]["value"] == pytest.approx(stats.spearmanr(own.predicted, own.agreement).statistic, abs=1e-9)
        x, y = stats.rankdata(own.predicted), stats.rankdata(own.agreement)
        group = own.group.to_numpy()

        def correlation(of_groups, of_questions):
            weight = of_groups[..., group]
            total = weight.sum(axis=-1, keepdims=True)
            with numpy.errstate(invalid="ignore", divide="ignore"):
                a, b = (values - (weight * values).sum(axis=-1, keepdims=True) / total for values in (x, y))
                return (weight * a * b).sum(axis=-1) / numpy.sqrt((weight * a * a).sum(axis=-1) * (weight * b * b).sum(axis=-1))

        check.same(line["rankCorrelation"], correlation)


def quartiles(line, durations):
    seconds = durations.dropna()
    seconds = seconds.dt.total_seconds() if hasattr(seconds, "dt") else seconds
    assert line["count"] == len(seconds) > 0
    expected = numpy.percentile(seconds, [25, 50, 75])
    assert [line["lowerQuartile"], line["median"], line["upperQuartile"]] == pytest.approx(expected, abs=1e-6)


def test_times(report, tables):
    numbers = report["times"]["numbers"]
    people = tables["participants"].merge(tables["groups"][["group_id", "created_at"]], on="group_id", how="left")
    people_lines = {line["phase"]: line for line in numbers["people"]}
    assert set(people_lines) == {"instructions", "lobby", "whole"}
    quartiles(people_lines["instructions"], people.instructed_at - people.consented_at)
    quartiles(people_lines["lobby"], people.created_at - people.lobby_entered_at)
    done = people[people.stage == "done"]
    quartiles(people_lines["whole"], done.debriefed_at - done.consented_at)
    rounds = tables["rounds"].set_index("round_id")
    rounds = rounds[rounds.phase == "finished"]
    opinion = tables["opinions"].groupby("round_id").submitted_at.max()
    statement = tables["statements"].groupby("round_id").created_at.max()
    rating = tables["ratings"].groupby("round_id").submitted_at.max()
    round_lines = {line["phase"]: line for line in numbers["rounds"]}
    assert set(round_lines) == {"opinions", "drafting", "ratings"} and rounds.review_ended_at.isna().all()
    quartiles(round_lines["opinions"], opinion.reindex(rounds.index) - rounds.started_at)
    quartiles(round_lines["drafting"], statement.reindex(rounds.index) - opinion.reindex(rounds.index))
    quartiles(round_lines["ratings"], rating.reindex(rounds.index) - statement.reindex(rounds.index))
    visible = tables["answer_times"]
    assert {line["phase"] for line in numbers["visible"]} == set(visible.step)
    for line in numbers["visible"]:
        quartiles(line, visible[visible.step == line["phase"]].visible_seconds)


def test_times_of_a_review_and_of_ratings_of_opinions_and_that_without_a_rule_everything_counts():
    folder = RECORDS / "reviewed-record"
    report = json.loads((folder / "report.json").read_text())
    tables = {file.stem: table([file]) for file in folder.glob("*.csv")}
    rounds = tables["rounds"].set_index("round_id")
    assert len(rounds) == 3 and (rounds.phase == "finished").all()
    opinion, rated, statement, rating = (
        tables[name].groupby("round_id")[column].max().reindex(rounds.index)
        for name, column in [
            ("opinions", "submitted_at"), ("opinion_ratings", "submitted_at"), ("statements", "created_at"), ("ratings", "submitted_at"),
        ])
    assert (rounds.review_ended_at > opinion).all() and (rated > rounds.review_ended_at).all()
    lines = {line["phase"]: line for line in report["times"]["numbers"]["rounds"]}
    assert set(lines) == {"opinions", "review", "opinion-ratings", "drafting", "ratings"}
    quartiles(lines["opinions"], opinion - rounds.started_at)
    quartiles(lines["review"], rounds.review_ended_at - rounds.review_started_at)
    quartiles(lines["opinion-ratings"], rated - rounds.review_ended_at)
    quartiles(lines["drafting"], statement - rated)
    quartiles(lines["ratings"], rating - statement)

    assert not report["appliesInclusionRule"]
    assert tables["rounds"].included.isna().all() and tables["participants"].included.isna().all()
    numbers, ratings = report["conditions"]["numbers"], tables["ratings"]
    assert numbers["groups"] == len(tables["groups"]) and [line["condition"] for line in numbers["lines"]] == ["own", "position"]
    for line in numbers["lines"]:
        own = ratings[ratings.condition == line["condition"]]
        assert line["ratings"] == len(own) > 0
        expected = [own.agreement.mean(), own.quality.mean(), own.groupby("statement_id").agreement.min().mean()]
        assert [line[name]["value"] for name in ("agreement", "quality", "leastAgreement")] == pytest.approx(expected, abs=1e-9)


def test_each_number_names_a_query_or_function_that_there_is(report):
    sections = {name: part for name, part in report.items() if isinstance(part, dict) and "numbers" in part}
    assert len(sections) == 9

    def leaves(value, names=()):
        if isinstance(value, dict):
            for name, part in value.items():
                yield from leaves(part, (*names, name))
        elif isinstance(value, list):
            for part in value:
                yield from leaves(part, names)
        elif not isinstance(value, (str, bool)) and value is not None:
            yield names

    for section in sections.values():
        assert section["definition"].endswith(".")
        found = list(leaves(section["numbers"]))
        assert found
        for names in found:
            assert any(name in section["source"] for name in names), names
        for source in section["source"].values():
            for name in source.split(", "):
                kind, member = name.split(".")
                (file,) = SOURCES.glob(f"**/{kind}.swift")
                assert re.search(rf"\b(func|let|var|init) ?{member}\b", file.read_text()), name


def test_the_page_stands_by_itself_and_shows_the_same_numbers(report, folder):
    page = (folder / "report.html").read_text()
    assert "<script" not in page and not re.search(r"(src|href)=\"(?!#)", page)
    for line in report["conditions"]["numbers"]["lines"]:
        estimate = line["agreement"]
        assert f"{estimate['value']:.2f} ({estimate['low']:.2f} to {estimate['high']:.2f})" in page
    for section in ("sample", "attrition", "allocation", "conditions", "distributions", "splits", "divisiveness", "predictions", "times"):
        assert report[section]["definition"].replace("'", "&#39;") in page
        assert all(source in page for source in report[section]["source"].values())
    assert page.count("<svg") == page.count("role=\"img\"") > 12
