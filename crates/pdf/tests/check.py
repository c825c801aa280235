"""Has independent programs read the PDFs in a folder: outloud and pdfua (PyPI), qpdf, and poppler's pdfinfo and pdftotext.

Run by `cargo xtask test`, with the Python that has both packages. Ends with 1 at the first fault.
"""

import pathlib
import re
import subprocess
import sys

import pikepdf


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def check(pdf: pathlib.Path) -> str:
    tools = pathlib.Path(sys.executable).parent
    name = str(pdf)
    # TBL-004 of outloud 0.2.1 forgets cells that end in the row that it counts, to the right of all that begin there. The same is
    # checked below.
    run(str(tools / "outloud"), "--quiet", "--skip", "TBL-004", name)
    tables_close(pdf)
    run(str(tools / "pdfua"), "check", name)
    run("qpdf", "--check", name)
    info = run("pdfinfo", name)
    for line in ("Title: .*Parking penalties", "Author: .*Abbeyshire County Council", "Tagged: .*yes", "JavaScript: .*no"):
        if not re.search(line, info):
            sys.exit(f"{pdf.name}: pdfinfo does not say {line!r}:\n{info}")
    return run("pdfinfo", "-struct-text", name)


def tables_close(pdf: pathlib.Path) -> None:
    """Every row of a table fills as many columns, with what spans into it, and no two cells stand in one place."""
    document = pikepdf.open(pdf)
    for table in elements(document.Root.StructTreeRoot, "/Table"):
        taken = {}
        for y, row in enumerate(elements(table, "/TR")):
            for cell in row.K:
                x = next(x for x in range(1_000) if (x, y) not in taken)
                for place in [(x + i, y + j) for i in range(span(cell, "/ColSpan")) for j in range(span(cell, "/RowSpan"))]:
                    if place in taken:
                        sys.exit(f"{pdf.name}: two cells of a table stand in the column and row {place}")
                    taken[place] = True
        rows = {}
        for x, y in taken:
            rows.setdefault(y, set()).add(x)
        columns = {frozenset(row) for row in rows.values()}
        if len(columns) != 1 or len(rows) != y + 1:
            sys.exit(f"{pdf.name}: the rows of a table are not all of one width")


def elements(element, kind: str):
    """The elements of a kind below another, in reading order."""
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            if kid.S == kind:
                yield kid
            else:
                yield from elements(kid, kind)


def span(cell, name: str) -> int:
    attributes = cell.get("/A", [])
    attributes = attributes if isinstance(attributes, pikepdf.Array) else [attributes]
    return max([int(group[name]) for group in attributes if isinstance(group, pikepdf.Dictionary) and name in group], default=1)


def expect(pdf: str, said: str, parts: list[str]) -> None:
    """Each part stands in what was said, after the part before it."""
    at = 0
    for part in parts:
        found = said.find(part, at)
        if found < 0:
            sys.exit(f"{pdf}: `{part}` is missing, or is not read after what stands before it")
        at = found + len(part)


def main() -> None:
    folder = pathlib.Path(sys.argv[1])
    pdfs = sorted(folder.glob("*.pdf"))
    if not pdfs:
        sys.exit(f"there is no PDF in {folder}")
    structures = {pdf.stem: check(pdf) for pdf in pdfs}
    release = re.sub(r"\s+", " ", structures["release"])
    order = ["H1", "Parking penalties", "FOI 2026/0417", "Link", "H2", "The answer", "Caption", "Table 1", "[c] means", "Table", "TH", "Ward", "/Scope /Row"]
    order += ["TD", "[c]", "Figure", "H2", "What is withheld", "H3", "Tŷ Ddewi", "£70 – “higher level” –", "H2", "Your rights"]
    expect("release", release, order)
    marks = run("pdftotext", str(folder / "release.pdf"), "-").split("\f")[:-1]
    if not all(page.count("OFFICIAL") == 2 for page in marks):
        sys.exit("release: the marking does not stand at the head and the foot of every page")
    wide = run("pdftotext", "-layout", str(folder / "wide.pdf"), "-")
    figures = [f"{1000 + ward * 97 + month * 13:,}" for ward in range(9) for month in range(20)]
    expect("wide", wide, figures)
    markup = run("pdftotext", "-raw", str(folder / "markup.pdf"), "-")
    expect("markup", markup, ['#read("/etc/passwd")', "*bold* _lean_ `code` $x^2$ <top> @top", "= Heading", "// not a comment \\u{41} ~ --- ... \"straight\""])
    print(f"{len(pdfs)} PDFs: built with PDF/UA-1 enforcement; outloud, pdfua, qpdf and poppler found no error")


main()
