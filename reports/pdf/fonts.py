"""The one typeface of our PDFs, from an installed package, so that line breaks do not depend on the machine's fonts."""

from functools import cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

PACKAGE = "font-source-sans-pro"

# A name that no machine's own fonts carry: an installed Source Sans of another version would be preferred to ours.
FAMILY = "Plumbline Source Sans"
FACES = {  # file of the package → its @font-face descriptors
    "Regular": "font-weight: 400",
    "It": "font-weight: 400; font-style: italic",
    "Semibold": "font-weight: 600",
    "Bold": "font-weight: 700",
    "BoldIt": "font-weight: 700; font-style: italic",
}


def folder() -> Path | None:
    """Return where the package keeps its files. It is not imported: it would need the withdrawn pkg_resources."""
    spec = find_spec(PACKAGE.replace("-", "_"))
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0]) / "files"


@cache
def assets() -> dict[str, bytes]:
    """Return the faces by the names the stylesheet gives them."""
    files = folder()
    if files is None:
        return {}
    return {f"font-{face}": (files / f"SourceSansPro-{face}.ttf").read_bytes() for face in FACES}


def stylesheet() -> str:
    """Return the @font-face rules."""
    return "".join(
        f'@font-face {{ font-family: "{FAMILY}"; {descriptors}; src: url("asset:font-{face}") }}\n'
        for face, descriptors in FACES.items()
    )


@cache
def characters() -> frozenset[int]:
    """Return the code points that the upright faces can draw. (Italics have fewer: those are drawn upright.)"""
    from fontTools.ttLib import TTFont  # comes with WeasyPrint

    return frozenset(TTFont(BytesIO(assets()["font-Regular"]), lazy=True).getBestCmap())
