"""The files of an example that hold hazards and sightings."""

from typing import Any

from programmes.examples.files import ExampleFile, Known, Line, register, same
from programmes.models import Workstream
from tests.specimen.models import Hazard, HazardPosition, Sighting


def _hazard(line: Line, known: Known) -> dict[str, Any]:
    return {
        "workstream": known.get_named(Workstream, line["workstream"]),
        "likelihood": int(line["likelihood"]),
        "impact": int(line["impact"]),
        **same(line, "title", "response"),
    }


def _sighting(line: Line, known: Known) -> dict[str, Any]:
    return {"hazard": known.get_named(Hazard, line["hazard"]), "seq": int(line["seq"]), "text": line["text"]}


register(ExampleFile("hazards", HazardPosition, _hazard), ExampleFile("sightings", Sighting, _sighting))
