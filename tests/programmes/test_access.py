"""Who sees which months, and which part of the tree in them."""

from contextlib import suppress

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.roles import Permission, Role, allowed
from programmes.access import (
    access_or_404,
    accesses,
    may_manage_people,
    may_run_months,
    may_see_history,
    scope_or_404,
)
from programmes.models import Membership, Programme, WorkstreamPosition
from programmes.tree import trees
from tests.factories import Book, amend, person
from tests.scenes import scene

pytestmark = pytest.mark.django_db


@scene
def book():
    """May 2022 closed and June 2022 open; Finance with two sub-workstreams, and People."""
    book = Book("book", label="2022-05")
    book.finance = book.workstream("FIN", book.root)
    book.people = book.workstream("PEO", book.root)
    book.erp = book.workstream("ERP", book.finance)
    book.ledger = book.workstream("LED", book.finance)
    book.may = book.period
    book.june = book.next_month("2022-06")
    book.may.refresh_from_db()
    return book


def access(user):
    return access_or_404(user, "book")


def tops(user, period):
    return [node.ref for node in access(user).tops(period, trees(period)[0])]


def scope(user, period, ref=""):
    return scope_or_404(access(user), period, trees(period)[0], ref).ref


def months(user):
    return [str(period) for period in access(user).periods]


def sees(user, period):
    """The refs of all workstreams that this person can read on their own."""
    (tree,) = trees(period)
    found = set()
    for ref in tree.by_ref:
        with suppress(Http404):
            found.add(scope(user, period, ref))
    return found


# --- Getting in ---------------------------------------------------------------------------------------------


def test_programme_is_there_for_those_with_a_role_in_it(book):
    lead = person("lead", book.erp)
    assert access(lead).programme == book.programme
    assert access(lead).held == ((book.erp.pk, "lead"),)


@pytest.mark.parametrize("make", [person, AnonymousUser], ids=["outsider", "nobody"])
def test_programme_is_not_there_for_anyone_else(book, make):
    person("lead", book.erp)
    with pytest.raises(Http404):
        access_or_404(make(), "book")


def test_role_in_one_programme_gives_nothing_in_another(book):
    other = Book("other")
    officer = person("pmo", other.root)
    with pytest.raises(Http404):
        access(officer)


def test_unknown_programme_is_not_there(book):
    with pytest.raises(Http404):
        access_or_404(person("pmo", book.root), "nowhere")


def test_access_names_the_roles_of_this_programme_only(book):
    officer = person("pmo", book.root)
    Membership.objects.create(user=officer, workstream=book.erp, role="lead")
    Membership.objects.create(user=officer, workstream=Book("other").root, role="finance")
    assert access(officer).roles == {"pmo", "lead"}


def test_portfolio_is_every_programme_with_a_role_by_name(book):
    director = person("director", Book("zebra").root)
    Programme.objects.filter(slug="book").update(name="a programme")  # whatever its case
    for workstream, role in (book.erp, "lead"), (book.root, "director"):
        Membership.objects.create(user=director, workstream=workstream, role=role)
    Book("hidden")
    assert [(a.programme.slug, sorted(a.roles)) for a in accesses(director)] == [
        ("book", ["director", "lead"]),
        ("zebra", ["director"]),
    ]


@pytest.mark.parametrize("make", [person, AnonymousUser], ids=["outsider", "nobody"])
def test_portfolio_of_anyone_else_is_empty(book, make):
    person("lead", book.erp)
    assert accesses(make()) == []


@pytest.mark.parametrize("programmes", [1, 3])
def test_portfolio_costs_one_query(book, programmes, django_assert_num_queries):
    director = person("director", book.root)
    for n in range(programmes - 1):
        Membership.objects.create(user=director, workstream=Book(f"more-{n}").root, role="director")
    with django_assert_num_queries(1):
        assert len(accesses(director)) == programmes


# --- Which months -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_councillor_sees_closed_months_and_everyone_else_the_open_one_too(book, role):
    expected = ["May 2022"] if role == "councillor" else ["May 2022", "June 2022"]
    assert months(person(role, book.root)) == expected


def test_councillor_who_is_a_lead_too_sees_the_open_month(book):
    councillor = person("councillor", book.root)
    Membership.objects.create(user=councillor, workstream=book.erp, role="lead")
    assert months(councillor) == ["May 2022", "June 2022"]


@pytest.mark.parametrize(
    ("closed", "shown"), [(True, "May 2022, edition 2"), (False, "May 2022")], ids=["issued", "in progress"]
)
def test_each_month_is_shown_once_in_the_edition_that_reading_takes(book, closed, shown):
    amend(book.may, closed=closed)
    assert months(person("pmo", book.root)) == [shown, "June 2022"]


def test_months_of_another_programme_are_not_listed(book):
    Book("other", label="2022-01")
    assert months(person("pmo", book.root)) == ["May 2022", "June 2022"]


# --- Which part of the tree ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("root", {"ROOT", "FIN", "ERP", "LED", "PEO"}),
        ("finance", {"FIN", "ERP", "LED"}),
        ("erp", {"ERP"}),
        ("people", {"PEO"}),
    ],
)
def test_lead_sees_their_workstream_and_all_below_it(book, at, expected):
    lead = person("lead", getattr(book, at))
    assert sees(lead, book.may) == sees(lead, book.june) == expected


def test_without_a_name_the_highest_scope_is_read(book):
    lead = person("lead", book.erp)
    assert scope(lead, book.june) == "ERP"
    Membership.objects.create(user=lead, workstream=book.people, role="lead")
    assert (tops(lead, book.june), scope(lead, book.june)) == (["PEO", "ERP"], "PEO")
    Membership.objects.create(user=lead, workstream=book.root, role="assurance")
    assert (tops(lead, book.june), scope(lead, book.june)) == (["ROOT", "PEO", "ERP"], "ROOT")


def test_scopes_of_one_tier_stand_by_ref(book):
    lead = person("lead", book.people)
    for workstream in book.finance, book.workstream("AUD", book.root):
        Membership.objects.create(user=lead, workstream=workstream, role="lead")
    assert tops(lead, book.june) == ["AUD", "FIN", "PEO"]


def test_two_roles_in_one_workstream_are_one_scope(book):
    lead = person("lead", book.erp)
    Membership.objects.create(user=lead, workstream=book.erp, role="finance")
    assert tops(lead, book.june) == ["ERP"]


def test_role_opens_the_months_it_may_see_where_it_is_held_and_nowhere_else(book):
    councillor = person("councillor", book.root)
    Membership.objects.create(user=councillor, workstream=book.erp, role="lead")
    assert tops(councillor, book.may) == ["ROOT", "ERP"]
    assert tops(councillor, book.june) == ["ERP"]
    assert sees(councillor, book.june) == {"ERP"}


def test_unknown_workstream_is_not_there(book):
    with pytest.raises(Http404, match=r"^No workstream NEW of yours in June 2022\.$"):
        scope(person("pmo", book.root), book.june, "NEW")


def test_workstream_that_moved_is_seen_from_where_it_stood_that_month(book):
    WorkstreamPosition.objects.of(book.june).filter(workstream=book.erp).update(parent=book.people)
    finance, people, erp = (person("lead", workstream) for workstream in (book.finance, book.people, book.erp))
    assert [sees(finance, period) for period in (book.may, book.june)] == [{"FIN", "ERP", "LED"}, {"FIN", "LED"}]
    assert [sees(people, period) for period in (book.may, book.june)] == [{"PEO"}, {"PEO", "ERP"}]
    assert [sees(erp, period) for period in (book.may, book.june)] == [{"ERP"}, {"ERP"}]


def test_lead_of_a_workstream_that_is_new_or_gone_has_nothing_to_read_that_month(book):
    lead = person("lead", book.workstream("NEW", book.root))
    assert scope(lead, book.june) == "NEW"
    with pytest.raises(PermissionDenied, match=r"^May 2022 holds no workstream of yours\.$"):
        scope(lead, book.may)
    WorkstreamPosition.objects.of(book.june).filter(workstream__ref="NEW").update(withdrawn=True)
    with pytest.raises(PermissionDenied):
        scope(lead, book.june)


def test_councillor_has_nothing_to_read_in_an_open_month(book):
    councillor = person("councillor", book.root)
    assert scope(councillor, book.may) == "ROOT"
    with pytest.raises(PermissionDenied):
        scope(councillor, book.june)


# --- The whole programme ------------------------------------------------------------------------------------

MAY = {
    Permission.RUN_MONTHS: may_run_months,
    Permission.MANAGE_PEOPLE: may_manage_people,
    Permission.VIEW_HISTORY: may_see_history,
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("at", ["root", "finance", "erp"])
@pytest.mark.parametrize("permission", MAY)
def test_tree_and_database_agree_on_who_may_for_the_whole_programme(book, permission, at, role):
    user = person(role, getattr(book, at))
    expected = at == "root" and allowed([role], permission)
    for period in (book.may, book.june):
        assert access(user).may_for_all(permission, trees(period)[0]) == expected
    assert MAY[permission](user, book.programme) == expected


def test_root_is_the_one_whatever_moves_comes_or_goes(book):
    WorkstreamPosition.objects.of(book.june).filter(workstream=book.erp).update(parent=book.people)
    WorkstreamPosition.objects.of(book.june).filter(workstream=book.finance).update(withdrawn=True)
    Book("other")
    assert list(book.programme.workstreams.roots()) == [book.root]
