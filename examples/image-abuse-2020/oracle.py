#!/usr/bin/env python3
"""Recounts the four published tables from the CSV records, and compares.

An independent check of the example: it shares no code and no definition file with the program that it checks, and
needs nothing but Python's standard library. Exit code 0: every cell is equal. Exit code 1: the differences are printed.
"""

import csv
import sys
from collections import Counter
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent

OFFENCE_CODE = "008/71"
GENDERS = {"F": "Female", "M": "Male", "X": "Another gender"}
PROCEEDINGS_TYPES = {
    "CA": "Caution - Adult",
    "CC": "Caution - Conditional",
    "CH": "Charge / further charge",
    "PCR": "Postal Charge Requisition",
    "YC": "Youth Caution",
}


def main():
    offences = {
        row["offence_id"]: date.fromisoformat(row["recorded_date"])
        for row in read("extract", "offences")
        if row["ho_code"] == OFFENCE_CODE and row["record_status"] != "cancelled"
    }
    weeks = [
        (date.fromisoformat(row["period_start"]), date.fromisoformat(row["period_end"]))
        for row in read("published", "offences-by-week")
    ]
    tables = {
        "offences-by-week": (offences_by_week(offences, weeks), 3),
        "victims-by-gender-age": (victims_by_gender_age(offences, weeks), 3),
        "proceedings-by-type-month": (proceedings_by_type_month(offences, weeks), 2),
        "offences-by-calendar-year": (offences_by_calendar_year(offences), 1),
    }

    cells = 0
    differences = []
    for name, (counted, dimensions) in tables.items():
        published = published_cells(name, dimensions)
        cells += len(published)
        differences += compare(name, published, counted)

    for difference in differences:
        print(difference)
    if differences:
        return 1
    print(f"oracle: {len(tables)} tables, {cells} cells, all equal")
    return 0


def offences_by_week(offences, weeks):
    """Offences recorded in each weekly period."""
    counted = Counter()
    for recorded in offences.values():
        for first, last in weeks:
            if first <= recorded <= last:
                counted[(str(first.year), str(first), str(last))] += 1
    return counted


def victims_by_gender_age(offences, weeks):
    """Victim records of the offences recorded in the weekly periods, where gender and age are recorded."""
    counted = Counter()
    for row in read("extract", "victims"):
        recorded = offences.get(row["offence_id"])
        if recorded is None or not any(first <= recorded <= last for first, last in weeks):
            continue
        if row["gender"] in ("", "U") or row["age"] == "":
            continue
        counted[(GENDERS[row["gender"]], age_group(int(row["age"])), str(recorded.year))] += 1
    return counted


def proceedings_by_type_month(offences, weeks):
    """Proceedings dated in the latest year's weekly periods, whenever the offence was recorded."""
    latest = max(first.year for first, _ in weeks)
    start = min(first for first, _ in weeks if first.year == latest)
    end = max(last for _, last in weeks if last.year == latest)
    counted = Counter()
    for row in read("extract", "proceedings"):
        day = date.fromisoformat(row["proceedings_date"])
        if row["offence_id"] in offences and start <= day <= end:
            counted[(PROCEEDINGS_TYPES[row["proceedings_type"]], day.strftime("%Y-%m"))] += 1
    return counted


def offences_by_calendar_year(offences):
    """Offences recorded in each calendar year from 2015 to 2019."""
    return Counter((str(recorded.year),) for recorded in offences.values() if 2015 <= recorded.year <= 2019)


def age_group(age):
    if age >= 60:
        return "60+"
    youngest = age // 10 * 10
    return f"{youngest}-{youngest + 9}"


def published_cells(name, dimensions):
    """The published figures by their first columns; the figure is the last column."""
    return {tuple(list(row.values())[:dimensions]): int(list(row.values())[-1]) for row in read("published", name)}


def compare(name, published, counted):
    """One line for each cell that differs. A cell that is not published must count nothing."""
    for cell in sorted(published.keys() | counted.keys()):
        expected, found = published.get(cell, 0), counted.get(cell, 0)
        if expected != found:
            yield f"{name}: {' | '.join(cell)}: published {expected}, counted {found}"


def read(folder, name):
    # "utf-8-sig" drops the byte-order mark where there is one; newline="" leaves line breaks inside quotes to csv.
    with open(HERE / folder / f"{name}.csv", encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, strict=True))


if __name__ == "__main__":
    sys.exit(main())
