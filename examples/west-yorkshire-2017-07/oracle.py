#!/usr/bin/env python3
"""Counts the example's tables on its own and compares them with a release.

    python3 oracle.py RELEASE/release.json [EXTRACT.csv]

It shares nothing with Candour: it reads the extract as plain CSV and takes neither schema nor response file. Exit code 0
when every figure agrees, 1 with the coordinates of each that does not, 2 when a file cannot be read.
"""

import csv
import itertools
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOTAL = object()

# What each table counts: which records, and the column behind each dimension.
TYPE, OUTCOME, LSOA = "Crime type", "Last outcome category", "LSOA code"


def in_calderdale(record):
    return record["Month"] == "2017-07" and record["LSOA name"].startswith("Calderdale ")


def crime_in_town_centre(record):
    return in_calderdale(record) and record["LSOA name"] == "Calderdale 008E" and record[TYPE] != "Anti-social behaviour"


TABLES = {
    "outcome-by-type": (in_calderdale, {"outcome": OUTCOME, "crime_type": TYPE}, "all"),
    "type-by-lsoa": (in_calderdale, {"lsoa": LSOA, "crime_type": TYPE}, "all"),
    # The rows are nested: the outer one has subtotals, the inner one none of its own.
    "town-centre": (crime_in_town_centre, {"crime_type": TYPE, "outcome": OUTCOME}, "nested"),
}


def count(records, columns):
    """Every cell and every margin, zeros left out."""
    cells = {}
    for record in records:
        values = [record[column] or "not-recorded" for column in columns]
        for at in itertools.product(*((value, TOTAL) for value in values)):
            cells[at] = cells.get(at, 0) + 1
    return cells


def place(table, dimensions, at):
    parts = (f"{name} = {'Total' if value is TOTAL else value}" for name, value in zip(dimensions, at))
    return f"{table}: " + ", ".join(parts)


def compare(table, records):
    """Faults of one table of the release."""
    name = table["id"]
    keep, columns, shape = TABLES[name]
    dimensions = list(columns)
    if [dimension["id"] for dimension in table["dimensions"]] != dimensions:
        yield f"{name}: the dimensions are not {dimensions}"
        return
    expected = count(filter(keep, records), columns.values())
    if shape == "nested":
        expected = {at: value for at, value in expected.items() if at[0] is not TOTAL or at[1] is TOTAL}
    shown = set()
    for cell in table["cells"]:
        at = tuple(TOTAL if "total" in coord else coord["category"] for coord in cell["at"])
        if at in shown:
            yield f"{place(name, dimensions, at)}: stands twice"
        shown.add(at)
        if cell.get("value") != str(expected.get(at, 0)):
            yield f"{place(name, dimensions, at)}: {cell.get('value')} in the release, {expected.get(at, 0)} in the records"
    for at in expected.keys() - shown:
        yield f"{place(name, dimensions, at)}: missing from the release, {expected[at]} in the records"


def main(arguments):
    if len(arguments) not in (1, 2):
        print(__doc__.split("\n\n")[1].strip(), file=sys.stderr)
        return 2
    extract = Path(arguments[1]) if len(arguments) == 2 else HERE / "extract" / "crimes.csv"
    try:
        release = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
        with open(extract, encoding="utf-8", newline="") as file:
            records = list(csv.DictReader(file))
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    tables = {table["id"]: table for table in release["tables"]}
    faults = [f"{name}: no such table in the release" for name in TABLES if name not in tables]
    faults += [f"{name}: a table that nobody asked for" for name in tables if name not in TABLES]
    for name, table in tables.items():
        if name in TABLES:
            faults += sorted(compare(table, records))
    for fault in faults:
        print(fault)
    if not faults:
        print(f"{sum(len(table['cells']) for table in tables.values())} cells of {len(tables)} tables agree")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
