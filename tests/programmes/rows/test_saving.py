"""What a save leaves behind: one entry in the audit, in its own transaction, or nothing at all."""

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from accounts import audit
from accounts.models import AuditEntry
from programmes.actions import NEW, Refused, Stale, remove_row
from programmes.editing import guards
from programmes.models import Lineage, Narrative, Product, Rating
from tests.factories import everything
from tests.programmes.rows.forms import form_of, place
from tests.saves import save_row
from tests.trials import by_kind

ABOUT = "Overall rating of Finance (FIN)"
# kind: the key of one that is there, what is typed, the key of one to be added, what is typed, who does it
SAVES = by_kind("SAVES")


def entries_after(count):
    return list(AuditEntry.objects.order_by("seq"))[count:]


@pytest.fixture
def written(book):
    """Return a function that gives what the audit has got since the test began."""
    count = AuditEntry.objects.count()
    return lambda: entries_after(count)


@pytest.mark.parametrize("kind", SAVES)
def test_change_leaves_one_entry_that_says_who_what_and_from_what(clerk, book, kind, written):
    key, typed, _, _, role = SAVES[kind]
    someone = clerk(role, book.finance if role == "lead" else book.root)

    assert someone.save(kind, key, **typed).status_code == 302

    (entry,) = written()
    (field,) = typed
    assert entry.what == f"{kind.replace('note', 'sectionnote')}.change"
    assert (entry.actor_key, entry.actor, entry.programme) == (someone.user.pk, f"The {role}", "book")
    assert entry.role == {"lead": "Lead", "pmo": "PMO officer"}[role]
    assert entry.subject.endswith(", June 2022")
    assert (set(entry.before), entry.after) == ({field}, typed)
    assert entry.before[field] != typed[field]
    assert entry.request_id
    assert audit.verify() == ""


@pytest.mark.parametrize("kind", SAVES)
def test_adding_leaves_one_entry_with_all_that_is_said(clerk, book, kind, written):
    _, _, key, typed, role = SAVES[kind]

    assert clerk(role).save(kind, key, **typed).status_code == 302

    (entry,) = written()
    assert entry.what.endswith(".add")
    assert entry.before is None
    assert typed.items() <= entry.after.items()


@pytest.mark.parametrize("kind", SAVES)
def test_saving_twice_leaves_nothing_more(clerk, book, kind, written):
    """A double click, or a retry when the answer did not come."""
    changed, typed, added, more, role = SAVES[kind]
    someone = clerk(role)
    for key, values in ((changed, typed), (added, more)):
        page = someone.open(kind, key)
        someone.send(page, **values)
        state, count = everything(), len(written())

        assert someone.send(page, **values).status_code == 302
        assert everything() == state
        assert len(written()) == count


def test_taking_away_leaves_one_entry_with_all_that_was_said(lead, book, written):
    page = lead.client.get(place(book, "narrative", "FIN/ask/1", "remove"))

    lead.client.post(place(book, "narrative", "FIN/ask/1", "remove"), form_of(page))

    (entry,) = written()
    assert (entry.what, entry.after) == ("narrative.remove", None)
    assert entry.before == {
        "workstream": "FIN",
        "kind": "ask",
        "seq": 1,
        "heading": "",
        "text": "Agree the plan.",
        "second": "",
        "dimensions": [],
        "area": "",
        "on_text": "",
        "on_earliest": None,
        "on_latest": None,
        "level": 1,
    }


def test_move_of_a_workstream_is_told_by_refs(pmo, written):
    pmo.save("workstream", "FIN-1", parent="PEO")

    (entry,) = written()
    assert (entry.before, entry.after) == ({"parent": "FIN"}, {"parent": "PEO"})


@pytest.mark.parametrize("kind", SAVES)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "fragment"])
def test_what_is_not_valid_leaves_nothing(clerk, kind, headers, written):
    key, typed, _, _, role = SAVES[kind]
    (field,) = typed
    someone = clerk(role)
    state = everything()

    assert someone.save(kind, key, headers=headers, **{field: "x" * 6000}).status_code == 422
    assert everything() == state
    assert written() == []


def saving(row, values, by, seen=1):
    return save_row(row, values, seen=seen, about=ABOUT, touches=frozenset({row.workstream_id}), by=by)


@pytest.fixture
def rating(book):
    return Rating.objects.get(period=book.period)


def test_save_that_is_rolled_back_leaves_neither_row_nor_entry(lead, book, rating, written):
    with transaction.atomic():
        assert saving(rating, {"reason": "Changed"}, lead.user)
        assert len(written()) == 1
        transaction.set_rollback(True)

    rating.refresh_from_db()
    assert (rating.reason, rating.version) == ("Two posts are empty", 1)
    assert written() == []


def test_save_that_is_told_as_failed_is_not_made(lead, rating, written):
    """Its draft goes in the same transaction: a database that is busy then has neither, and it is tried again whole."""

    lead.save("rating", "FIN/overall", "draft", reason="Changed")

    def busy(execute, sql, *rest):
        if sql.startswith('DELETE FROM "programmes_draft"'):
            raise OperationalError("database is locked")
        return execute(sql, *rest)

    lead.client.raise_request_exception = False
    with connection.execute_wrapper(busy):
        assert lead.save("rating", "FIN/overall", reason="Changed").status_code == 503
    rating.refresh_from_db()
    assert (rating.reason, rating.version) == ("Two posts are empty", 1)
    assert written() == []

    assert lead.save("rating", "FIN/overall", reason="Changed").status_code == 302
    assert len(written()) == 1


def test_save_without_its_entry_is_not_made(lead, rating, monkeypatch):
    """The other way about: where the audit cannot be written, the row stays."""
    monkeypatch.setattr(audit, "_plain", lambda value: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        saving(rating, {"reason": "Changed"}, lead.user)

    rating.refresh_from_db()
    assert (rating.reason, rating.version) == ("Two posts are empty", 1)


def test_thing_that_cannot_be_added_leaves_no_identity(lead, book, monkeypatch):
    monkeypatch.setattr(audit, "_plain", lambda value: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        lead.save("product", "FIN/new", title="Added")

    assert not Product.objects.filter(ref="P-0002").exists()
    assert not Lineage.objects.of(book.period).exists()


def test_guard_of_a_higher_app_holds_a_change_back_with_its_sentence(clerk, book, monkeypatch, written):
    asked = []

    def submitted(period, workstreams, by, writers, before=None):
        asked.append((period, workstreams, by))
        raise Refused("The return of Finance has been submitted.")

    monkeypatch.setattr(guards, "guards", [submitted])
    pmo = clerk("pmo")
    state = everything()
    for kind, (changed, typed, added, more, _) in SAVES.items():
        for key, values in ((changed, typed), (added, more)):
            answer = pmo.save(kind, key, **values)
            assert answer.status_code == 409
            assert "The return of Finance has been submitted." in answer.content.decode()
    page = pmo.client.get(place(book, "narrative", "FIN/ask/1", "remove"))
    assert pmo.client.post(place(book, "narrative", "FIN/ask/1", "remove"), form_of(page)).status_code == 409

    assert everything() == state
    assert written() == []
    assert {period for period, _, _ in asked} == {book.period}
    assert {by for _, _, by in asked} == {pmo.user}


def test_guard_is_asked_about_where_a_row_stands_and_will_stand(pmo, book, monkeypatch):
    asked = []
    monkeypatch.setattr(
        guards, "guards", [lambda period, workstreams, by, writers, before=None: asked.append(workstreams)]
    )

    pmo.save("rating", "FIN-1/schedule", level="G")
    pmo.save("product", "P-0001", title="Changed")
    pmo.save("milestone", "M-0001", title="Changed")
    pmo.save("milestone", "product/P-0001/new", title="Added")
    pmo.save("workstream", "FIN-1", parent="PEO")
    pmo.save("note", "products", caveat="Changed")

    erp = frozenset({book.erp.pk})
    assert list(dict.fromkeys(asked)) == [erp, erp | {book.people.pk}, frozenset({book.root.pk})]


@pytest.mark.parametrize("kind", SAVES)
def test_saved_is_said_on_the_next_page_and_announced_in_place(clerk, book, kind):
    key, typed, added, more, role = SAVES[kind]
    someone = clerk(role)
    next_page = f"/programmes/book/{book.period.label}/"

    answer = someone.save(kind, key, **typed, next=next_page)
    assert answer["Location"] == next_page
    assert "Saved: " in someone.client.get(place(book, kind, key)).content.decode()

    in_place = someone.save(kind, added, **more, headers={"HX-Request": "true"})
    assert in_place.status_code == 200
    assert in_place["HX-Trigger"] == '{"announce": "Saved."}'
    assert in_place.content.decode().count("<tr") == 1


def test_line_as_it_stands_is_given_to_whoever_leaves_the_form(lead, book):
    page = lead.client.get(place(book, "rating", "FIN/overall") + "?line", headers={"HX-Request": "true"})

    assert "Two posts are empty" in page.content.decode()
    assert "HX-Trigger" not in page.headers


def test_save_to_the_address_of_the_line_is_a_save(lead, book, rating):
    said = form_of(lead.open("rating", "FIN/overall")) | {"reason": "Changed"}

    lead.client.post(place(book, "rating", "FIN/overall") + "?line", said, headers={"HX-Request": "true"})

    rating.refresh_from_db()
    assert rating.reason == "Changed"


# --- The action itself --------------------------------------------------------------------------------------


def test_action_refuses_a_version_that_is_not_the_rows(lead, rating):
    for seen in (0, 2, -1):
        with pytest.raises(Stale) as stale:
            saving(rating, {"reason": f"Seen {seen}"}, lead.user, seen=seen)
        assert stale.value.theirs.reason == "Two posts are empty"


def test_action_that_takes_away_refuses_a_version_that_is_not_the_rows(lead, rating):
    with pytest.raises(Stale):
        remove_row(rating, seen=2, about=ABOUT, touches=frozenset(), by=lead.user)

    assert remove_row(rating, seen=1, about=ABOUT, touches=frozenset(), by=lead.user)
    assert not remove_row(rating, seen=1, about=ABOUT, touches=frozenset(), by=lead.user)


def test_row_that_breaks_a_rule_of_the_database_is_a_fault_and_no_conflict(lead, book):
    """A form has let it through: that is ours to know of, not for the writer to puzzle over."""
    entry = Narrative(period=book.period, workstream=book.finance, kind="ask", seq=9)
    with pytest.raises(IntegrityError, match="narrative_level"):
        saving(entry, {"text": "x", "level": 3}, lead.user, seen=NEW)
