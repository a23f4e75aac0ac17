"""What the generic tests try of risks, mitigating actions and issues."""

import datetime as dt

from risks.models import Issue, IssuePosition, Mitigation, MitigationPosition, Risk, RiskPosition
from tests.constraints import Rule, identity, once, the
from tests.programmes.trials import UNSEEN

KEYS = {"risk": ("R-{w}", "{w}/new"), "mitigation": ("A-{w}", "R-{w}/new"), "issue": ("I-{w}", "{w}/new")}
SAVES = {
    "risk": ("R-0001", {"title": "Changed"}, "FIN/new", {"title": "Added"}, "lead"),
    "mitigation": ("A-0001", {"title": "Changed"}, "R-0001/new", {"title": "Added"}, "lead"),
    "issue": ("I-0001", {"title": "Changed"}, "FIN/new", {"title": "Added"}, "lead"),
}
REQUIRED = {
    "risk": ("FIN/new", {"title": UNSEEN}, "Write something here."),
    "mitigation": ("R-0001/new", {"title": UNSEEN}, "Write something here."),
    "issue": ("FIN/new", {"title": UNSEEN}, "Write something here."),
}
BESIDES = {kind: {"closed_on": "1 June 2022"} for kind in ("risk", "issue")}
ADDITIONS = [
    ("risk", "ROOT/R-0001", {"title": "Once"}),
    ("mitigation", "FIRE/A-0001", {"title": "Once"}),
    ("issue", "ROOT/I-0001", {"title": "Once"}),
]
COSTS = {"risk": [10, 20, 10, 26], "mitigation": [9, 21, 10, 28], "issue": [10, 21, 10, 26]}
PAGES = {
    "risk_overview": (["book", "2022-06"], 404, 403),
    "risk": (["book", "2022-06", "R-0001"], 404, 403),
}
MOMENTS = ("original", "current", "target")
CODED_BY_ITS_OWN = [("RiskPosition", f"{m}_{part}") for m in MOMENTS for part in ("likelihood", "impact", "alone")]
COLUMNS = {
    "risks": "from ref workstream product title cause event effect level category raised_by raised_on owner proximity "
    "treatment original current target target_date prospects response progress by_exception closed_on closed_because "
    "withdrawn",
    "mitigations": "from ref risk title owner due done_on progress withdrawn",
    "issues": "from ref workstream risk title effect level category raised_by raised_on owner response due progress "
    "closed_on closed_because withdrawn",
}


def risk(book, workstream, ref="R-0001", *, original="", current="", target="", **fields):
    """A risk, its scores as in the files of an example: "3x4", or "12" alone."""
    made = Risk.objects.create(programme=book.programme, ref=ref)
    fields = {"title": f"Risk {ref}"} | fields | scored(original=original, current=current, target=target)
    RiskPosition.objects.create(period=book.period, risk=made, workstream=workstream, **fields)
    return made


def scored(**scores):
    """The columns of scores that are written like these: current="3x4", or "12" alone, "" not stated."""
    columns = {}
    for moment, text in scores.items():
        likelihood, by, impact = text.partition("x")
        columns |= {f"{moment}_likelihood": likelihood if by else "", f"{moment}_impact": impact}
        columns[f"{moment}_alone"] = "" if by else likelihood
    return columns


def mitigation(book, of, ref="A-0001", **fields):
    made = Mitigation.objects.create(programme=book.programme, ref=ref)
    fields = {"title": f"Action {ref}"} | fields
    MitigationPosition.objects.create(period=book.period, mitigation=made, risk=of, **fields)
    return made


def issue(book, workstream, ref="I-0001", **fields):
    made = Issue.objects.create(programme=book.programme, ref=ref)
    fields = {"title": f"Issue {ref}"} | fields
    IssuePosition.objects.create(period=book.period, issue=made, workstream=workstream, **fields)
    return made


def one_of_each(book):
    fire = risk(book, book.root)
    mitigation(book, fire)
    issue(book, book.root, risk=fire)


def stand(book, workstream, ref, text):
    mitigation(book, risk(book, workstream, f"R-{ref}", title=text), f"A-{ref}", title=text)
    issue(book, workstream, f"I-{ref}", title=text)


def clerks_rows(book):
    mitigation(book, risk(book, book.erp))
    issue(book, book.erp)


def filled(book, workstream, ref):
    made = risk(book, workstream, f"R-{ref}")
    mitigation(book, made, f"A-{ref}")
    issue(book, workstream, f"I-{ref}", risk=made)


def for_pages(book):
    risk(book, book.finance)


def for_additions(book):
    risk(book, book.root, "FIRE")


def for_rules(book, world):
    world.risk = risk(book, world.a, "R")
    world.new_risk = Risk.objects.create(programme=book.programme, ref="N")
    mitigation(book, world.risk, "A")
    world.mitigation = Mitigation.objects.get(ref="A")
    world.new_mitigation = Mitigation.objects.create(programme=book.programme, ref="N")
    world.issue = issue(book, world.a, "I")
    world.new_issue = Issue.objects.create(programme=book.programme, ref="N")


FIRST, LAST = dt.date(2022, 6, 1), dt.date(2022, 6, 30)


def in_order(name, model, field):
    """Both ends of a stated date or neither, the first not after the last."""
    first, last = f"{field}_earliest", f"{field}_latest"
    return Rule(
        name,
        model,
        [{first: LAST, last: FIRST}, {first: FIRST, last: None}, {first: None, last: LAST}],
        [{first: FIRST, last: LAST}, {first: FIRST, last: FIRST}, {first: None, last: None}],
    )


def said_once(moment):
    likelihood, impact, alone = (f"{moment}_{part}" for part in ("likelihood", "impact", "alone"))
    return Rule(
        f"risk_{moment}_score_said_once",
        RiskPosition,
        [{likelihood: "3"}, {impact: "4"}, {likelihood: "3", impact: "4", alone: "12"}],
        [{likelihood: "3", impact: "4"}, {alone: "12"}, {likelihood: "", impact: "", alone: ""}],
    )


def in_numbers(moment):
    likelihood, impact, alone = (f"{moment}_{part}" for part in ("likelihood", "impact", "alone"))
    return Rule(
        f"risk_{moment}_score_in_numbers",
        RiskPosition,
        [{likelihood: "7", impact: "1"}, {likelihood: "1", impact: "0"}, {alone: "0"}, {alone: "-1"}],
        [{likelihood: "6", impact: "1"}, {alone: "100"}],
    )


def with_a_reason(name, model):
    return Rule(
        name,
        model,
        [{"closed_on": LAST}, {"closed_because": "Over"}],
        [{"closed_on": LAST, "closed_because": "Over"}, {"closed_on": None, "closed_because": ""}],
    )


ROW = {
    Risk: {"programme": the("programme"), "ref": "B"},
    RiskPosition: {"period": the("june"), "risk": the("new_risk"), "workstream": the("a"), "title": "New"},
    Mitigation: {"programme": the("programme"), "ref": "B"},
    MitigationPosition: {"period": the("june"), "mitigation": the("new_mitigation"), "risk": the("risk")},
    Issue: {"programme": the("programme"), "ref": "B"},
    IssuePosition: {"period": the("june"), "issue": the("new_issue"), "workstream": the("a"), "title": "New"},
}
RULES = [
    *identity(Risk, "R"),
    *identity(Mitigation, "A"),
    *identity(Issue, "I"),
    once("risk_position_once", RiskPosition, {"risk": the("risk")}, elsewhere=[{"risk": the("new_risk")}]),
    once(
        "mitigation_position_once",
        MitigationPosition,
        {"mitigation": the("mitigation")},
        elsewhere=[{"mitigation": the("new_mitigation")}],
    ),
    once("issue_position_once", IssuePosition, {"issue": the("issue")}, elsewhere=[{"issue": the("new_issue")}]),
    *(rule(moment) for moment in MOMENTS for rule in (said_once, in_numbers)),
    in_order("risk_target_date_in_order", RiskPosition, "target_date"),
    in_order("mitigation_due_in_order", MitigationPosition, "due"),
    in_order("issue_due_in_order", IssuePosition, "due"),
    with_a_reason("risk_closed_with_a_reason", RiskPosition),
    with_a_reason("issue_settled_somehow", IssuePosition),
]
