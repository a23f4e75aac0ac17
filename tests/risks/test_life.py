"""What becomes of a risk: re-scored, escalated, closed, opened again, come true; each month says what was true then."""

import datetime as dt

import pytest

from accounts.models import AuditEntry
from jobs.models import Letter
from programmes.actions import Refused, Stale
from programmes.actions.positions import withdraw
from programmes.models import Lineage
from programmes.models.named import address as named_as
from programmes.month import whole_month
from programmes.months.closing import faults
from programmes.months.verification import verified
from reports import layouts
from risks.actions import come_true
from risks.models import Issue, IssuePosition, MitigationPosition, Risk, RiskPosition
from tests.factories import person
from tests.programmes.rows.forms import form_of
from tests.risks.trials import scored

pytestmark = pytest.mark.django_db


def position(month, thing):
    row = RiskPosition.objects.select_related("risk", "workstream").get(period=month.period, risk=thing)
    row.period = month.period
    return row


def occur(month, thing, *, on=dt.date(2022, 6, 20), by=None):
    row = position(month, thing)
    seen = {named_as(row): row.version}
    return come_true(row, on=on, reason="The machine room burnt", seen=seen, by=by or month.lead)


def register(period):
    """Each risk of a month's register as it is printed: its score and its movement."""
    (table, *_) = layouts.build(whole_month(period), section="risks").sections[0].blocks
    return {row.key: (row.cells["current"].value, row.cells["movement"].value) for _, row in table.lines()}


# --- Over the months ----------------------------------------------------------------------------------------


def test_every_report_of_every_month_says_what_was_true_then(month, sit):
    lead = sit(month.lead)
    assert lead.save("risk", "R-0001", current_likelihood="5", current_impact="5").status_code == 302
    assert lead.save("risk", "R-0001", current_likelihood="4", current_impact="4").status_code == 302
    june = month.period
    july = month.next_month("2022-07")
    assert lead.save("risk", "R-0001", closed_on="1 July 2022", closed_because="Hoses are in").status_code == 302
    assert lead.save("risk", "R-0002", level="programme", current_alone="9").status_code == 302
    august = month.next_month("2022-08")
    assert lead.save("risk", "R-0001", closed_on="", closed_because="", level="programme").status_code == 302
    september = month.next_month("2022-09")
    made = occur(month, month.fire, on=dt.date(2022, 9, 3))
    month.close()

    assert {label(each): register(each).get("R-0001") for each in (june, july, august, september)} == {
        "2022-06": (16, "new"),
        "2022-07": None,
        "2022-08": (16, "→ same"),
        "2022-09": None,
    }
    assert {label(each): moved(each, "R-0001") for each in (june, july, august, september)} == {
        "2022-06": ["New"],
        "2022-07": ["Closed: Hoses are in"],
        "2022-08": ["Opened again", "Escalated: Workstream → Programme"],
        "2022-09": ["Closed: The machine room burnt", "Came true: an issue now"],
    }
    assert moved(july, "R-0002") == ["First scored: 9 (A)", "Level: no level → Programme"]
    assert logged(september) == {"I-0001": "", made.issue.ref: "R-0001"}
    assert [logged(each) for each in (june, july, august)] == [{"I-0001": ""}] * 3
    assert [told.subject for told in verified() if "digest" in told.subject] == []


def label(period):
    return period.label


def logged(period):
    """The issues of a month's log, each with the risk that it was."""
    (table,) = layouts.build(whole_month(period), section="issues").sections[0].blocks
    return {row.key: row.cells["was"].value for _, row in table.lines()}


def moved(period, ref):
    (table,) = layouts.build(whole_month(period), section="risk_movement").sections[0].blocks
    for _, row in table.lines():
        if row.key == ref:
            return [row.cells["changes"].value, *(part.text for part in row.cells["changes"].parts)]
    return []


def test_a_closed_risk_stays_in_the_register_and_nobody_is_asked_for_it_again(month, sit):
    lead = sit(month.lead)
    assert lead.save("risk", "R-0001", closed_on="1 June 2022", closed_because="Hoses are in").status_code == 302
    assert month.standing().carried == 2  # a product and a milestone
    july = month.next_month("2022-07")

    assert RiskPosition.objects.filter(period=july, risk=month.fire, carried=True).exists()
    assert set(RiskPosition.objects.reported(july).values_list("risk__ref", flat=True)) == {"R-0002", "R-0003"}
    assert set(MitigationPosition.objects.reported(july).values_list("mitigation__ref", flat=True)) == set()
    page = lead.client.get("/programmes/book/2022-07/risk/R-0001/").content.decode()
    assert "Closed 1 June 2022: Hoses are in" in page


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"closed_on": "1 June 2022"}, "closed_because", "Say why it is closed."),
        ({"closed_because": "Over"}, "closed_on", "Say since which day it is closed, or leave the reason empty."),
        (
            {"closed_on": "1 July 2022", "closed_because": "Over"},
            "closed_on",
            "This is after 30 June 2022, the day this month describes.",
        ),
        ({"current_likelihood": ""}, "current_likelihood", "State the likelihood too, or leave both empty."),
        (
            {"current_alone": "12"},
            "current_alone",
            "Leave this empty: the score follows from likelihood and impact.",
        ),
        ({"current_likelihood": "6"}, "current_likelihood", None),
        ({"prospects": "blue"}, "prospects", None),
    ],
)
def test_what_contradicts_itself_is_refused_with_a_sentence(month, sit, typed, field, sentence):
    answer = sit(month.lead).save("risk", "R-0001", **typed)

    assert answer.status_code == 422
    (said,) = answer.context["form"].errors[field]
    assert sentence in {None, said}
    assert position(month, month.fire).version == 1


def test_a_score_alone_is_a_score(month, sit):
    assert sit(month.lead).save("risk", "R-0002", current_alone="16").status_code == 302

    row = position(month, month.flood)
    assert (row.current_score, row.current_likelihood, row.original_score) == (16, "", None)


# --- To another level ---------------------------------------------------------------------------------------


def test_both_sides_are_told_of_an_escalation_and_nobody_of_their_own(month, sit):
    assert sit(month.lead).save("risk", "R-0001", level="programme").status_code == 302

    letters = {letter.to: letter for letter in Letter.objects.all()}
    assert letters.keys() == {month.pmo.email, month.reviewer.email}
    body = letters[month.pmo.email].body
    assert "Lead of ERP has escalated the risk “Fire” (R-0001) from Workstream to Programme." in body
    assert "Its current score is 12 (A)." in body
    assert "Programme means: It touches several workstreams." in body
    assert letters[month.pmo.email].subject == "R-0001, June 2022: risk escalated to Programme"


def test_a_de_escalation_tells_those_who_get_it_back(month, sit):
    RiskPosition.objects.filter(risk=month.flood).update(level="programme")
    assert sit(month.pmo).save("risk", "R-0002", level="workstream").status_code == 302

    assert set(Letter.objects.values_list("to", flat=True)) == {month.lead.email, month.reviewer.email}
    assert "has de-escalated the risk" in Letter.objects.first().body
    assert "It is nobody’s: it has no owner." in Letter.objects.first().body


def test_another_change_writes_to_nobody(month, sit):
    assert sit(month.lead).save("risk", "R-0001", title="Blaze").status_code == 302
    assert sit(month.lead).save("risk", "FIN-1/new", title="New", level="programme").status_code == 302

    assert Letter.objects.count() == 0


def test_each_change_of_level_is_told(month, sit):
    lead = sit(month.lead)
    for level in ("programme", "workstream", "programme"):
        assert lead.save("risk", "R-0001", level=level).status_code == 302

    assert Letter.objects.filter(to=month.pmo.email).count() == 3


# --- Come true ----------------------------------------------------------------------------------------------


def test_a_risk_that_comes_true_is_closed_and_an_issue_of_its_own_begins(month):
    made = occur(month, month.fire)

    row = position(month, month.fire)
    assert (row.closed_on, row.closed_because) == (dt.date(2022, 6, 20), "The machine room burnt")
    issue = IssuePosition.objects.get(period=month.period, issue=made.issue)
    assert (issue.issue.ref, issue.title, issue.owner, issue.risk) == ("I-0002", "Fire", "Head of systems", month.fire)
    assert Lineage.objects.filter(kind="issue", ref="I-0002", step="added").exists()
    said = [entry.what for entry in AuditEntry.objects.newest_first()[:2]]
    assert said == ["issue.add", "risk.occur"]
    assert occur(month, month.fire) is None
    assert Issue.objects.count() == 2


def test_its_page_leads_through_it(month, sit):
    lead = sit(month.lead)
    page = lead.client.get("/programmes/book/2022-06/plan/risk/R-0001/occur/")
    address = page.request["PATH_INFO"]

    refused = lead.client.post(address, form_of(page) | {"on": "1 July 2022", "reason": "Burnt"})
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"on", "reason"}
    assert lead.client.post(address, form_of(page) | {"on": "20/6/2022", "reason": "It burnt down"}).status_code == 302
    card = lead.client.get("/programmes/book/2022-06/risk/R-0001/").content.decode()
    assert "What became of R-0001" in card
    again = lead.client.get(address).content.decode()
    assert "This risk is closed." in again


def test_a_stale_page_makes_nothing_of_it(month, sit):
    row = position(month, month.fire)
    sit(month.lead).save("risk", "R-0001", title="Blaze")

    with pytest.raises(Stale):
        come_true(row, on=dt.date(2022, 6, 20), reason="It burnt down", seen={named_as(row): 1}, by=month.lead)
    assert Issue.objects.count() == 1


def test_nobody_says_so_of_a_risk_of_others(month):
    with pytest.raises(Refused, match="not yours to change"):
        occur(month, month.noise)


def test_what_was_a_risk_keeps_that_in_the_register(month):
    occur(month, month.fire)
    row = position(month, month.fire)
    seen = {named_as(each): each.version for each in [row, *MitigationPosition.objects.of(month.period)]}

    with pytest.raises(Refused, match="cannot be withdrawn: 1 issue stands under it"):
        withdraw(row, seen=seen, reason="It is an issue now", along=True, by=month.lead)


# --- Actions, and who leaves --------------------------------------------------------------------------------


def test_actions_go_with_their_risk(month, sit):
    row = position(month, month.fire)
    seen = {named_as(each): each.version for each in [row, *MitigationPosition.objects.of(month.period)]}
    assert withdraw(row, seen=seen, reason="Never was a risk", along=True, by=month.lead)

    july = month.next_month("2022-07")
    assert not MitigationPosition.objects.of(july).exists()
    assert list(faults(july)) == []


def test_whoever_owned_several_leaves_and_they_are_nobodys(month, client):
    client.force_login(month.pmo)
    address = "/programmes/book/2022-06/bulk/risks/"
    page = client.get(address, {"owner": "Head of systems"})
    assert [line.target.key for line in page.context["lines"]] == ["R-0001", "R-0003"]

    said = {"row": ["R-0001", "R-0003"], "seen": page.context["seen"], "to-vacant": "on"}
    assert client.post(f"{address}?owner=Head+of+systems", said).status_code == 302

    assert set(RiskPosition.objects.of(month.period).values_list("owner", flat=True)) == {""}
    both = said | {"to-owner": "Head of estates"}
    assert client.post(address, both).status_code == 422


def test_many_actions_are_done_at_once(month, client):
    client.force_login(month.lead)
    address = "/programmes/book/2022-06/bulk/mitigations/"
    page = client.get(address)
    said = {"row": ["A-0001"], "seen": page.context["seen"], "to-done_on": "20 June 2022"}
    assert client.post(address, said).status_code == 302

    assert MitigationPosition.objects.get(mitigation=month.hoses).done_on == dt.date(2022, 6, 20)


def test_a_product_that_is_withdrawn_is_not_named(month, sit):
    lead = sit(month.lead)
    page = lead.open("risk", "R-0001")
    choices = [
        ref
        for _, group in page.context["form"].fields["product"].choices
        if isinstance(group, list)
        for ref, _ in group
    ]
    assert choices == ["book-P1"]
    assert lead.send(page, product="book-P1").status_code == 302
    assert position(month, month.fire).product.ref == "book-P1"
    assert "Chart of accounts (book-P1)" in lead.client.get("/programmes/book/2022-06/risk/R-0001/").content.decode()


def test_somebody_else_reads_and_does_not_change(month, client):
    client.force_login(person("director", month.root))

    page = client.get("/programmes/book/2022-06/risk/R-0001/")
    assert (page.status_code, page.context["change"], page.context["add"]) == (200, "", "")
    assert Risk.objects.count() == 3


@pytest.mark.parametrize("moment", ["original", "current", "target"])
@pytest.mark.parametrize(
    ("score", "unknown"),
    [("6x5", "likelihood of risk “6”"), ("5x6", "impact of risk “6”"), ("26", "score of risk “26”")],
)
def test_a_month_does_not_close_with_a_score_that_its_matrix_does_not_have(month, moment, score, unknown):
    assert list(faults(month.period)) == []
    RiskPosition.objects.filter(risk=month.fire).update(**scored(**{moment: score}))

    assert list(faults(month.period)) == [f"The {unknown} (R-0001) is not in the scheme of June 2022."]
