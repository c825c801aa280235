"""What openpyxl reads of a workbook, as JSON: each sheet's rows, tables and what should not be there."""

import json
import sys

import openpyxl
from openpyxl.utils.escape import unescape


def held(value):
    """A text as Excel has it: openpyxl leaves the form `_x0041_` to its caller."""
    return unescape(value) if isinstance(value, str) else value


book = openpyxl.load_workbook(sys.argv[1])
sheets = []
for sheet in book.worksheets:
    rows = [[held(cell.value) for cell in row] for row in sheet.iter_rows()]
    kinds = [[cell.data_type for cell in row] for row in sheet.iter_rows()]
    formats = [[cell.number_format for cell in row] for row in sheet.iter_rows()]
    tables = {table.name: {"ref": table.ref, "filter": table.autoFilter is not None} for table in sheet.tables.values()}
    links = [[link.ref, link.location, link.target] for link in sheet._hyperlinks]
    sheets.append(
        {
            "name": sheet.title,
            "rows": rows,
            "kinds": kinds,
            "formats": formats,
            "tables": tables,
            "links": links,
            "merged": [str(merged) for merged in sheet.merged_cells.ranges],
            "hidden": sheet.sheet_state != "visible",
        }
    )
about = book.properties
json.dump(
    {
        "sheets": sheets,
        "title": about.title,
        "creator": about.creator,
        "language": about.language,
        "created": about.created.isoformat(),
        "modified": about.modified.isoformat(),
        "names": list(book.defined_names),
    },
    sys.stdout,
)
