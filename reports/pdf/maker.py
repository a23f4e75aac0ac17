"""What a PDF depends on beside its document, so that none made before an upgrade is taken for today's."""

import hashlib
import re
from functools import cache
from importlib import metadata
from pathlib import Path

from reports.pdf import engine, fonts

TYPESETTER = "weasyprint"
NAME = re.compile(r"[\w.-]+")


@cache
def fingerprint(folder: Path = Path(__file__).parent, styles: Path = engine.CSS_FOLDER) -> str:
    """Return a digest of the typesetter and its libraries, the faces, the style and our own code that makes PDFs."""
    digest = hashlib.sha256()
    for name, version in sorted(_versions().items()):
        digest.update(f"{name} {version}\n".encode())
    for file in (*sorted(folder.glob("*.py")), *(styles / name for name in engine.STYLESHEETS)):
        digest.update(f"{file.name}\n".encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _versions() -> dict[str, str]:
    needed = (need for need in metadata.requires(TYPESETTER) or () if "extra ==" not in need)
    libraries = (NAME.match(need) for need in needed)
    names = {TYPESETTER, fonts.PACKAGE, *(found.group() for found in libraries if found)}
    return {name: metadata.version(name) for name in names}
