"""Out of the plan and back in, within the month."""

import pytest
from django.urls import reverse

from programmes.actions import Refused, Stale
from programmes.actions.positions import restore, withdraw
from programmes.actions.workstreams import restore_workstream, withdraw_workstream
from programmes.editing.guards import guards
from tests.factories import everything, person
from tests.saves import save_workstream

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reconciles")]
WHY = "No longer needed since the merger"


def test_a_milestone_withdrawn_no_longer_counts(book, lead, entries):
    assert withdraw(book.thing("M-0001"), seen=book.seen("M-0001"), reason=f" {WHY} ", by=lead)

    row = book.thing("M-0001")
    assert (row.withdrawn, row.version, row.carried) == (True, 2, False)
    assert book.counts()["milestones"] == {"ERP": 1}
    assert book.steps("M-0001") == [("withdrawn", "")]
    assert entries("what", "subject", "before", "after", "reason", "actor", "role")[-1:] == [
        (
            "milestone.withdraw",
            "Milestone “Milestone M-0001” (M-0001), May 2022",
            {"withdrawn": False},
            {"withdrawn": True},
            WHY,
            "Lead of finance",
            "Lead",
        )
    ]


@pytest.mark.parametrize("reason", ["", "too short", "         9 chars        "[:12]])
def test_a_withdrawal_needs_a_reason(book, lead, reason):
    before = everything()

    with pytest.raises(Refused, match=r"Say in at least 10 characters why it is withdrawn\."):
        withdraw(book.thing("M-0001"), seen=book.seen("M-0001"), reason=reason, by=lead)

    assert everything() == before


def test_a_product_takes_what_stands_under_it_along_or_stays(book, pmo, entries):
    below = book.product(book.people, "P-0002", parent=book.thing("P-0001").product)
    book.milestone(below, "M-0003")
    seen = book.seen("P-0001", "P-0002", "M-0001", "M-0002", "M-0003")
    before = everything()

    with pytest.raises(Refused, match=r"cannot be withdrawn alone: 1 product and 3 milestones stand under it\."):
        withdraw(book.thing("P-0001"), seen=seen, reason=WHY, by=pmo)
    assert everything() == before

    assert withdraw(book.thing("P-0001"), seen=seen, reason=WHY, along=True, by=pmo)
    assert book.counts() == {"products": {}, "milestones": {}}
    assert book.steps("P-0001") == [("withdrawn", "")]
    assert book.steps("M-0003") == [("withdrawn", "P-0001")]
    assert [what for what, reason in entries() if reason == WHY] == [
        *("product.withdraw", "product.withdraw"),
        *("milestone.withdraw", "milestone.withdraw", "milestone.withdraw"),
    ]


def test_what_was_withdrawn_together_comes_back_together(book, lead):
    withdraw(book.thing("M-0002"), seen=book.seen("M-0002"), reason=WHY, by=lead)
    withdraw(book.thing("P-0001"), seen=book.seen("P-0001", "M-0001"), reason=WHY, along=True, by=lead)

    assert restore(book.thing("P-0001"), seen=book.seen("P-0001", "M-0001"), along=True, by=lead)

    assert book.counts() == {"products": {"ERP": 1}, "milestones": {"ERP": 1}}
    assert book.thing("M-0002").withdrawn  # that had gone by itself
    assert book.steps("M-0001") == [("withdrawn", "P-0001"), ("restored", "P-0001")]


def test_a_product_comes_back_alone(book, lead):
    withdraw(book.thing("P-0001"), seen=book.seen("P-0001", "M-0001", "M-0002"), reason=WHY, along=True, by=lead)

    assert restore(book.thing("P-0001"), seen=book.seen("P-0001"), by=lead)

    assert book.counts() == {"products": {"ERP": 1}, "milestones": {}}


def test_nothing_comes_back_under_what_is_withdrawn(book, lead):
    withdraw(book.thing("P-0001"), seen=book.seen("P-0001", "M-0001", "M-0002"), reason=WHY, along=True, by=lead)
    before = everything()

    with pytest.raises(Refused, match=r"Product “Chart of accounts” \(P-0001\) is withdrawn: take it back in first"):
        restore(book.thing("M-0001"), seen=book.seen("M-0001"), by=lead)

    assert everything() == before


def test_what_is_asked_twice_is_done_once(book, lead, entries):
    seen = book.seen("M-0001")
    assert withdraw(book.thing("M-0001"), seen=seen, reason=WHY, by=lead)
    after = everything(), entries()
    assert not withdraw(book.thing("M-0001"), seen=seen, reason=WHY, by=lead)
    assert (everything(), entries()) == after

    seen = book.seen("M-0001")
    assert restore(book.thing("M-0001"), seen=seen, by=lead)
    after = everything(), entries()
    assert not restore(book.thing("M-0001"), seen=seen, by=lead)
    assert (everything(), entries()) == after


@pytest.mark.parametrize("changed", ["P-0001", "M-0002"])
def test_who_has_not_seen_the_newest_withdraws_nothing(book, lead, changed):
    seen = book.seen("P-0001", "M-0001", "M-0002")
    row = book.thing(changed)
    type(row).objects.filter(pk=row.pk).update(version=2, title="Another title")
    before = everything()

    with pytest.raises(Stale) as stale:
        withdraw(book.thing("P-0001"), seen=seen, reason=WHY, along=True, by=lead)

    assert stale.value.theirs.title == "Another title"
    assert everything() == before


def test_a_milestone_that_came_meanwhile_is_not_withdrawn_unseen(book, lead):
    seen = book.seen("P-0001", "M-0001", "M-0002")
    book.milestone(book.thing("P-0001").product, "M-0003")

    with pytest.raises(Stale):
        withdraw(book.thing("P-0001"), seen=seen, reason=WHY, along=True, by=lead)


def test_a_guard_is_asked_of_every_workstream_touched(book, pmo, monkeypatch):
    below = book.product(book.people, "P-0002", parent=book.thing("P-0001").product)
    asked = []
    monkeypatch.setattr(
        "programmes.actions.locking.guard", lambda period, places, by, writers, before=None: asked.append((places, by))
    )

    withdraw(
        book.thing("P-0001"), seen=book.seen("P-0001", "P-0002", "M-0001", "M-0002"), reason=WHY, along=True, by=pmo
    )

    assert asked == [(frozenset({book.erp.pk, book.people.pk}), pmo)]
    assert below


def test_what_a_guard_refuses_is_not_written(book, lead, monkeypatch):
    def refuse(period, places, by, writers, before=None):
        raise Refused("Submitted: withdraw your return first.")

    monkeypatch.setattr("programmes.editing.guards.guards", [*guards, refuse])
    before = everything()

    with pytest.raises(Refused, match="Submitted"):
        withdraw(book.thing("M-0001"), seen=book.seen("M-0001"), reason=WHY, by=lead)

    assert everything() == before


def test_a_closed_month_refuses_in_a_sentence(book, lead):
    row, seen = book.thing("M-0001"), book.seen("M-0001")
    book.close()

    with pytest.raises(Refused, match=r"May 2022 has been closed meanwhile, so nothing in it can change\."):
        withdraw(row, seen=seen, reason=WHY, by=lead)


def test_the_next_month_opens_without_it(book, lead):
    withdraw(book.thing("P-0001"), seen=book.seen("P-0001", "M-0001", "M-0002"), reason=WHY, along=True, by=lead)

    book.next_month("2022-06")

    assert book.counts() == {"products": {}, "milestones": {}}


# --- Workstreams --------------------------------------------------------------------------------------------


def test_an_empty_workstream_goes_and_comes_back(book, pmo, entries):
    assert withdraw_workstream(book.thing("PEO"), seen=book.seen("PEO"), reason=WHY, by=pmo)
    assert book.thing("PEO").withdrawn
    assert not withdraw_workstream(book.thing("PEO"), seen=book.seen("PEO"), reason=WHY, by=pmo)

    assert restore_workstream(book.thing("PEO"), seen=book.seen("PEO"), by=pmo)
    assert not book.thing("PEO").withdrawn
    assert not restore_workstream(book.thing("PEO"), seen=book.seen("PEO"), by=pmo)

    assert entries()[-2:] == [("workstream.withdraw", WHY), ("workstream.restore", "")]


def test_a_workstream_with_anything_under_it_stays(book, pmo):
    book.rating(book.people, "overall", "A", reason="Late")
    book.narrative(book.people, "awareness", "Something")
    book.milestone(book.product(book.people))
    book.milestone(book.people)
    said = r"1 milestone, 1 narrative, 1 product and 1 rating stand under it\. Move or withdraw that first\."
    with pytest.raises(Refused, match=said):
        withdraw_workstream(book.thing("PEO"), seen=book.seen("PEO"), reason=WHY, by=pmo)
    with pytest.raises(Refused, match="1 workstream stands under it"):
        withdraw_workstream(book.thing("FIN"), seen=book.seen("FIN"), reason=WHY, by=pmo)
    with pytest.raises(Refused, match="is the programme itself"):
        withdraw_workstream(book.thing("ROOT"), seen=book.seen("ROOT"), reason=WHY, by=pmo)


def test_a_workstream_comes_back_only_under_a_live_one(book, pmo):
    sub = book.workstream("PEO-1", book.people)
    for ref in ("PEO-1", "PEO"):
        withdraw_workstream(book.thing(ref), seen=book.seen(ref), reason=WHY, by=pmo)

    with pytest.raises(Refused, match=r"Workstream “People” \(PEO\) is withdrawn"):
        restore_workstream(book.thing(sub.ref), seen=book.seen("PEO-1"), by=pmo)


def test_a_workstream_does_not_come_back_deeper_than_the_tiers(book, pmo):
    book.workstream("PEO-1", book.people)
    withdraw_workstream(book.thing("PEO-1"), seen=book.seen("PEO-1"), reason=WHY, by=pmo)
    moving = {"seen": 1, "about": "People", "touches": frozenset({book.people.pk}), "by": pmo}
    save_workstream(book.thing("PEO"), {"parent": book.finance}, **moving)
    before = everything()

    with pytest.raises(Refused, match="this no longer fits under what you chose"):
        restore_workstream(book.thing("PEO-1"), seen=book.seen("PEO-1"), by=pmo)

    assert everything() == before


def test_nobody_takes_out_the_top_of_what_is_theirs(client, book):
    """They may not move it either; it would be gone from them, and nobody but others could take it back in."""
    officer = person("pmo", book.people)
    client.force_login(officer)
    before = everything()

    page = client.get(reverse("plan", args=["book", "2022-05", "workstream", "PEO", "withdraw"]))
    assert page.context["form"].hindrance == (
        "Workstream “People” (PEO) stands under what is not yours to shape: ask the programme’s PMO."
    )
    with pytest.raises(Refused, match="not yours to shape"):
        withdraw_workstream(book.thing("PEO"), seen=book.seen("PEO"), reason=WHY, by=officer)
    assert everything() == before

    book.workstream("PEO-1", book.people)
    assert withdraw_workstream(book.thing("PEO-1"), seen=book.seen("PEO-1"), reason=WHY, by=officer)
    assert restore_workstream(book.thing("PEO-1"), seen=book.seen("PEO-1"), by=officer)


def test_a_stale_workstream_is_not_withdrawn(book, pmo):
    with pytest.raises(Stale):
        withdraw_workstream(book.thing("PEO"), seen={"workstream/PEO": 7}, reason=WHY, by=pmo)
    with pytest.raises(Stale):
        withdraw_workstream(book.thing("PEO"), seen={}, reason=WHY, by=pmo)
