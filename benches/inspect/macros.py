"""Looks into every file of a folder with oletools: macros (olevba), and embedded objects and links (oleobj)."""

import logging
import os
import sys

from oletools import oleobj
from oletools.olevba import VBA_Parser

logging.disable(logging.CRITICAL)
for folder, _, names in os.walk(sys.argv[1]):
    for name in names:
        path = os.path.join(folder, name)
        try:
            parser = VBA_Parser(path)
            for _ in parser.extract_macros():
                pass
            parser.close()
        except Exception:  # Of many formats it knows nothing.
            pass
        try:
            for _ in oleobj.find_ole(path, None):
                pass
        except Exception:
            pass
