"""The tree of workstreams as it stood in one period."""

import pytest

from programmes.models import WorkstreamPosition
from programmes.tree import Tree, trees
from tests.factories import Book, somerset_scheme
from tests.scenes import scene

pytestmark = pytest.mark.django_db


@scene
def book():
    """A programme with two workstreams, the first with two sub-workstreams, one of them divided again."""
    document = somerset_scheme()
    document["tiers"].append({"word": "strand", "plural": "strands"})
    book = Book("book", label="2022-05", document=document)
    book.finance = book.workstream("FIN", book.root, name="Finance", lead="Head of finance")
    book.people = book.workstream("PEO", book.root)
    book.erp = book.workstream("ERP", book.finance)
    book.audit = book.workstream("AUD", book.finance)
    book.ledger = book.workstream("LED", book.erp)
    return book


def outline(node):
    """A subtree as nested refs: {"FIN": {"ERP": {}}}."""
    return {node.ref: {ref: below for child in node.children for ref, below in outline(child).items()}}


def move(book, workstream, **columns):
    assert WorkstreamPosition.objects.of(book.period).filter(workstream=workstream).update(**columns) == 1


def refs(nodes):
    return [node.ref for node in nodes]


def test_tree_hangs_from_the_root(book):
    (tree,) = trees(book.period)
    assert outline(tree.root) == {"ROOT": {"FIN": {"ERP": {"LED": {}}, "AUD": {}}, "PEO": {}}}


def test_node_is_its_workstream_as_it_stood(book):
    node = trees(book.period)[0].by_ref["FIN"]
    assert (node.pk, node.name, node.lead) == (book.finance.pk, "Finance", "Head of finance")
    assert node.parent == book.root.pk


def test_tier_counts_from_the_programme_down(book):
    (tree,) = trees(book.period)
    tiers = [(node.ref, node.tier) for node in tree.root.walk()]
    assert tiers == [("ROOT", 0), ("FIN", 1), ("ERP", 2), ("LED", 3), ("AUD", 2), ("PEO", 1)]


def test_a_stated_tier_may_skip_one_and_those_below_go_on_from_it(book):
    move(book, book.people, tier=2)
    move(book, book.erp, tier=3)
    (tree,) = trees(book.period)

    tiers = [(node.ref, node.tier) for node in tree.root.walk()]
    assert tiers == [("ROOT", 0), ("FIN", 1), ("ERP", 3), ("LED", 4), ("AUD", 2), ("PEO", 2)]
    assert refs(tree.misplaced(5)) == []
    assert refs(tree.misplaced(4)) == ["LED"]


def test_what_is_no_deeper_than_what_it_stands_under_is_misplaced(book):
    move(book, book.finance, tier=2)
    move(book, book.erp, tier=2)

    assert refs(trees(book.period)[0].misplaced(5)) == ["ERP"]


def test_nodes_are_found_by_key_and_by_ref(book):
    (tree,) = trees(book.period)
    assert {node.pk: node for node in tree.by_ref.values()} == tree.by_pk
    assert tree.by_pk[book.ledger.pk] is tree.by_ref["LED"]


def test_children_stand_in_their_order_and_then_by_ref(book):
    for workstream in book.erp, book.audit:
        move(book, workstream, sort=5)
    move(book, book.people, sort=0)
    (tree,) = trees(book.period)
    assert refs(tree.root.walk()) == ["ROOT", "PEO", "FIN", "AUD", "ERP", "LED"]


def test_subtree_is_the_node_and_all_below_it(book):
    (tree,) = trees(book.period)
    assert refs(tree.by_ref["FIN"].walk()) == ["FIN", "ERP", "LED", "AUD"]
    assert refs(tree.by_ref["PEO"].walk()) == ["PEO"]


@pytest.mark.parametrize(("ref", "path"), [("ROOT", ["ROOT"]), ("LED", ["ROOT", "FIN", "ERP", "LED"])])
def test_path_leads_from_the_root_to_the_node(book, ref, path):
    (tree,) = trees(book.period)
    assert refs(tree.path(tree.by_ref[ref])) == path


def test_withdrawn_workstream_is_left_out_with_all_below_it(book):
    move(book, book.erp, withdrawn=True)
    assert sorted(trees(book.period)[0].by_ref) == ["AUD", "FIN", "PEO", "ROOT"]


def test_workstream_under_one_without_a_position_is_left_out(book):
    WorkstreamPosition.objects.of(book.period).filter(workstream=book.finance).delete()
    assert sorted(trees(book.period)[0].by_ref) == ["PEO", "ROOT"]


def test_workstreams_that_hang_from_each_other_are_left_out(book):
    move(book, book.finance, parent=book.ledger)
    assert sorted(trees(book.period)[0].by_ref) == ["PEO", "ROOT"]


def test_period_without_workstreams_has_an_empty_tree(book):
    move(book, book.root, withdrawn=True)
    (tree,) = trees(book.period)
    assert (tree.root, tree.by_pk, tree.by_ref) == (None, {}, {})


def test_no_period_has_an_empty_tree(book):
    june, before = trees(book.period, None)
    assert june.root.ref == "ROOT"
    assert (before.root, before.by_pk) == (None, {})
    assert Tree(()).root is None


def test_each_period_keeps_its_own_tree(book):
    may, june = book.period, book.next_month("2022-06")
    move(book, book.erp, parent=book.people, name="Resource planning")
    trees_of = dict(zip(("may", "june"), trees(may, june), strict=True))
    assert outline(trees_of["may"].by_ref["FIN"]) == {"FIN": {"ERP": {"LED": {}}, "AUD": {}}}
    assert outline(trees_of["june"].by_ref["PEO"]) == {"PEO": {"ERP": {"LED": {}}}}
    assert [trees_of[month].by_ref["ERP"].name for month in ("may", "june")] == ["Workstream ERP", "Resource planning"]


@pytest.mark.parametrize("more", [0, 3])
def test_trees_of_two_periods_cost_one_query(book, more, django_assert_num_queries):
    for n in range(more):
        book.workstream(f"MORE-{n}", book.people)
    may, june = book.period, book.next_month("2022-06")
    with django_assert_num_queries(1):
        assert [len(tree.by_pk) for tree in trees(may, june)] == [6 + more] * 2
