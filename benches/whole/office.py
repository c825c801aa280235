"""Turns a page into a PDF with LibreOffice, and tells how long that took.

    office.py PAGE.html FOLDER

Standard output gets one line of JSON: seconds, the processor's seconds, and the most memory that a process of it held.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time

page, folder = sys.argv[1:]
with tempfile.TemporaryDirectory() as profile:
    command = ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", "pdf", "--outdir", folder, page]
    # The first start makes a profile, which is not what is measured.
    subprocess.run(command, check=True, capture_output=True)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    took = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
print(json.dumps({"all": took, "processor": used, "peak_kib": after.ru_maxrss}))
