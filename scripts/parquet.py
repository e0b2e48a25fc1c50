"""Writes Parquet files from CSV files and from JSON Lines, in batches: memory stays flat whatever their size.

    parquet.py SPECIFICATION

SPECIFICATION is a JSON file: {"files": [{"source": …, "format": "csv" or "jsonl", "target": …, "fields": [field, …]}]}.
A field is {"name": …, "type": …, "description": …}. Types are string, int64, float64, boolean, timestamp (ISO 8601 in UTC,
to the microsecond), {"list": TYPE} and {"struct": [field, …]}. In CSV an empty cell without quotes is a missing value,
truth values are t and f, and lists and structs are JSON; in JSON Lines a key that is missing is a missing value.

`concord export` runs this with the packages of scripts/parquet-requirements.txt. The same source gives the same bytes.
"""

import json
import os
import sys
from datetime import datetime

import pyarrow
import pyarrow.csv
import pyarrow.parquet

# Bytes of the source that are held at once, and rows of one row group.
BLOCK = 1 << 20
GROUP = 1 << 16

SIMPLE = {
    "string": pyarrow.string(),
    "int64": pyarrow.int64(),
    "float64": pyarrow.float64(),
    "boolean": pyarrow.bool_(),
    "timestamp": pyarrow.timestamp("us", tz="UTC"),
}


def arrow_type(described):
    if isinstance(described, str):
        return SIMPLE[described]
    if "list" in described:
        return pyarrow.list_(arrow_type(described["list"]))
    return pyarrow.struct([arrow_field(field) for field in described["struct"]])


def arrow_field(field):
    about = {"description": field["description"]} if field.get("description") else None
    return pyarrow.field(field["name"], arrow_type(field["type"]), metadata=about)


def reader(described):
    """What makes a value of JSON one that Arrow takes; None where it does already."""
    if described == "timestamp":
        return datetime.fromisoformat
    if described == "float64":
        return float  # JSON has no infinity; it comes as a text
    if isinstance(described, dict) and "list" in described:
        inner = reader(described["list"])
        return inner and (lambda values: [None if value is None else inner(value) for value in values])
    if isinstance(described, dict):
        return record_reader(described["struct"])
    return None


def record_reader(fields):
    readers = {field["name"]: found for field in fields if (found := reader(field["type"]))}
    if not readers:
        return None

    def read(record):
        for name, found in readers.items():
            if record.get(name) is not None:
                record[name] = found(record[name])
        return record

    return read


def csv_batches(source, fields, schema):
    nested = {field["name"] for field in fields if isinstance(field["type"], dict)}
    held = {field.name: pyarrow.string() if field.name in nested else field.type for field in schema}
    batches = pyarrow.csv.open_csv(
        source,
        read_options=pyarrow.csv.ReadOptions(block_size=BLOCK, use_threads=False),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=held, include_columns=schema.names, null_values=[""], strings_can_be_null=True,
            quoted_strings_can_be_null=False, true_values=["t"], false_values=["f"],
            timestamp_parsers=[pyarrow.csv.ISO8601]),
    )
    for batch in batches:
        columns = []
        for field, described in zip(schema, fields):
            column = batch.column(field.name)
            if field.name in nested:
                read = reader(described["type"]) or (lambda value: value)
                values = [None if value is None else read(json.loads(value)) for value in column.to_pylist()]
                column = pyarrow.array(values, field.type)
            columns.append(column)
        yield pyarrow.RecordBatch.from_arrays(columns, schema=schema)


def json_batches(source, fields, schema):
    read = record_reader(fields) or (lambda record: record)
    with open(source, encoding="utf-8") as lines:
        while block := lines.readlines(BLOCK):
            yield pyarrow.RecordBatch.from_pylist([read(json.loads(line)) for line in block], schema=schema)


def write(source, format, target, fields):
    schema = pyarrow.schema([arrow_field(field) for field in fields])
    batches = csv_batches if format == "csv" else json_batches
    partial = f"{target}.partial"
    with pyarrow.parquet.ParquetWriter(partial, schema, compression="zstd") as file:
        held, rows, size = [], 0, 0
        for batch in batches(source, fields, schema):
            held.append(batch)
            rows += batch.num_rows
            size += batch.nbytes
            if rows >= GROUP or size >= 16 * BLOCK:
                file.write_table(pyarrow.Table.from_batches(held, schema), row_group_size=GROUP)
                held, rows, size = [], 0, 0
        if held:
            file.write_table(pyarrow.Table.from_batches(held, schema), row_group_size=GROUP)
    os.replace(partial, target)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: parquet.py SPECIFICATION")
    with open(sys.argv[1], encoding="utf-8") as file:
        specification = json.load(file)
    pyarrow.set_cpu_count(1)
    for file in specification["files"]:
        try:
            write(**file)
        except (pyarrow.ArrowException, ValueError, TypeError, OSError) as error:
            sys.exit(f"{file['target']}: {error}")
        print(file["target"], flush=True)


if __name__ == "__main__":
    main()
