"""The measure that `cargo xtask bench tables` holds Candour's tables against: DuckDB, on the same file.

    tables.py make RECORDS.parquet                          writes twenty million made-up records
    tables.py run RECORDS.parquet CELLS.csv FORM THREADS  answers as `candour-bench-tables` does

FORM is `cube`, as one would write it: GROUP BY CUBE over the records, with months as date_trunc makes them; `base`, the finest
cells first and CUBE over those; or `number`, `cube` with months as small numbers, which DuckDB groups fastest. A run leaves
its cells in a temporary table: they stay in DuckDB's memory, as Candour's stay in its own, and are not turned into Python.
"""

import os
import sys
import time

import duckdb

ROWS = 20_000_000
DAYS = 3652  # 2014-01-01 to 2023-12-31

# In order of date, as records are taken down. Codes are uneven, as groups and places are; `hash` makes them the same
# on every machine. The table reads four columns; the others stand for what a real record has besides.
MAKE = f"""
COPY (
    SELECT
        unhex(md5(i::VARCHAR)) AS offence_id,
        DATE '2014-01-01' + (i * {DAYS} // {ROWS})::INTEGER AS recorded,
        ((hash(i, 1) % 1000) * (hash(i, 2) % 1000) * 12 // 1000000)::INTEGER AS offence_group,
        (hash(i, 3) % 180)::INTEGER AS offence_code,
        ((hash(i, 4) % 1000 + hash(i, 5) % 1000) * 32 // 2000)::INTEGER AS borough,
        CASE WHEN hash(i, 6) % 100 < 45 THEN 0 WHEN hash(i, 6) % 100 < 88 THEN 1 WHEN hash(i, 6) % 100 < 90 THEN 2 ELSE 3
            END::INTEGER AS gender,
        (hash(i, 7) % 90)::BIGINT AS age,
        (hash(i, 8) % 500000 / 100)::DECIMAL(18, 2) AS property_value
    FROM range({ROWS}) AS numbers(i)
) TO $path (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 1000000)
"""

KEYS = "offence_group, borough, month, gender"


def fine(month):
    return f"""
        SELECT offence_group, borough, {month} AS month, gender, count(*) AS records
        FROM read_parquet($path)
    """


MONTH = "date_trunc('month', recorded)"
NUMBER = "((year(recorded) - 2014) * 12 + month(recorded) - 1)::UTINYINT"

FORMS = {
    "cube": f"{fine(MONTH)} GROUP BY CUBE ({KEYS})",
    "base": f"""
        WITH fine AS MATERIALIZED ({fine(MONTH)} GROUP BY {KEYS})
        SELECT {KEYS}, sum(records)::BIGINT AS records FROM fine GROUP BY CUBE ({KEYS})
    """,
    "number": f"{fine(NUMBER)} GROUP BY CUBE ({KEYS})",
}

# A total is empty and comes last; months by position.
CELLS = """
COPY (
    SELECT offence_group, borough, {month} AS month, gender, records
    FROM cells
    ORDER BY offence_group NULLS LAST, borough NULLS LAST, month NULLS LAST, gender NULLS LAST
) TO $path (FORMAT csv, HEADER false)
"""


def make(path):
    unfinished = path + ".part"
    duckdb.execute(MAKE, {"path": unfinished})
    os.replace(unfinished, path)


def run(path, cells, form, threads):
    connection = duckdb.connect()
    connection.execute(f"SET threads = {int(threads)}")

    def once():
        start = time.perf_counter()
        connection.execute(f"CREATE OR REPLACE TEMP TABLE cells AS {FORMS[form]}", {"path": path})
        seconds = time.perf_counter() - start
        found, records = connection.execute("SELECT count(*), sum(records) FROM cells").fetchone()
        return f"{seconds} {found} {records}"

    line = once()
    month = "month" if form == "number" else "(year(month) - 2014) * 12 + month(month) - 1"
    connection.execute(CELLS.format(month=month), {"path": cells})
    print(line, flush=True)
    for _ in sys.stdin:
        print(once(), flush=True)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["make", path]:
            make(path)
        case ["run", path, cells, form, threads]:
            run(path, cells, form, threads)
        case _:
            sys.exit(__doc__)
