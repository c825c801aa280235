"""Makes ordinary files that hide nothing, with the programs that people make files with.

ordinary.py FOLDER [CSV]... writes the tables of the CSV files (their first rows), or made-up ones, with each program into a folder of its own below
FOLDER. It needs openpyxl, xlsxwriter, gptables, pandas, python-docx, odfpy, reportlab and matplotlib from PyPI, and LibreOffice and Chromium.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

import pandas as pd

ROWS = 60
COLUMNS = 8


def tables(paths):
    if not paths:
        for number in range(1, 7):
            areas = [f"Area {row}" for row in range(20 + number)]
            figures = {str(year): [(row * 37 + year * number) % 900 + 10 for row in range(len(areas))] for year in range(2019, 2025)}
            yield f"table{number}", pd.DataFrame({"Area": areas, **figures})
    for path in paths:
        frame = pd.read_csv(path, nrows=ROWS).iloc[:, :COLUMNS]
        yield pathlib.Path(path).stem[:24], frame.dropna(axis=1, how="all").fillna("-")


def with_openpyxl(folder, name, frame):
    from openpyxl import Workbook
    from openpyxl.chart import BarChart, Reference
    from openpyxl.styles import Font, PatternFill

    book = Workbook()
    sheet = book.active
    sheet.title = "Table"
    sheet.append(list(frame.columns))
    for row in frame.itertuples(index=False):
        sheet.append([value.item() if hasattr(value, "item") else value for value in row])
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor="1F497D")
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions
    book.save(folder / f"{name}.xlsx")
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=10), titles_from_data=True)
    sheet.add_chart(chart, "K2")
    book.save(folder / f"{name}-chart.xlsx")


def with_xlsxwriter(folder, name, frame):
    with pd.ExcelWriter(folder / f"{name}.xlsx", engine="xlsxwriter") as writer:
        frame.to_excel(writer, sheet_name="Table", index=False)
        book, sheet = writer.book, writer.sheets["Table"]
        sheet.add_table(0, 0, len(frame), len(frame.columns) - 1, {"columns": [{"header": str(column)} for column in frame.columns]})
        sheet.set_column(0, len(frame.columns) - 1, 18, book.add_format({"num_format": "#,##0"}))
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": ["Table", 1, len(frame.columns) - 1, 9, len(frame.columns) - 1]})
        sheet.insert_chart("K2", chart)


def with_gptables(folder, name, frame):
    import gptables as gpt

    frame = frame.copy()
    frame.columns = [str(column) for column in frame.columns]
    table = gpt.GPTable(
        table=frame, table_name="table_1", title="Offences by area $$note1$$", subtitles=["Made for a test"], scope="England",
        source="Made up", index_columns={1: 0}, instructions="The table has one header row.",
    )
    cover = gpt.Cover(cover_label="Cover", title="Offences", intro=["About this workbook."], about=["Made up."], contact=["someone@example.org"])
    notes = pd.DataFrame({"Note reference": ["note1"], "Note text": ["Figures are provisional."]})
    gpt.write_workbook(filename=str(folder / f"{name}.xlsx"), sheets={"Table 1": table}, cover=cover, notes_table=notes, contentsheet_label="Contents")


def with_pandas(folder, name, frame):
    frame.to_csv(folder / f"{name}.csv", index=False)
    frame.to_csv(folder / f"{name}.tsv", index=False, sep="\t")
    frame.to_excel(folder / f"{name}.xlsx", index=False)
    frame.to_json(folder / f"{name}.json", orient="records")
    frame.to_html(folder / f"{name}.html", index=False)
    (folder / f"{name}.txt").write_text(frame.to_string(index=False))


def with_python_docx(folder, name, frame):
    import docx

    document = docx.Document()
    document.add_heading("Offences by area", 0)
    document.add_paragraph("You asked how many offences were recorded. The table below has them.")
    table = document.add_table(rows=1, cols=len(frame.columns), style="Table Grid")
    for cell, column in zip(table.rows[0].cells, frame.columns):
        cell.text = str(column)
    for row in frame.head(12).itertuples(index=False):
        for cell, value in zip(table.add_row().cells, row):
            cell.text = str(value)
    document.save(folder / f"{name}.docx")


def with_odfpy(folder, name, frame):
    from odf.opendocument import OpenDocumentSpreadsheet, OpenDocumentText
    from odf.table import Table, TableCell, TableRow
    from odf.text import H, P

    sheet, letter = OpenDocumentSpreadsheet(), OpenDocumentText()
    table = Table(name="Table")
    for row in [list(frame.columns), *frame.values.tolist()]:
        line = TableRow()
        for value in row:
            number = isinstance(value, (int, float))
            cell = TableCell(valuetype="float", value=value) if number else TableCell(valuetype="string")
            cell.addElement(P(text=str(value)))
            line.addElement(cell)
        table.addElement(line)
    sheet.spreadsheet.addElement(table)
    sheet.save(str(folder / f"{name}.ods"))
    letter.text.addElement(H(outlinelevel=1, text="Offences by area"))
    letter.text.addElement(P(text="You asked how many offences were recorded."))
    letter.save(str(folder / f"{name}.odt"))


def with_reportlab(folder, name, frame):
    from reportlab.graphics.charts.barcharts import VerticalBarChart
    from reportlab.graphics.shapes import Drawing
    from reportlab.lib import colors
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

    style = getSampleStyleSheet()
    rows = [[str(value)[:20] for value in row] for row in [list(frame.columns), *frame.values.tolist()]]
    looks = [("BACKGROUND", (0, 0), (-1, 0), colors.darkblue), ("TEXTCOLOR", (0, 0), (-1, 0), colors.white), ("GRID", (0, 0), (-1, -1), 0.5, colors.grey)]
    drawing, chart = Drawing(400, 150), VerticalBarChart()
    chart.data, chart.width, chart.height = [[3, 5, 8, 2]], 300, 120
    drawing.add(chart)
    story = [Paragraph("Offences by area", style["Title"]), Table(rows, repeatRows=1, style=TableStyle(looks)), drawing]
    SimpleDocTemplate(str(folder / f"{name}.pdf"), pagesize=landscape(A4), title="Offences by area").build(story)


def with_matplotlib(folder, name, frame):
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots()
    numbers = frame.select_dtypes("number")
    heights = numbers.iloc[:10, -1] if len(numbers.columns) else range(10)
    axes.bar(range(len(heights)), heights)
    axes.set_title("Offences by area")
    for ending in ["png", "pdf", "svg", "jpg"]:
        figure.savefig(folder / f"{name}.{ending}")
    plt.close(figure)


def office(source, ending, folder, filters=None):
    with tempfile.TemporaryDirectory() as home:
        subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{home}", "--headless", "--convert-to", ending, "--outdir", str(folder), *map(str, source)],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )


def chromium(source, folder):
    for page in source:
        with tempfile.TemporaryDirectory() as home:
            subprocess.run(
                ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={home}", "--no-pdf-header-footer", f"--print-to-pdf={folder / (page.stem + '.pdf')}", page.absolute().as_uri()],
                check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )


def main():
    root = pathlib.Path(sys.argv[1])
    makers = {
        "openpyxl": with_openpyxl, "xlsxwriter": with_xlsxwriter, "gptables": with_gptables, "pandas": with_pandas, "python-docx": with_python_docx,
        "odfpy": with_odfpy, "reportlab": with_reportlab, "matplotlib": with_matplotlib,
    }
    for name, frame in tables(sys.argv[2:]):
        for program, make in makers.items():
            folder = root / program
            os.makedirs(folder, exist_ok=True)
            try:
                make(folder, name, frame)
            except Exception as error:
                print(f"{program} cannot write {name}: {error}", file=sys.stderr)
    made = lambda program, ending: sorted((root / program).glob(f"*.{ending}"))
    libre = root / "libreoffice"
    for source, endings in [
        (made("pandas", "csv"), ["xlsx", "ods", "pdf", "html", "fods"]),
        (made("python-docx", "docx"), ["odt", "pdf"]),
        (made("odfpy", "odt"), ["docx"]),
        (made("openpyxl", "xlsx"), ["ods", "pdf"]),
    ]:
        for ending in endings:
            folder = libre / f"{source[0].suffix[1:]}-to-{ending}"
            os.makedirs(folder, exist_ok=True)
            office(source, ending, folder)
    folder = root / "chromium"
    os.makedirs(folder, exist_ok=True)
    chromium(made("pandas", "html"), folder)


main()
