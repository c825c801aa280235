"""Writes the table of `candour-bench-release` with gptables, from PyPI, and tells how long that took.

    release.py TABLE.csv TABLES.xlsx

The table is in memory before the clock starts. Standard output gets one line of JSON: seconds, the processor's seconds, and the most memory that the
process held.
"""

import json
import resource
import sys
import time
import warnings

import gptables
import pandas

# It warns of each cell.
warnings.simplefilter("ignore")

table, written = sys.argv[1:]
frame = pandas.read_csv(table)
for column in frame.columns[1:]:
    frame[column] = [int(value) if value.isdigit() else value for value in frame[column].astype(str)]

began, given = time.perf_counter(), time.process_time()
sheet = gptables.GPTable(
    table=frame,
    table_name="records",
    title="Records by area and quarter",
    scope="Made up",
    source="A system",
    index_columns={1: 0},
    legend=["[c]: withheld so that nobody can be identified."],
)
cover = gptables.Cover(cover_label="Cover", title="Records", width=80)
gptables.write_workbook(filename=written, sheets={"Table 1": sheet}, cover=cover, contentsheet_label="Contents")
took, used = time.perf_counter() - began, time.process_time() - given
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"all": took, "processor": used, "peak_kib": peak}))
