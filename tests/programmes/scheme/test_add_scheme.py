"""A version is added when everything that is carried has a meaning in it, and the open month takes it on request."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry, AuditHead
from accounts.roles import Role
from programmes.actions import Refused, add_scheme, open_period, reopen_period
from programmes.models import Period, Programme, SchemeVersion
from programmes.months.codes import carried_vocabularies
from tests.factories import everything, person, somerset_scheme
from tests.programmes.scheme.conftest import without_hold

HELD = somerset_scheme() | {"holds_closing": ["milestone_without_status"]}


def refuses(book, document, sentence, **options):
    before, entries = everything(), AuditEntry.objects.count()
    with pytest.raises(Refused) as refused:
        add_scheme(book.programme, document, **options)
    assert str(refused.value) == sentence
    assert (everything(), AuditEntry.objects.count()) == (before, entries)


def not_added(book, document, *sentences):
    refuses(book, document, f"Scheme 2 of The book programme is not added. {' '.join(sentences)}")


# --- Adding -------------------------------------------------------------------------------------------------


def test_the_next_version_is_added_and_the_open_month_keeps_its_own(book):
    added = add_scheme(book.programme, HELD)

    assert (added.version.number, added.is_new, added.taken_by) == (2, True, None)
    assert SchemeVersion.objects.get(number=2).document == HELD
    assert Period.objects.get().scheme_version.number == 1


def test_the_next_month_takes_it(book):
    add_scheme(book.programme, HELD)

    assert book.next_month("2022-06").scheme_version.number == 2
    assert Period.objects.get(label="2022-05").scheme_version.number == 1


def test_the_same_again_changes_nothing(book):
    add_scheme(book.programme, HELD)
    before, entries = everything(), AuditEntry.objects.count()

    added = add_scheme(book.programme, dict(reversed(HELD.items())))

    assert (added.version.number, added.is_new, added.taken_by) == (2, False, None)
    assert (everything(), AuditEntry.objects.count()) == (before, entries)


def test_what_was_left_may_be_taken_up_again(book):
    add_scheme(book.programme, HELD)

    assert add_scheme(book.programme, somerset_scheme()).version.number == 3


def test_it_stands_in_the_history(book):
    pmo = person("pmo", book.root, name="PMO officer")
    add_scheme(book.programme, HELD, by=pmo)

    entry = AuditEntry.objects.newest_first().first()

    assert (entry.what, entry.subject, entry.programme, entry.actor) == (
        "scheme.add",
        "Scheme 2",
        "book",
        "PMO officer",
    )
    assert entry.after == {"number": 2, "changed": ["holds_closing"]}


@pytest.mark.parametrize("role", [*Role.values, ""])
def test_it_is_for_those_who_run_months(book, role):
    by = person(role, book.root, name="Somebody")
    if role in {"pmo", "administrator"}:
        assert add_scheme(book.programme, HELD, by=by).is_new
    else:
        sentence = "Somebody may not change the scheme of The book programme: that is for its PMO."
        refuses(book, HELD, sentence, by=by)


def test_not_for_those_who_run_them_of_a_part(book):
    by = person("pmo", book.finance, name="Somebody")
    refuses(book, HELD, "Somebody may not change the scheme of The book programme: that is for its PMO.", by=by)


def test_a_programme_without_a_scheme_gets_its_first(db):
    programme = Programme.objects.create(slug="new", name="New", council="Council")

    assert add_scheme(programme, HELD).version.number == 1
    assert open_period(programme, "2022-06").scheme_version.document == HELD


# --- What is wrong with a document --------------------------------------------------------------------------


def test_a_document_that_does_not_parse_is_refused_by_its_place(book):
    refuses(book, HELD | {"format": 2}, "scheme.format: this version reads format 1.")


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ({"checks": []}, "Its check “milestone_without_status” is to hold a month back, but is not among its checks."),
        (
            {"retired": {"mood": {"a": "b"}}},
            f"It retires codes of “mood”, of which none is carried. Those of {', '.join(sorted(carried_vocabularies()))} are.",
        ),
        (
            {"retired": {"status": {"on_hold": "at_risk"}}},
            "It retires the status “on_hold”, but gives it a meaning as well.",
        ),
        ({"retired": {"status": {"late": "gone"}}}, "It turns the status “late” into “gone”, which it does not know."),
    ],
    ids=["unused", "no codes", "known", "unknown"],
)
def test_what_contradicts_itself_is_refused(book, keys, sentence):
    not_added(book, HELD | keys, sentence)


@pytest.mark.parametrize("key", ["checks", "holds_closing"])
def test_a_check_that_there_is_not_is_refused_with_those_there_are(book, key):
    with pytest.raises(Refused, match=r"It names a check “smile”, which there is not\. There is: .*delivered_before_"):
        add_scheme(book.programme, somerset_scheme() | {key: ["smile"]})


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("c" * 21, f"The code “{'c' * 21}” is longer than 20 characters."),
        ("a/b", "The code “a/b” may have letters from A to Z, figures, hyphens and underscores alone."),
    ],
)
@pytest.mark.parametrize("place", ["dimensions", "tranches", "narrative"])
def test_a_code_that_no_column_or_address_takes_is_refused(book, place, code, sentence):
    document = somerset_scheme()
    document[place].append(document[place][-1] | {"code": code, "label": "Another"})
    not_added(book, document, sentence)


# --- What is carried ----------------------------------------------------------------------------------------


def test_a_carried_code_without_meaning_is_refused_with_its_rows(book):
    for n in range(5):
        book.product(book.finance, f"P-{n}", status="on_hold")

    def lost(what):
        return f"It does not know the {what} of May 2022, nor does it say under “retired” what becomes of it."

    not_added(
        book,
        without_hold(),
        lost("milestone status “on_hold” (M-1)"),
        lost("product status “on_hold” (P-0, P-1, P-2 and 3 more)"),
    )


def test_a_carried_code_whose_successor_is_named_is_not(book, paused):
    assert add_scheme(book.programme, paused).is_new


def test_what_is_withdrawn_or_said_afresh_is_not_carried(book):
    book.product(book.finance, "OLD", tranche="3", withdrawn=True)
    book.rating(book.finance, "overall", "R")
    book.narrative(book.finance, "ask", "Agree the plan.")
    document = somerset_scheme()
    document["tranches"] = document["tranches"][:2]
    del document["dimensions"][0], document["narrative"][1]
    document["layouts"]["scorecard"] = document["layouts"]["scorecard"][:1]

    not_added(
        book,
        document,
        "It does not know the tranche “3” (PAY) of May 2022, nor does it say under “retired” what becomes of it.",
    )
    assert add_scheme(book.programme, document | {"retired": {"tranche": {"3": "2"}}}).is_new


def test_tiers_that_are_too_few_for_what_is_carried_are_refused(book):
    book.workstream("FIN-1", book.finance)
    document = somerset_scheme()
    document["tiers"], document["return_tier"] = document["tiers"][:2], 1
    for dimension in document["dimensions"]:
        dimension["scales"].pop("2", None)
    document["layouts"] = {"scorecard": [{"section": "headline", "title": "At a glance"}]}

    not_added(book, document, "It has 1 tier below the programme, and deeper stand FIN-1 of May 2022.")


# --- The open month -----------------------------------------------------------------------------------------


def test_the_open_month_takes_it_where_that_is_asked_for(book):
    added = add_scheme(book.programme, HELD, open_month=True)

    assert added.taken_by == book.period
    assert Period.objects.get().scheme.holds_closing == ("milestone_without_status",)
    entry = AuditEntry.objects.newest_first().first()
    assert (entry.what, entry.subject, entry.before, entry.after) == (
        *("period.take_scheme", "May 2022"),
        *({"scheme": 1}, {"scheme": 2}),
    )


def test_it_may_take_later_what_was_added_before_and_takes_it_once(book):
    add_scheme(book.programme, HELD)

    assert add_scheme(book.programme, HELD, open_month=True).taken_by == book.period
    assert add_scheme(book.programme, HELD, open_month=True).taken_by is None
    assert list(SchemeVersion.objects.values_list("number", flat=True)) == [1, 2]


def test_the_open_month_takes_nothing_in_which_a_code_of_its_own_is_lost(book, paused):
    """What the next month would have rewritten at its opening stands in this one as somebody reported it."""
    book.rating(book.finance, "overall", "P")

    refuses(
        book,
        paused,
        "May 2022 cannot take Scheme 2 of The book programme. "
        "It does not know the milestone status “on_hold” (M-1) of May 2022. "
        "It does not know the product status “on_hold” (PAY) of May 2022. "
        "It does not know the rating “P” for “overall” (FIN) of May 2022.",
        open_month=True,
    )


def test_a_closed_month_never_takes_it_nor_does_an_amendment(book):
    reopen_period(book.close(), reason="A rating was mistyped")

    refuses(
        book,
        HELD,
        "No month of The book programme is open. The next that is opened takes the newest scheme by itself.",
        open_month=True,
    )


def test_nothing_is_locked_after_the_head_of_the_audit(book):
    """Whoever closes the month holds it and waits for the head: held the other way round, the two would wait for ever."""
    with CaptureQueriesContext(connection) as run:
        add_scheme(book.programme, HELD, open_month=True, by=person("pmo", book.root))

    statements = [query["sql"] for query in run.captured_queries]
    first = next(n for n, sql in enumerate(statements) if AuditHead._meta.db_table in sql)
    assert any(sql.startswith("UPDATE") and Period._meta.db_table in sql for sql in statements[:first])
    tables = (Period._meta.db_table, SchemeVersion._meta.db_table)
    assert [sql for sql in statements[first:] if any(table in sql for table in tables)] == []
