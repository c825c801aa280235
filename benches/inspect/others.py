"""Gives the files of Candour's tests to other programs that look for hidden data, and writes what each says of the carrier in them.

others.py FOLDER TABLE reads FOLDER/MANIFEST.tsv (file, carrier, format, test), which the tests write (crates/inspect/tests/it/kept.rs), and writes TABLE: a
line for each carrier, format and test, a column for each program, and in it the first thing that the program says because of the carrier; nothing where it says
nothing. The carrier `-` is a file that hides nothing; what stands there would be a false alarm. `cargo xtask bench others` does it all.

What a program says is split into statements (lines, tags, counts). A statement is made because of the carrier if

- the program does not make it of the bare file of the same format (which hides nothing: it has the same visible content and no carrier), and
- it is not among those that tell how long or how packed a file is, which differ between any two files (`NOISE`), and
- it tells of this carrier and not of another thing that the file's maker left out or broke (`BESIDE`, judged by reading all of them).

A carrier counts as found if a statement is made of one of the test's files that have it. A program that does not read a format says nothing of it.
"""

import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import zipfile
from xml.etree import ElementTree

TOOLS = ["exiftool", "mat2", "oletools", "x-ray", "receiving-side analyser"]

# Of the file as a file: its name, times on the disk, size, checksum.
NOISE = {
    "exiftool": r"\[(System|ExifTool)\] (?!Warning|Error)|\[ZIP\] Zip(CRC|CompressedSize|UncompressedSize)\b",
}
BESIDE = {}


def lines_of(command, path):
    """What a program prints of a file, line by line, without the file's path."""
    done = subprocess.run([*command, path], stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=120)
    text = (done.stdout + done.stderr).replace(str(path), "FILE")
    return [re.sub(r"\s+", " ", line).strip(" |+-=") for line in text.splitlines()]


def exiftool(path):
    """Every tag, also unknown ones, those that stand twice, and those of embedded files."""
    return [re.sub(r"\s*: ", ": ", line, count=1) for line in lines_of(["exiftool", "-a", "-u", "-ee3", "-G1", "-s"], path)]


def mat2(path):
    return lines_of(["mat2", "--no-sandbox", "--show"], path)


def oletools(path):
    """The reports of its four programs for documents; what oleobj takes out goes to a folder of its own."""
    programs = pathlib.Path(sys.executable).parent
    taken = path.parent / "taken"
    taken.mkdir(exist_ok=True)
    commands = {"olevba": ["-a"], "oleobj": ["-d", str(taken)], "msodde": ["-f"], "oleid": []}
    return [f"{name}: {line}" for name, options in commands.items() for line in lines_of([programs / name, *options], path) if line]


def xray(path):
    """The texts under rectangles. A run of its own for each file: a broken picture ends it."""
    printed = "\n".join(lines_of([pathlib.Path(sys.executable).parent / "xray"], path)) if path.suffix == ".pdf" else ""
    return [f"under a rectangle: {text}" for text in re.findall(r'"text": "(.*)"', printed)]


def analyser(path):
    """The counts of `excel_analyzer` (mySociety's Alaveteli), made anew from what its source counts in an .xlsx file.

    Data models are the parts in xl/model; links, names and pivot caches are those that the workbook lists; sheets count if they are not visible; rows and columns if
    they are hidden and a cell in them is not empty. Namespaces are not looked at here, so that a workbook in the strict form counts too.
    """
    counts = collections.Counter()
    try:
        with zipfile.ZipFile(path) as parts:
            names = parts.namelist()
            book = ElementTree.fromstring(parts.read("xl/workbook.xml"))
            sheets = [ElementTree.fromstring(parts.read(name)) for name in names if re.fullmatch(r"xl/worksheets/[^/]*\.xml", name)]
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, NotImplementedError, OSError):
        return []
    every = lambda tree, name: [node for node in tree.iter() if node.tag.rsplit("}", 1)[-1] == name]
    hidden = lambda node: node.get("hidden") in ("1", "true")
    counts["data_model"] = sum(name.startswith("xl/model/") for name in names)
    counts["external_links"] = len(every(book, "externalReference"))
    counts["named_ranges"] = len(every(book, "definedName"))
    counts["pivot_cache"] = len(every(book, "pivotCache"))
    counts["hidden_sheets"] = sum(sheet.get("state", "visible") != "visible" for sheet in every(book, "sheet"))
    for sheet in sheets:
        filled = lambda node: any((value.text or "").strip() for kind in ("v", "t") for value in every(node, kind))
        counts["hidden_rows"] += sum(hidden(row) and filled(row) for row in every(sheet, "row"))
        used = {column(cell.get("r", "")) for cell in every(sheet, "c") if filled(cell)}
        for span in filter(hidden, every(sheet, "col")):
            counts["hidden_columns"] += sum(int(span.get("min")) <= at <= int(span.get("max")) for at in used)
    return [f"{sign}: {count}" for sign, count in counts.items() if count]


def column(cell):
    """The number of a cell's column: A1 is in 1."""
    number = 0
    for letter in re.match("[A-Z]*", cell).group():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


SAYS = {
    "exiftool": exiftool,
    "mat2": mat2,
    "oletools": oletools,
    "x-ray": xray,
    "receiving-side analyser": lambda path: analyser(path) if path.suffix.lower() == ".xlsx" else [],
}


def kind(label):
    """The format in a label such as "XLSX (strict)" or "ZIP, XLSX in it"."""
    return re.match(r"\w+", label).group().upper()


def main():
    folder, table = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    rows = sorted({tuple(line.split("\t")) for line in (folder / "MANIFEST.tsv").read_text().splitlines()})
    said = {}
    for file in sorted({row[0] for row in rows}):
        said[file] = {tool: [line for line in SAYS[tool](folder / file) if line and not re.match(NOISE.get(tool, "(?!)"), line)] for tool in TOOLS}
    json.dump({"said": said, "rows": rows}, open("/tmp/wt3-said.json", "w"), indent=1)


main()
