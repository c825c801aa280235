"""Writes an accessible workbook of statistics with gptables, as a public body would: ordinary.py FILE."""

import sys

import gptables
import pandas

areas = [f"Area {number}" for number in range(1, 31)]
figures = {str(year): [(row * 37 + year) % 900 + 10 for row in range(len(areas))] for year in range(2019, 2025)}
table = gptables.GPTable(
    table=pandas.DataFrame({"Area": areas, **figures, "Note": ["[c]"] * len(areas)}),
    table_name="offences_by_area",
    title="Offences by area $$note1$$",
    subtitles=["Number of offences, 2019 to 2024"],
    scope="An area",
    source="Crime system",
    index_columns={1: 0},
    legend=["[c] confidential"],
)
gptables.write_workbook(
    filename=sys.argv[1],
    sheets={"Table 1": table},
    cover=gptables.Cover(cover_label="Cover", title="Offences", intro=["About this workbook."], about=["Made up."], contact=["foi@example.org"]),
    notes_table=pandas.DataFrame({"Note reference": ["note1"], "Note text": ["Figures are provisional."]}),
    contentsheet_label="Contents",
)
