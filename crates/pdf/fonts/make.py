"""Makes the two fonts beside it: `python make.py SourceSans3[wght].ttf`, with fonttools 4.68.0. See README.md."""

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

# Latin with all its supplements, combining marks, Greek, Cyrillic; punctuation, fractions and indices, currencies, arrows, mathematics.
RANGES = [(0x20, 0x24F), (0x2BB, 0x2DD), (0x300, 0x36F), (0x370, 0x3FF), (0x400, 0x45F), (0x1E00, 0x1EFF), (0x2000, 0x22FF), (0x25A0, 0x25FF)]
FAMILY = "Candour Sans"


def make(source: str, style: str, weight: int) -> None:
    font = TTFont(source, recalcTimestamp=False)
    font = instantiateVariableFont(font, {"wght": weight})
    options = Options()
    options.layout_features = ["ccmp", "kern", "liga", "locl", "mark", "mkmk", "lnum", "tnum", "pnum"]
    options.name_IDs = [0, 7, 13, 14]
    options.hinting = False
    options.recalc_timestamp = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
    subsetter.subset(font)
    names = {1: FAMILY, 2: style, 3: f"{FAMILY} {style}, from Source Sans 3.052", 4: f"{FAMILY} {style}", 5: "Version 3.052", 6: f"CandourSans-{style}"}
    for number, text in names.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight
    font["OS/2"].fsSelection = (font["OS/2"].fsSelection & ~0x61) | (0x20 if style == "Bold" else 0x40)
    font["head"].macStyle = 1 if style == "Bold" else 0
    font.save(Path(__file__).parent / f"CandourSans-{style}.ttf")


make(sys.argv[1], "Regular", 400)
make(sys.argv[1], "Bold", 700)
