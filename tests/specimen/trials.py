"""What the generic tests try of hazards and sightings."""

from accounts.roles import Permission
from tests.constraints import Rule, identity, once, the
from tests.programmes.trials import UNSEEN
from tests.specimen.models import Hazard, HazardPosition, Sighting

KEYS = {"hazard": ("H-{w}", "{w}/new"), "sighting": ("H-{w}/1", "H-{w}/new")}
TAKES = {kind: {Permission.REPORT, Permission.VIEW_HISTORY} for kind in KEYS}
EXAMPLES = ("sighting",)
SAVES = {
    "hazard": ("H-0001", {"title": "Changed"}, "FIN/new", {"title": "Added"}, "lead"),
    "sighting": ("H-0001/1", {"text": "Changed"}, "H-0001/new", {"text": "Added"}, "lead"),
}
REQUIRED = {
    "hazard": ("FIN/new", {"title": UNSEEN}, "Write something here."),
    "sighting": ("H-0001/new", {"text": UNSEEN}, "Write something here."),
}
ADDITIONS = [("hazard", "ROOT/H-0001", {"title": "Once", "likelihood": "2", "impact": "3"})]
COSTS = {"hazard": [8, 19, 8, 25], "sighting": [9, 23, 9, 24]}
PAGES = {"hazard_matrix": (["book", "2022-06"], 404, 403)}
NOT_DOCUMENTED = {"hazard_nobody_looked_at"}
COLUMNS = {
    "hazards": "from ref workstream title likelihood impact response withdrawn",
    "sightings": "period hazard seq text",
}


def hazard(book, workstream, ref="H-0001", **fields):
    made = Hazard.objects.create(programme=book.programme, ref=ref)
    fields = {"title": f"Hazard {ref}"} | fields
    HazardPosition.objects.create(period=book.period, hazard=made, workstream=workstream, **fields)
    return made


def sighting(book, of, text="Seen", seq=1):
    return Sighting.objects.create(period=book.period, hazard=of, seq=seq, text=text)


def one_of_each(book):
    sighting(book, hazard(book, book.root, likelihood=2, impact=3))


def stand(book, workstream, ref, text):
    sighting(book, hazard(book, workstream, f"H-{ref}", title=text), text)


def clerks_rows(book):
    sighting(book, hazard(book, book.erp))


def filled(book, workstream, ref):
    sighting(book, hazard(book, workstream, f"H-{ref}"))


def for_rules(book, world):
    world.hazard = hazard(book, world.a, "H")
    sighting(book, world.hazard)
    world.new_hazard = Hazard.objects.create(programme=book.programme, ref="N")


ROW = {
    Hazard: {"programme": the("programme"), "ref": "B"},
    HazardPosition: {"period": the("june"), "hazard": the("new_hazard"), "workstream": the("a"), "title": "New"},
    Sighting: {"period": the("june"), "hazard": the("hazard"), "seq": 2, "text": "Seen"},
}
RULES = [
    *identity(Hazard, "H"),
    once("hazard_position_once", HazardPosition, {"hazard": the("hazard")}, elsewhere=[{"hazard": the("new_hazard")}]),
    Rule(
        "hazard_from_one_to_five",
        HazardPosition,
        [{"likelihood": 0}, {"impact": 6}],
        [{"likelihood": 1, "impact": 5}, {"likelihood": 5, "impact": 1}],
    ),
    once("sighting_once", Sighting, {"seq": 1}, elsewhere=[{"seq": 2}, {"hazard": the("new_hazard")}]),
]
