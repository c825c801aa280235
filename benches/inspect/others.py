"""Gives the files of Candour's tests to other programs that look for hidden data, and writes what each says of the carrier in them.

others.py FOLDER TABLE reads FOLDER/MANIFEST.tsv (file, carrier, format, test), which the tests write (crates/inspect/tests/it/kept.rs), and writes TABLE: a
line for each carrier, format and test, and in it a column for each program with the first thing that it says because of the carrier; nothing where it says
nothing. A line whose carrier is `-` is of files that hide nothing; what stands there is a false alarm. `cargo xtask bench others` does it all.

What a program says is split into statements: lines, tags, counts. A carrier counts as found by a program if, of one of the test's files that have it,

- it makes a statement that it does not make of the bare file of that format, which hides nothing and is otherwise the same; and
- the statement tells of the carrier: it matches what `TELLS` has for the program and the carrier, the program's own words or the value that was hidden.

A list of the names of all entries of an archive is no finding, except where the name is what is amiss; nor is an error, except where it names what is amiss. Statements that are new but do not count are written to FOLDER/UNJUDGED.txt, for a reader to see whether TELLS is fair.
"""

import collections
import concurrent.futures
import importlib.metadata
import pathlib
import re
import subprocess
import sys
import zipfile
from xml.etree import ElementTree

TAG = r"(?!\S*Error: )\S+: "
# What tells of a carrier, program by program.
TELLS = {
    "exiftool": {
        "archive-comment": r"\[(File|ZIP)\] .*Comment",
        "archive-times": r"\[ZIP\] ZipModifyDate",
        "author": r"\[XML\] .*Creator",
        "custom-property": r"\[XML\]",
        "duplicate-entry": r"\[ZIP\] ZipFileName: (XL/|xl\\|\./)",
        "html-metadata": r"\[HTML.*\] Author",
        "image-comment": r"\[File\] Comment|\[PNG\] Author",
        "image-metadata": r"\[(IFD\d|GPS|IPTC|Photoshop|XMP.*)\]|\[PNG\] ModifyDate",
        "image-position": r"\[GPS\]",
        "image-surplus": r"\[(MPF|MPImage)\d*\]",
        "image-thumbnail": r"\[.*\] Thumbnail",
        "label": r"\[XML\]",
        "odd-entry-name": r"\[ZIP\] ZipFileName: \.\./",
        "pdf-broken-structure": r"\[ExifTool\] Warning: Invalid xref",
        "pdf-form": r"\[PDF\] HasXFA",
        "pdf-metadata": r"\[PDF\] Author|\[XMP.*\]",
        "property": r"\[XML\]",
        "svg-description": r"\[SVG\] Desc",
        "svg-editor-data": r"\[(XMP|RDF).*\]|\[SVG\] Metadata",
        "system-leftover": r"\[ZIP\] ZipFileName: \[trash\]",
        "text-encoding": r"\[File\] MIMEEncoding: utf-16",
        "thumbnail": r"\[.*\] (Thumbnail|Preview)",
        "trailing-bytes": r"\[ExifTool\] Warning.*[Tt]railer",
    },
    # Whatever it shows of a file it calls harmful.
    "mat2": dict.fromkeys(
        [
            "archive-comment", "archive-extra-fields", "archive-times", "author", "custom-property", "html-comment", "html-metadata", "image-comment",
            "image-thumbnail", "label", "pdf-metadata", "property", "svg-description", "svg-editor-data", "thumbnail",
        ],
        TAG,
    ) | {
        "image-metadata": r"(?!ExifByteOrder)\S+: ", "image-position": r"GPS.*: ",
        "header-disagreement": r"\S+: File name in directory", "trailing-bytes": r"Warning: .*[Tt]railer",
    },
    "oletools": {
        "attached-template": r"oleobj: .*attachedTemplate",
        "csv-formula": r"msodde: .*cmd",
        "embedded-file": r"oleobj: .*extract file embedded|oleobj: .*records\.csv",
        "external-link": r"msodde: .*joan",
        "header-disagreement": r"\w+: \S+: File name in directory",
        "html-external": r"olevba: IOC",
        "live-field": r"msodde: .*(DDEAUTO|MERGEFIELD)",
        "macro": r"oleid: VBA Macros \|Yes",
        "outside-target": r"oleobj: .*external link",
        "pdf-link": r"olevba: IOC",
    },
    "x-ray": {"pdf-covered-text": "under a rectangle"},
    "receiving-side analyser": {
        "data-model": "data_model", "defined-name": "named_ranges", "external-link": "external_links", "hidden-column": "hidden_columns",
        "hidden-row": "hidden_rows", "hidden-sheet": "hidden_sheets", "pivot-cache": "pivot_cache",
    },
}
# What is an alarm if it is said of a file that hides nothing: what the program would say of one of its carriers. Times that an archive does not have and tags of
# every picture are none.
ALARMS = {tool: "|".join(tells.values()) for tool, tells in TELLS.items()}
ALARMS["exiftool"] = r"(?!\[ZIP\] ZipModifyDate: 1980:01:01 00:00:00)(" + ALARMS["exiftool"] + ")"
# What differs between any two files; it does not go to UNJUDGED.txt.
NOISE = {
    "exiftool": r"\[System\]|\[ZIP\] Zip(CRC|\w+Size|FileName)|\[File\] (Row|Column|Word|Line)Count",
    "oletools": r"\w+: (\w+: |Traceback|During handling|ERROR|WARNING|VBA Macros \|Error|[\w/]*/carriers/|[\w/]*/a\.|file |macros: |not a |supported |cannot |\S+Error: )",
}


def lines_of(command, path):
    """What a program prints of a file, line by line, without the file's path."""
    done = subprocess.run([*command, path], stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=120)
    text = (done.stdout + done.stderr).replace(str(path), "FILE")
    # Of what a Python program says when it breaks off only the first and the last line.
    text = re.sub(r"(?m)(^Traceback .*\n)(?: .*\n)+", r"\1", text)
    return [re.sub(r"\s+", " ", line).strip(" |+-=") for line in text.splitlines()]


def exiftool(path):
    """Every tag, also unknown ones, those that stand twice, and those of embedded files."""
    return [re.sub(r"\s*: ", ": ", line, count=1) for line in lines_of(["exiftool", "-a", "-u", "-ee3", "-G1", "-s"], path)]


def mat2(path):
    return lines_of(["mat2", "--no-sandbox", "--show"], path)


def oletools(path):
    """The reports of four of its programs; what oleobj takes out goes to a folder of its own."""
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


def versions():
    line = lambda *command: subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[-1]
    yield "exiftool", line("exiftool", "-ver")
    yield "mat2", line("mat2", "--version")
    yield from ((name, importlib.metadata.version(name)) for name in ("oletools", "x-ray"))
    # Of the file that has the rule, gems/excel_analyzer/lib/excel_analyzer/metadata.rb.
    yield "receiving-side analyser", "rule of commit 1f0920d"


def kind(label):
    """The format in a label such as "XLSX (strict)" or "ZIP, XLSX in it"."""
    return re.match(r"\w+", label).group().upper()


def shown(lines):
    """The first of these, in plain letters and of one length."""
    return re.sub(r"[^ -~]", "?", lines[0])[:80].strip() if lines else ""


def main():
    folder, table = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    rows = sorted({tuple(line.split("\t")) for line in (folder / "MANIFEST.tsv").read_text().splitlines()})
    files = sorted({row[0] for row in rows})
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        made = pool.map(lambda file: {tool: [line for line in says(folder / file) if line] for tool, says in SAYS.items()}, files)
        said = dict(zip(files, made))
    bare = {}
    for file, _, label, test in rows:
        if test == "carriers::files_that_hide_nothing_pass":
            bare.setdefault(kind(label), file)
            bare[kind(label), pathlib.Path(file).suffix] = file
    tests, lines, unjudged = collections.defaultdict(list), [], set()
    for file, carrier, label, test in rows:
        if carrier != "-":
            tests[carrier, label, test].append(file)
    for (carrier, label, test), having in tests.items():
        cells = []
        for tool, tells in TELLS.items():
            counted = []
            for file in having:
                twin = bare.get((kind(label), pathlib.Path(file).suffix), bare[kind(label)])
                new = [line for line in said[file][tool] if line not in said[twin][tool]]
                counted += [line for line in new if re.match(tells.get(carrier, "(?!)"), line)]
                unjudged.update((tool, carrier, label, line) for line in new if line not in counted and not re.match(NOISE.get(tool, "(?!)"), line))
            cells.append(shown(counted))
        lines.append([carrier, label, test, *cells])
    # Each file once, whatever tests made it; of such a file all that is said counts, even if it is said of every one of its format.
    clean = {file: ["-", label, test] for file, carrier, label, test in reversed(rows) if carrier == "-"}
    lines += [row + [shown([line for line in said[file][tool] if re.match(alarm, line)]) for tool, alarm in ALARMS.items()] for file, row in clean.items()]
    with open(table, "w") as out:
        for tool, version in versions():
            print("#", tool, version, sep="\t", file=out)
        print("carrier", "format", "test", *TELLS, sep="\t", file=out)
        for line in sorted(lines):
            print(*line, sep="\t", file=out)
    with open(folder / "UNJUDGED.txt", "w") as out:
        for row in sorted(unjudged):
            print(*row, sep="\t", file=out)


main()
