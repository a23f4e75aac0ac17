"""Who may change which row: every kind, every role, everywhere; with what they may not, nothing is given away or done."""

import pytest
from django.test import Client

from accounts.models import AuditEntry
from accounts.roles import Permission, Role
from programmes.models import Programme
from programmes.rows import KINDS
from returns.models import Deadline
from tests.factories import Book, everything, person, somerset_scheme
from tests.programmes.rows.forms import Clerk, place
from tests.scenes import scene
from tests.trials import all_of, by_kind, call

pytestmark = pytest.mark.dealt

KEYS, TAKES, OF_ALL = by_kind("KEYS"), by_kind("TAKES"), set(all_of("OF_ALL"))
EXAMPLES = all_of("EXAMPLES")  # one kind of each permission, asked everywhere and in every way
HOLDERS = {
    Permission.REPORT: {"lead", "workstream_pmo", "pmo"},
    Permission.COMPLETE_MONEY: {"finance"},
    Permission.RUN_MONTHS: {"pmo", "administrator"},
    Permission.SHAPE: {"pmo", "administrator"},
    Permission.VIEW_HISTORY: {"pmo", "assurance", "director", "administrator"},
}
HX = {"HX-Request": "true"}
# From Finance, where each person has their role; and the workstream of another programme.
PLACES = {"own": "FIN", "below": "FIN-1", "sibling": "PEO", "above": "ROOT", "other": "OTH"}
SAID = {"seen": "0", "text": "x", "level": "G", "title": "x", "name": "x", "caveat": "x", "kind": "cost", "source": "x"}
SAID |= {"pounds": "1"}


@scene
def book():
    """Rows of every kind everywhere, each with a word that nobody may read who may not read the row."""
    document = somerset_scheme() | by_kind("SCHEME")
    book, other = Book("book", label="2022-06", document=document), Book("other", label="2022-06", document=document)
    finance = book.workstream("FIN", book.root, name="Finance")
    people = book.workstream("PEO", book.root, name="Canary people")
    streams = {
        "ROOT": book.root,
        "FIN": finance,
        "FIN-1": book.workstream("FIN-1", finance, name="ERP"),
        "PEO": people,
        "OTH": other.workstream("OTH", other.root, name="Canary other"),
    }
    for ref, stream in streams.items():
        owner = other if ref == "OTH" else book
        call("stand", owner, stream, ref, f"Canary {ref}")
    book.note("products", "Canary caveat")
    Deadline.objects.create(period=book.period, due_on="2022-07-07")
    book.finance = finance
    return book


def expected(kind, role, where):
    """How a page answers somebody who has this role over Finance."""
    if role == "outsider":
        return 404
    if role == "councillor":
        return 403  # the month is open
    if kind in OF_ALL:
        return 403
    if where not in {"own", "below"}:
        return 404
    return 200 if role in holders(kind) else 403


def holders(kind):
    return set().union(*(HOLDERS[permission] for permission in taken(kind)))


def taken(kind):
    """The permissions of which any will do to change such a row."""
    return TAKES.get(kind, {Permission.REPORT})


def gives_away(answer, where):
    """Whether an answer holds a word of a row; a role over Finance that may read one there may be told its title."""
    own = (f"Canary {PLACES['own']}".encode(), f"Canary {PLACES['below']}".encode())
    text = answer.content
    for readable in own if where in {"own", "below"} else ():
        text = text.replace(readable, b"")
    return b"Canary" in text


def test_every_kind_is_in_the_tables():
    assert KEYS.keys() == KINDS.keys()
    assert {kind: taken(kind) for kind in KEYS} == {code: set(kind.model.writers) for code, kind in KINDS.items()}
    assert set().union(*map(taken, EXAMPLES)) == HOLDERS.keys()


def keys_at(kind, where):
    """The keys of a kind at a place: what is of the whole programme has one address, and nothing is below the last tier."""
    if kind in OF_ALL and where != "own":
        return []
    keys = (each.format(w=PLACES[where]) for each in dict.fromkeys(KEYS[kind]))
    return [key for key in keys if (kind, key) != ("workstream", "FIN-1/new")]


def hold(answers, wanted, where):
    """Hold answers to a status, and to give nothing away."""
    assert {way: answer.status_code for way, answer in answers.items()} == dict.fromkeys(answers, wanted), where
    assert not any(gives_away(answer, where) for answer in answers.values())


@pytest.mark.parametrize("role", [*Role.values, "outsider"])
@pytest.mark.parametrize("kind", EXAMPLES)
def test_row_by_permission_role_and_place(client, book, kind, role):
    """Every way to ask for a row, everywhere. In place it is the same views: once beside what is theirs, once at it."""
    client.force_login(person() if role == "outsider" else person(role, book.finance))
    before, entries = everything(), AuditEntry.objects.count()
    for where in PLACES:
        wanted = expected(kind, role, where)
        for headers in ({}, HX) if where in {"own", "sibling"} else ({},):
            for key in keys_at(kind, where):
                answers = {"row": client.get(place(book, kind, key), headers=headers)}
                if wanted != 200:
                    answers["remove"] = client.get(place(book, kind, key, "remove"), headers=headers)
                    for view in ("row", "draft", "remove"):
                        answers[f"post {view}"] = client.post(place(book, kind, key, view), SAID, headers=headers)
                hold(answers, wanted, where)
    assert everything() == before
    assert AuditEntry.objects.count() == entries


@pytest.mark.parametrize("kind", sorted(KEYS.keys() - set(EXAMPLES)))
def test_row_by_kind_and_role(book, kind):
    """What is a kind's own is how it is found by its key: at what is theirs, and beside it."""
    browsers = {role: Client() for role in [*Role.values, "outsider"]}
    for role, client in browsers.items():
        client.force_login(person() if role == "outsider" else person(role, book.finance))
    before = everything()
    for role, client in browsers.items():
        for where in ("own", "sibling", "other") if role == "lead" else ("own", "sibling"):
            wanted = expected(kind, role, where)
            for key in keys_at(kind, where):
                answers = {"row": client.get(place(book, kind, key))}
                if wanted != 200:
                    answers["post"] = client.post(place(book, kind, key), SAID)
                hold(answers, wanted, where)
    assert everything() == before


@pytest.mark.parametrize("kind", KEYS)
def test_role_over_the_whole_programme(client, book, kind):
    for role in Role.values:
        client.force_login(person(role, book.root))
        for where in ("own",) if kind in OF_ALL else ("own", "sibling", "above"):
            key = KEYS[kind][0].format(w=PLACES[where])
            assert client.get(place(book, kind, key)).status_code == (200 if role in holders(kind) else 403), role
        elsewhere = client.get(place(book, kind, KEYS[kind][0].format(w="OTH")))
        assert elsewhere.status_code == (
            404 if kind not in OF_ALL and role != "councillor" else 200 if role in holders(kind) else 403
        ), role


def test_row_of_another_programme_at_its_own_address(client, book):
    client.force_login(person("pmo", book.root))
    other = Programme.objects.get(slug="other")

    for kind, keys in KEYS.items():
        for key in keys:
            address = place(book, kind, key.format(w="OTH")).replace("/book/", f"/{other.slug}/")
            assert client.get(address).status_code == client.post(address, {"seen": "0"}).status_code == 404


def test_nobody_gets_anything_without_signing_in(client, book):
    for kind, (key, _) in KEYS.items():
        for view in ("row", "draft", "remove"):
            address = place(book, kind, key.format(w="FIN"), view)
            assert client.post(address, {"seen": "0"}).status_code == 302
            assert client.post(address, {"seen": "0"}, headers=HX).status_code == 401


# --- What a body says about other rows ----------------------------------------------------------------------

FOREIGN = {
    "period": "1",
    "version": "77",
    "carried": "on",
    "withdrawn": "on",
    "workstream": "{other}",
    "workstream_id": "{other}",
    "product": "{other}",
    "programme": "{other}",
    "milestone": "{other}",
    "id": "{other}",
    "pk": "{other}",
    "ref": "X",
    "seq": "9",
    "kind": "escalation",
    "dimension": "overall",
    "section": "ratings",
    "is_staff": "on",
    "is_active": "",
    "by": "{other}",
}


def strange_to(kind, other):
    """Of these what the form of a kind does not ask for: a risk may name a product."""
    asked = KINDS[kind].form.base_fields
    return {name: value.format(other=other.root.pk) for name, value in FOREIGN.items() if name not in asked}


@pytest.mark.parametrize("kind", KEYS)
def test_body_changes_nothing_but_the_fields_of_the_form(client, book, kind):
    """T29, T32: whatever else is sent is not read, and the row stays the address's."""
    other = Book("third")
    foreign = strange_to(kind, other)
    pmo = Clerk(client, book, person("pmo", book.root))
    before = everything()

    assert pmo.save(kind, KEYS[kind][0].format(w="FIN"), **foreign).status_code == 302

    assert everything() == before


@pytest.mark.parametrize("kind", sorted(KEYS.keys() - set(all_of("TRIED_BY_ITS_OWN"))))
def test_body_of_an_added_row_does_not_say_whose_it_is(client, book, kind):
    other = Book("third")
    foreign = strange_to(kind, other)
    pmo = Clerk(client, book, person("pmo", book.root))
    before = everything()

    typed = by_kind("SAVES")[kind][3]
    assert pmo.save(kind, KEYS[kind][1].format(w="FIN"), **foreign | typed).status_code == 302

    made = [row for model, rows in everything().items() for row in rows if row not in before[model]]
    assert made
    (row,) = (row for row in made if "version" in row)
    assert (row["period_id"], row["version"]) == (book.period.pk, 1)
    assert not row.get("carried")
    assert not row.get("withdrawn")
    assert other.root.pk not in {row.get("workstream_id"), row.get("parent_id"), row.get("product_id")}


@pytest.mark.parametrize("kind", ["user", "membership", "period", "rating.level", "__class__", "Rating", "0"])
def test_kind_that_there_is_not(client, book, kind):
    client.force_login(person("pmo", book.root))

    for view in ("", "draft/", "remove/"):
        assert client.post(f"/programmes/book/2022-06/rows/{kind}/FIN/overall/{view}").status_code == 404


def test_milestone_is_not_added_to_a_product_of_somebody_else(client, book):
    client.force_login(person("lead", book.finance))
    before = everything()

    for owner in ("product/P-PEO", "product/P-OTH", "workstream/PEO", "workstream/ROOT", "workstream/OTH"):
        answer = client.post(place(book, "milestone", f"{owner}/new"), {"seen": "0", "title": "Mine"})
        assert answer.status_code == 404
        assert b"Canary" not in answer.content
    assert everything() == before


@pytest.mark.parametrize("title", ["Canary PEO", "Mine"])
def test_number_taken_elsewhere_gives_nothing_away(client, book, title):
    """A ref is the programme's: somebody else may have taken it for a workstream that this lead does not see."""
    lead = Clerk(client, book, person("lead", book.finance))
    page = lead.open("product", "FIN/P-PEO")
    assert not gives_away(page, "own")  # it offers this lead's own products, of which it may be a part

    answer = lead.send(page, title=title, tranche="1", status="on_track")

    assert answer["Location"] == place(book, "product", "P-0001")
    assert b"Canary people" not in lead.client.get(answer["Location"]).content


def test_role_that_was_taken_away_no_longer_changes_anything(client, book):
    lead = Clerk(client, book, person("lead", book.finance))
    page = lead.open("rating", "FIN/schedule")
    lead.user.memberships.all().delete()

    assert lead.send(page, reason="Mine").status_code == 404
