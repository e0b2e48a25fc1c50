"""What `concord export` wrote in the Swift tests (CONCORD_DUMP_RECORD), loaded with the tools that researchers use.

`whole` has every format, `excel` is for spreadsheets, `first` was made earlier, and `later` is what has changed since `first`.
"""

import json
import os
from pathlib import Path

import duckdb
import frictionless
import pandas
import pyarrow.parquet
import pytest

RECORD = Path(os.environ["CONCORD_DUMP_RECORD"])


@pytest.fixture(scope="module")
def package() -> dict:
    return json.loads((RECORD / "whole" / "datapackage.json").read_text())


def schemas(package: dict) -> dict[str, dict]:
    return {resource["name"]: resource["schema"] for resource in package["resources"] if resource["format"] == "csv"}


def read_csv(folder: str, name: str, schema: dict) -> pandas.DataFrame:
    kinds = {"string": "string", "integer": "Int64", "number": "Float64", "boolean": "boolean", "any": "string", "array": "string",
             "datetime": "string"}
    return pandas.read_csv(
        RECORD / folder / f"{name}.csv", dtype={field["name"]: kinds[field["type"]] for field in schema["fields"]},
        keep_default_na=False, na_values=[""], true_values=["t"], false_values=["f"])


@pytest.mark.parametrize("dump", ["whole/datapackage.json", "whole.zip", "excel/datapackage.json", "later/datapackage.json"])
def test_frictionless_finds_nothing_wrong(dump):
    report = frictionless.validate(RECORD / dump, type="package" if dump.endswith(".zip") else None)
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "message"])[:20]
    assert len(report.tasks) > 20


def test_frictionless_finds_what_is_wrong(tmp_path):
    for path in (RECORD / "whole").iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    ratings = tmp_path / "ratings.csv"
    lines = ratings.read_text().splitlines(keepends=True)
    ratings.write_text("".join(lines[:-1]) + lines[-1].replace(lines[-1][:8], "00000000", 1))
    report = frictionless.validate(tmp_path / "datapackage.json")
    assert {error[0] for error in report.flatten(["type"])} >= {"hash-count", "foreign-key"}


def test_every_format_has_the_same_rows(package):
    for name, schema in schemas(package).items():
        table = read_csv("whole", name, schema)
        lines = [json.loads(line) for line in (RECORD / "whole" / f"{name}.jsonl").open()]
        arrow = pyarrow.parquet.read_table(RECORD / "whole" / f"{name}.parquet")
        assert len(table) == len(lines) == arrow.num_rows
        names = [field["name"] for field in schema["fields"]]
        assert list(table.columns) == arrow.column_names == names
        assert all(list(line) == names for line in lines)
        rows = arrow.to_pylist()
        for field in schema["fields"]:
            column, kind = field["name"], field["type"]
            assert arrow.schema.field(column).metadata[b"description"].decode() == field["description"]
            for cell, line, row in zip(table[column], lines, rows):
                json_value, value = line[column], row[column]
                if pandas.isna(cell):
                    # pandas does not tell an empty text, which has quotes, from a missing value, which has none.
                    assert json_value in (None, "") and value == json_value, (name, column)
                elif kind == "datetime":
                    assert cell == json_value and pandas.Timestamp(cell) == pandas.Timestamp(value)
                elif kind == "array":
                    assert json.loads(cell) == json_value == value
                elif kind == "any":
                    assert json.loads(cell) == json_value == json.loads(value)
                elif kind == "number":
                    assert float(cell) == float(json_value) == value
                else:
                    assert cell == json_value == value, (name, column)


def test_infinity_is_spelt_as_table_schema_has_it():
    for name in ["generations", "statements"]:
        cells = pandas.read_csv(RECORD / "whole" / f"{name}.csv", dtype=str)["alpha"]
        assert set(cells) == {"INF"}
        assert {json.loads(line)["alpha"] for line in (RECORD / "whole" / f"{name}.jsonl").open()} == {"Infinity"}


def test_duckdb_and_pandas_say_the_same(package):
    query = """
        SELECT s.condition, count(*) AS ratings, avg(r.agreement) AS agreement
        FROM '{0}/ratings.{1}' r JOIN '{0}/statements.{1}' s USING (statement_id)
             JOIN '{0}/participants.{1}' p ON p.participant_id = r.participant_id
        GROUP BY ALL ORDER BY ALL
    """
    found = [duckdb.sql(query.format(RECORD / "whole", ending)).fetchall() for ending in ("csv", "parquet", "jsonl")]
    tables = {name: read_csv("whole", name, schema) for name, schema in schemas(package).items()}
    joined = tables["ratings"].merge(tables["statements"][["statement_id"]], on="statement_id", validate="many_to_one")
    means = joined.groupby("condition")["agreement"].agg(["size", "mean"])
    assert found[0] and [(condition, int(row["size"]), float(row["mean"])) for condition, row in means.iterrows()] == found[0]
    assert found[0] == found[1] == found[2]


def test_participants_wide_follows_from_the_tables(package):
    tables = {name: read_csv("whole", name, schema) for name, schema in schemas(package).items()}
    wide = tables["participants_wide"].set_index("participant_id")
    assert list(wide.index) == sorted(tables["participants"]["participant_id"])
    given = tables["ratings"].groupby("participant_id")
    for person, row in wide.iterrows():
        mine = given.get_group(person) if person in given.groups else tables["ratings"].iloc[:0]
        assert row["ratings"] == len(mine)
        if len(mine):
            assert row["mean_agreement"] == pytest.approx(mine["agreement"].mean(), rel=1e-12)
            assert row["mean_quality"] == pytest.approx(mine["quality"].mean(), rel=1e-12)
        assert row["opinions"] == (tables["opinions"]["participant_id"] == person).sum()
        assert row["flags"] == (tables["flags"]["participant_id"] == person).sum()
        answers = tables["survey_answers"].query("participant_id == @person and survey == 'entry'").set_index("question")["answer"]
        for question, answer in answers.items():
            assert row[f"entry_{question}"] == answer


def test_what_has_changed_brings_a_dump_up_to_date(package):
    for name, schema in schemas(package).items():
        key = schema["primaryKey"]
        rows = {tuple(map(str, row[key])): row.astype("string").fillna("").to_dict() for _, row in read_csv("first", name, schema).iterrows()}
        tombstones = pandas.read_csv(RECORD / "later" / "tombstones.csv").query("table_name == @name")["key"].map(json.loads)
        for gone in tombstones:
            rows = {k: row for k, row in rows.items() if not all(row[c] == str(value) for c, value in gone.items())}
        for _, row in read_csv("later", name, schema).iterrows():
            rows[tuple(map(str, row[key]))] = row.astype("string").fillna("").to_dict()
        whole = {tuple(map(str, row[key])): row.astype("string").fillna("").to_dict() for _, row in read_csv("whole", name, schema).iterrows()}
        assert rows == whole, name


def test_a_spreadsheet_sees_no_formula():
    for path in (RECORD / "excel").glob("*.csv"):
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    answers = pandas.read_csv(RECORD / "excel" / "survey_answers.csv", encoding="utf-8-sig")["answer"].dropna().astype(str)
    assert any(answer.startswith("'=") for answer in answers)
    assert not any(answer[0] in "=+-@\t\r" for answer in answers)
