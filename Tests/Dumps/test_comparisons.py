"""The tables in the scheme of the Habermas Machine data set and the training sets that the Swift tests exported
(CONCORD_DUMP_RECORD), as pandas, Arrow and `datasets` read them."""

import json
import os
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"  # datasets reads files only

import datasets
import frictionless
import numpy
import pandas
import pyarrow
import pyarrow.parquet
import pytest
from scipy.stats import rankdata

ROOT = Path(__file__).parents[2]
DUMP = Path(os.environ["CONCORD_DUMP_RECORD"]) / "comparisons"

AGREEMENT = ["STRONGLY_DISAGREE", "DISAGREE", "SOMEWHAT_DISAGREE", "NEUTRAL", "SOMEWHAT_AGREE", "AGREE", "STRONGLY_AGREE"]
QUALITY = [
    "TERRIBLE_QUALITY", "POOR_QUALITY", "SOMEWHAT_POOR_QUALITY", "NEUTRAL", "SOMEWHAT_GOOD_QUALITY", "GOOD_QUALITY",
    "EXCELLENT_QUALITY",
]
PROVENANCES = {"HUMAN_CITIZEN", "BOT_CITIZEN", "MODEL_MEDIATOR", "POSITION_STATEMENT", "MOCK"}
SPLITS = {"TRAIN", "VALIDATION", "IID_TEST", "OOD_TEST"}

TEXT, WHOLE, NUMBER, TRUTH, TIME = "string", "int64", "double", "bool", "timestamp[us, tz=UTC]"

# Lists are written as [type]. Written down here once more, from the data set's own code and not from ours, but for what may
# identify somebody, which only Concord says.
CANDIDATE_COMPARISONS = {
    "monotonic_timestamp": WHOLE, "round_id": TEXT, "launch_id": TEXT, "worker_id": TEXT, "iteration_id": TEXT,
    "iteration_index": WHOLE,
    "metadata.id": TEXT, "metadata.participant_id": TEXT, "metadata.created": TIME, "metadata.version": TEXT,
    "metadata.provenance": TEXT, "metadata.response_duration": NUMBER, "metadata.status": TEXT,
    "question.id": TEXT, "question.text": TEXT, "question.affirming_statement": TEXT, "question.negating_statement": TEXT,
    "question.topic": TEXT, "question.split": TEXT,
    "own_opinion.text": TEXT, "own_opinion.metadata.id": TEXT, "own_opinion.metadata.participant_id": TEXT,
    "own_opinion.metadata.provenance": TEXT, "own_opinion.metadata.created": TIME,
    "own_opinion.metadata.response_duration": NUMBER, "own_opinion.metadata.status": TEXT,
    "other_opinions.text": [TEXT], "other_opinions.metadata.id": [TEXT], "other_opinions.metadata.participant_id": [TEXT],
    "other_opinions.metadata.provenance": [TEXT], "other_opinions.metadata.created": [TIME],
    "other_opinions.metadata.response_duration": [NUMBER], "other_opinions.metadata.status": [TEXT],
    "candidates.text": [TEXT], "candidates.display_label": [TEXT], "candidates.metadata.id": [TEXT],
    "candidates.metadata.participant_id": [TEXT], "candidates.metadata.provenance": [TEXT],
    "candidates.metadata.created": [TIME], "candidates.metadata.status": [TEXT], "candidates.metadata.version": [TEXT],
    "candidates.metadata.response_duration": [NUMBER],
    "candidates.metadata.generative_model.api_version": [TEXT], "candidates.metadata.generative_model.template_name": [TEXT],
    "candidates.metadata.reward_model.api_version": [TEXT], "candidates.metadata.reward_model.template_name": [TEXT],
    "candidates.all_texts": [[TEXT]], "candidates.all_reward_predictions": [[[NUMBER]]],
    "candidates.all_welfare_or_rank": [[NUMBER]], "candidates.reward_data.reward_predictions": [[NUMBER]],
    "candidates.reward_data.welfare_or_rank": [NUMBER], "candidates.aggregation.method": [TEXT],
    "candidates.parent_statement_ids": [[TEXT]],
    "ratings.agreement": [TEXT], "ratings.quality": [TEXT], "ratings.metadata.id": [TEXT],
    "ratings.metadata.participant_id": [TEXT], "ratings.metadata.provenance": [TEXT], "ratings.metadata.created": [TIME],
    "ratings.metadata.response_duration": [NUMBER], "ratings.metadata.status": [TEXT],
    "rankings.candidate_ids": [TEXT], "rankings.numerical_ranks": [WHOLE], "rankings.metadata.id": [TEXT],
    "rankings.metadata.participant_id": [TEXT], "rankings.metadata.provenance": [TEXT], "rankings.metadata.created": [TIME],
    "rankings.metadata.response_duration": [NUMBER], "rankings.metadata.status": [TEXT],
    "rankings.derived": TRUTH,
    "own_opinion.may_identify": TEXT, "other_opinions.may_identify": [TEXT], "candidates_may_identify": TEXT,
}
POSITION_STATEMENT_RATINGS = {
    "monotonic_timestamp": WHOLE, "launch_id": TEXT, "worker_id": TEXT, "metadata.created": TIME, "metadata.id": TEXT,
    "metadata.participant_id": TEXT, "metadata.provenance": TEXT, "metadata.response_duration": NUMBER,
    "metadata.status": TEXT, "metadata.version": TEXT, "question.affirming_statement": TEXT, "question.id": TEXT,
    "question.negating_statement": TEXT, "question.split": TEXT, "question.text": TEXT, "question.topic": TEXT,
    "question_index": WHOLE, "rating_index": WHOLE, "ratings.agreement": [TEXT], "ratings.metadata.created": [TIME],
    "ratings.metadata.id": [TEXT], "ratings.metadata.participant_id": [TEXT],
}
SURVEY_RESPONSES = {
    "monotonic_timestamp": WHOLE, "launch_id": TEXT, "worker_id": TEXT, "metadata.id": TEXT, "metadata.participant_id": TEXT,
    "metadata.created": TIME, "metadata.version": TEXT, "metadata.provenance": TEXT, "question.id": TEXT,
    "question.text": TEXT, "opinion.text": TEXT, "opinion.metadata.id": TEXT,
    "responses.question_id": [TEXT], "responses.question_text": [TEXT], "responses.answer": [TEXT],
}
TABLES = {
    "candidate_comparisons": CANDIDATE_COMPARISONS,
    "position_statement_ratings": POSITION_STATEMENT_RATINGS,
    "survey_responses": SURVEY_RESPONSES,
}
# The lists that the published preprocessing unnests, by name, whether or not a table has them; and those it leaves whole.
_METADATA = ["id", "participant_id", "provenance", "created", "status", "response_duration"]
_MODEL = [f"{model}_model.{fact}" for model in ["generative", "reward"] for fact in ["api_version", "template_name"]]
_CANDIDATE = [
    "text", "display_label", "prompt_text", "total_prompt_text", "all_texts", "all_reward_predictions", "all_welfare_or_rank",
    "reward_data.reward_predictions", "reward_data.welfare_or_rank", "aggregation.method", "parent_statement_ids",
]
CANDIDATES = [
    *(f"candidates.{name}" for name in _CANDIDATE),
    *(f"candidates.metadata.{name}" for name in [*_METADATA, "version", *_MODEL]),
]
RATINGS = ["ratings.agreement", "ratings.quality", *(f"ratings.metadata.{name}" for name in _METADATA)]
RANKINGS = [
    "rankings.candidate_ids", "rankings.numerical_ranks", "rankings.explanation",
    *(f"rankings.metadata.{name}" for name in _METADATA),
]
UNNESTED = [*CANDIDATES, *RATINGS, *RANKINGS]
OTHER_OPINIONS = [
    "other_opinions.text", "other_opinions.display_label", "other_opinions.may_identify",
    *(f"other_opinions.metadata.{name}" for name in [*_METADATA, "updated"]),
]
# Of these, what stays a list for each candidate.
LISTS_OF_LISTS = {name for name in CANDIDATES if isinstance(CANDIDATE_COMPARISONS.get(name), list)
                  and isinstance(CANDIDATE_COMPARISONS[name][0], list)}
# And those that it nests again.
NESTED_AGAIN = [
    *CANDIDATES, "ratings.agreement", "ratings.quality", "rankings.numerical_ranks", "rankings.candidate_ids",
]


@pytest.fixture(scope="module")
def comparisons() -> pandas.DataFrame:
    return pandas.read_parquet(DUMP / "candidate_comparisons.parquet")


def plain(type):
    return [plain(type.value_type)] if pyarrow.types.is_list(type) else str(type)


@pytest.mark.parametrize("table", TABLES)
def test_columns_have_the_types_of_the_scheme(table):
    schema = pyarrow.parquet.read_schema(DUMP / f"{table}.parquet")
    found = {field.name: plain(field.type) for field in schema}
    assert {name: found.get(name) for name in TABLES[table]} == TABLES[table]
    assert all(field.metadata[b"description"] for field in schema)


def test_the_package_with_them_is_valid():
    report = frictionless.validate(DUMP / "datapackage.json")
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "message"])[:20]
    described = {resource["path"] for resource in json.loads((DUMP / "datapackage.json").read_text())["resources"]}
    assert {f"{table}.{form}" for table in TABLES for form in ["jsonl", "parquet"]} <= described
    assert {"sft.jsonl", "preferences.jsonl", "training-sets.json"} <= described


def test_values_are_of_the_scheme(comparisons):
    def values(column):
        return set(comparisons[column].explode().dropna()) if comparisons[column].dtype == object else set(comparisons[column])

    assert len(comparisons) == 36 and comparisons["metadata.id"].is_unique
    assert values("ratings.agreement") <= {*AGREEMENT, "MOCK"} and values("ratings.quality") <= {*QUALITY, "MOCK"}
    for column in comparisons.columns:
        if column.endswith(".provenance"):
            assert values(column) <= PROVENANCES, column
        if column.endswith(".status"):
            assert values(column) <= {"COMPLETE", "INCOMPLETE", "MALFORMED", "ERASED"}, column
        if column.endswith("response_duration"):
            assert all(value >= 0 for value in values(column) if value == value), column
    assert values("candidates.metadata.provenance") == {"MODEL_MEDIATOR", "HUMAN_CITIZEN", "POSITION_STATEMENT"}
    assert values("own_opinion.metadata.provenance") == values("metadata.provenance") == {"HUMAN_CITIZEN"}
    assert "MOCK" in values("ratings.agreement") and -1 in values("rankings.numerical_ranks")
    assert values("question.split") == {"TRAIN"} and values("metadata.version") == {"EVALUATION_V2"}
    assert values("rankings.derived") == {True} and values("iteration_index") == {0}


def test_lists_are_those_of_the_scheme_and_of_one_length_in_a_group(comparisons):
    schema = pyarrow.parquet.read_schema(DUMP / "candidate_comparisons.parquet")
    lists = {field.name for field in schema if pyarrow.types.is_list(field.type)}
    assert lists <= {*UNNESTED, *OTHER_OPINIONS}, "a list beside those would not be unnested with them"
    for group in [UNNESTED, OTHER_OPINIONS]:
        assert (comparisons[sorted(lists & set(group))].map(len).nunique(axis=1) == 1).all()
    assert (comparisons["other_opinions.text"].map(len) == 2).all()


def test_preprocessing_as_published_gives_the_ratings(comparisons):
    """What the published code does: these lists exploded, mock ratings dropped, names to numbers, groups by launch_id, the
    lists nested again."""
    nested = [column for column in comparisons.columns if column in UNNESTED]
    fixed = [column for column in comparisons.columns if column not in nested]
    rows = comparisons[fixed].join(comparisons[nested].apply(pandas.Series.explode)).reset_index(drop=True)
    values = rows[sorted({*nested} - LISTS_OF_LISTS)].to_numpy().flat
    assert not any(isinstance(value, list | tuple | numpy.ndarray) for value in values)
    rows = rows[rows["own_opinion.metadata.provenance"] == "HUMAN_CITIZEN"]
    rows = rows[(rows["ratings.agreement"] != "MOCK") & (rows["rankings.numerical_ranks"] != -1)]
    rows["agreement"] = rows["ratings.agreement"].map({name: value for value, name in enumerate(AGREEMENT, 1)})
    rows["quality"] = rows["ratings.quality"].map({name: value for value, name in enumerate(QUALITY, 1)})

    ratings = pandas.read_csv(DUMP / "ratings.csv").merge(
        pandas.read_csv(DUMP / "rounds.csv")[["round_id", "group_id"]], on="round_id")
    assert len(rows) == len(ratings) > 50
    keys = ["statement_id", "participant_id", "agreement", "quality", "condition", "group_id"]
    mine = rows.rename(
        columns={
            "candidates.metadata.id": "statement_id", "metadata.participant_id": "participant_id", "launch_id": "group_id",
        }
    ).merge(pandas.read_csv(DUMP / "statements.csv")[["statement_id", "condition"]], on="statement_id")
    ordered = [frame[keys].sort_values(keys[:2]).astype(str).reset_index(drop=True) for frame in (mine, ratings)]
    pandas.testing.assert_frame_equal(*ordered, check_dtype=False)
    for column in ["agreement", "quality"]:
        means = [frame.groupby("group_id")[column].mean() for frame in (mine, ratings)]
        assert len(means[0]) == 6
        pandas.testing.assert_series_equal(*means, check_dtype=False)

    for _, row in rows.groupby("metadata.id"):
        assert list(row["rankings.numerical_ranks"]) == list(rankdata(-row["agreement"], method="dense") - 1)
    # Nested again by the id of the comparison, it is what it was.
    lists = [column for column in nested if column in NESTED_AGAIN]
    again = rows.groupby("metadata.id")[lists].agg(list)
    assert len(again) == len(comparisons) - 1, "somebody rated nothing in one round"
    for _, row in comparisons[comparisons["metadata.id"].isin(again.index)].iterrows():
        for column in lists:
            assert bare(again.loc[row["metadata.id"], column]) == bare(row[column]), column


def bare(value):
    """The value without what reading and unnesting it make of it: arrays, kinds of times, NaN for what is missing."""
    if isinstance(value, list | numpy.ndarray):
        return [bare(inner) for inner in value]
    if isinstance(value, numpy.datetime64 | pandas.Timestamp):
        return pandas.Timestamp(value).tz_localize(None)
    return value if value == value else None


def test_statements_lead_to_the_opinions_that_went_in(comparisons):
    opinions = pandas.read_csv(DUMP / "opinions.csv").set_index("opinion_id")["text"]
    conditions = pandas.read_csv(DUMP / "statements.csv").set_index("statement_id")["condition"]
    for _, row in comparisons.iterrows():
        drafted = [conditions[id] for id in row["candidates.metadata.id"]].index("drafted")
        parents = row["candidates.parent_statement_ids"][drafted]
        shown = {row["own_opinion.text"], *row["other_opinions.text"]}
        assert {opinions[parent] for parent in parents} == shown and len(parents) == 3
        assert row["candidates.text"][drafted] == row["candidates.all_texts"][drafted][0]
        predictions = row["candidates.all_reward_predictions"][drafted]
        assert [list(each) for each in predictions] == [[6, 5, 4], [3, 2.5, 1]]
        assert list(row["candidates.reward_data.reward_predictions"][drafted]) == list(predictions[0])
        assert list(row["candidates.all_welfare_or_rank"][drafted]) == [4.9, 2.1]


@pytest.mark.parametrize("table", TABLES)
def test_datasets_loads_both_forms_alike(table, tmp_path):
    loaded = {
        form: datasets.load_dataset(
            builder, data_files=str(DUMP / f"{table}.{form}"), split="train", cache_dir=str(tmp_path))
        for form, builder in [("parquet", "parquet"), ("jsonl", "json")]
    }
    schema = pyarrow.parquet.read_schema(DUMP / f"{table}.parquet")
    assert loaded["parquet"].column_names == loaded["jsonl"].column_names == schema.names
    assert loaded["parquet"].num_rows == loaded["jsonl"].num_rows > 0
    times = [field.name for field in schema if "timestamp" in str(field.type)]
    same = [name for name in schema.names if name not in times]
    for one, other in zip(loaded["parquet"].select_columns(same), loaded["jsonl"].select_columns(same)):
        assert rounded(one) == rounded(other)


def rounded(value):
    """The value as numbers that were read from text are: not to the last bit."""
    if isinstance(value, dict):
        return {name: rounded(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [rounded(inner) for inner in value]
    return round(value, 9) if isinstance(value, float) else value


@pytest.mark.parametrize("table", TABLES)
def test_no_column_is_undocumented(table):
    text = (ROOT / "docs/data-dictionary.md").read_text().split(f"## {table}\n")[1].split("\n## ")[0]
    for name in pyarrow.parquet.read_schema(DUMP / f"{table}.parquet").names:
        assert f"`{name}`" in text, name


@pytest.mark.parametrize("name", [*TABLES, "sft", "preferences"])
def test_the_codebook_says_what_each_column_means(name):
    section = (DUMP / "codebook.md").read_text().split(f"\n## {name}\n")[1].split("\n## ")[0]
    columns = {column for line in (DUMP / f"{name}.jsonl").open() for column in json.loads(line)}
    assert columns and [column for column in columns if f"\n| `{column}` | " not in section] == []


@pytest.fixture(scope="module")
def sets(tmp_path_factory):
    cache = str(tmp_path_factory.mktemp("cache"))
    return {
        name: datasets.load_dataset("json", data_files=str(DUMP / f"{name}.jsonl"), split="train", cache_dir=cache)
        for name in ["sft", "preferences"]
    }


def test_training_sets_are_in_the_forms_of_trl(sets):
    """Prompt-completion and preference data sets in the standard form: texts under these names."""
    for name, columns in [("sft", ["prompt", "completion"]), ("preferences", ["prompt", "chosen", "rejected"])]:
        assert sets[name].num_rows > 0
        assert all(sets[name].features[column].dtype == "string" for column in columns)
        assert all(row[column].strip() for row in sets[name] for column in columns)
        # Names that TRL would read instead.
        assert not {"messages", "text", "images", "tools", "label"} & set(sets[name].column_names)


def test_parts_share_neither_group_nor_question(sets):
    for rows in sets.values():
        frame = rows.to_pandas()
        for key in ["group_id", "question"]:
            assert (frame.groupby(key)["split"].nunique() == 1).all()


def test_preferences_are_those_of_the_ratings(sets):
    given = pandas.read_csv(DUMP / "ratings.csv").set_index(["statement_id", "participant_id"])["agreement"]
    opinions = pandas.read_csv(DUMP / "opinions.csv").set_index(["round_id", "participant_id"])["text"]
    statements = pandas.read_csv(DUMP / "statements.csv").set_index("statement_id")
    for pair in sets["preferences"]:
        for side in ["chosen", "rejected"]:
            statement = pair[f"{side}_statement_id"]
            assert given[statement, pair["participant_id"]] == pair[f"{side}_agreement"]
            assert pair[side] == " " + statements.loc[statement, "text"]
            assert statements.loc[statement, "author_participant_id"] != pair["participant_id"]
        assert pair["chosen_agreement"] > pair["rejected_agreement"]
        assert opinions[pair["round_id"], pair["participant_id"]] in pair["prompt"] and pair["question"] in pair["prompt"]
    report = json.loads((DUMP / "training-sets.json").read_text())
    assert sum(report["preferences"].values()) == sets["preferences"].num_rows
    ratings = pandas.read_csv(DUMP / "ratings.csv").merge(statements["malformed"], on="statement_id")
    sizes = ratings[ratings["malformed"] == "f"].groupby(["round_id", "participant_id"]).size()
    left = report["pairs_left_out"]
    assert (sizes * (sizes - 1) // 2).sum() == sets["preferences"].num_rows + sum(left.values())
