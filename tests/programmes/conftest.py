import csv
import json

import pytest

from programmes.examples import loading
from tests.factories import somerset_scheme
from tests.trials import by_kind

COLUMNS = by_kind("COLUMNS")


class ExampleFolder:
    """An example of our own, called "village": months May to July 2022 and two workstreams, until told otherwise."""

    def __init__(self, folder, slug="village"):
        self.folder = folder / slug
        self.folder.mkdir()
        about = {"slug": slug, "name": f"The {slug}", "council": "Parish council", "provenance": "Made up."}
        (self.folder / "programme.json").write_text(json.dumps(about), encoding="utf-8")
        (self.folder / "scheme.json").write_text(json.dumps(somerset_scheme()), encoding="utf-8")
        for file in COLUMNS:
            self.write(file)
        self.write("periods", *({"label": label} for label in ("2022-05", "2022-06", "2022-07")))
        self.write(
            "workstreams",
            {"from": "2022-05", "ref": "V", "order": 0, "name": "Village"},
            {"from": "2022-05", "ref": "HALL", "parent": "V", "order": 1, "name": "Hall", "lead": "Warden"},
        )

    def write(self, file, *rows):
        """Write a file of rows; columns that a row does not name are empty."""
        with (self.folder / f"{file}.csv").open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, COLUMNS[file].split(), restval="")
            writer.writeheader()
            writer.writerows(rows)

    def add(self, file, *rows):
        with (self.folder / f"{file}.csv").open("a", encoding="utf-8", newline="") as out:
            csv.DictWriter(out, COLUMNS[file].split(), restval="").writerows(rows)


@pytest.fixture
def village(tmp_path, monkeypatch):
    """The only example that there is."""
    monkeypatch.setattr(loading, "FOLDER", tmp_path)
    return ExampleFolder(tmp_path)


@pytest.fixture
def hamlet(village):
    """A second example beside the village."""
    return ExampleFolder(village.folder.parent, "hamlet")
