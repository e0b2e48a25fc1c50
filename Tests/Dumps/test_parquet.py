"""scripts/parquet.py by itself: nested rows, missing values, what it refuses, and flat memory."""

import json
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet
import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "parquet.py"
# Runs the script, then says how much memory it took at most, in KiB.
MEASURED = f"""
import resource, runpy, sys
sys.argv = ["parquet.py", sys.argv[1]]
runpy.run_path({str(SCRIPT)!r}, run_name="__main__")
print("memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def convert(folder: Path, files: list[dict]) -> subprocess.CompletedProcess:
    specification = folder / "specification.json"
    specification.write_text(json.dumps({"files": files}))
    return subprocess.run([sys.executable, "-c", MEASURED, specification], capture_output=True, text=True)


def field(name, kind):
    return {"name": name, "type": kind, "description": f"what {name} is"}


def test_nested_rows_of_json_lines(tmp_path):
    (tmp_path / "a.jsonl").write_text(
        '{"id":1,"at":"2026-01-01T00:00:00.123456Z","ranks":[[1,2],[]],"who":{"text":"x","sure":true},"welfare":"Infinity"}\n'
        '{"id":2,"ranks":null,"who":{"text":null}}\n')
    fields = [
        field("id", "int64"), field("at", "timestamp"), field("ranks", {"list": {"list": "int64"}}),
        field("who", {"struct": [field("text", "string"), field("sure", "boolean")]}), field("welfare", "float64"),
    ]
    target = tmp_path / "a.parquet"
    job = {"source": str(tmp_path / "a.jsonl"), "format": "jsonl", "target": str(target), "fields": fields}
    outcome = convert(tmp_path, [job])
    assert outcome.returncode == 0, outcome.stderr
    table = pyarrow.parquet.read_table(target)
    assert table.schema.field("ranks").metadata == {b"description": b"what ranks is"}
    first, second = table.to_pylist()
    assert first["at"].microsecond == 123456 and first["at"].utcoffset().total_seconds() == 0
    assert first["ranks"] == [[1, 2], []] and first["who"] == {"text": "x", "sure": True} and first["welfare"] == float("inf")
    assert second == {"id": 2, "at": None, "ranks": None, "who": {"text": None, "sure": None}, "welfare": None}
    before = target.read_bytes()
    convert(tmp_path, [job])
    assert target.read_bytes() == before


@pytest.mark.parametrize("line", ['{"id":"one"}', "{", '{"id":1,"at":"yesterday"}'])
def test_what_is_not_of_its_type_is_refused(tmp_path, line):
    (tmp_path / "a.jsonl").write_text(line + "\n")
    target = tmp_path / "a.parquet"
    fields = [field("id", "int64"), field("at", "timestamp")]
    outcome = convert(tmp_path, [{"source": str(tmp_path / "a.jsonl"), "format": "jsonl", "target": str(target), "fields": fields}])
    assert outcome.returncode == 1 and len(outcome.stderr.splitlines()) == 1 and str(target) in outcome.stderr
    assert not target.exists()


def test_memory_is_flat(tmp_path):
    fields = [field("id", "int64"), field("text", "string"), field("list", {"list": "string"})]

    def memory(rows: int, format: str) -> int:
        source = tmp_path / f"{rows}.{format}"
        with source.open("w") as file:
            if format == "csv":
                file.write("id,text,list\n")
            for number in range(rows):
                text = f"row {number} says, with a line end,\nthat it is long enough to be an opinion of somebody"
                row = (f'{number},"{text}","[""a"",""b""]"' if format == "csv"
                       else json.dumps({"id": number, "text": text, "list": ["a", "b"]}))
                file.write(row + "\n")
        target = tmp_path / f"{rows}.parquet"
        outcome = convert(tmp_path, [{"source": str(source), "format": format, "target": str(target), "fields": fields}])
        assert outcome.returncode == 0, outcome.stderr
        assert pyarrow.parquet.ParquetFile(target).metadata.num_rows == rows
        source.unlink()
        return int(outcome.stdout.split()[-1])

    for format in ("csv", "jsonl"):
        assert memory(400_000, format) - memory(100_000, format) < 40_000, "KiB more for four times the rows"
