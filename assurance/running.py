"""Running the checks of every app over a period, for one workstream and all below it."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db.models import CharField, Count, QuerySet, Value

from core.lookups import one_of
from programmes.checks import CHECKS, Check, Found, Severity
from programmes.models import Period
from programmes.tree import Node, Tree


def checks() -> list[Check]:
    """Every check there is, the most serious first."""
    rank = list(Severity)
    return sorted(CHECKS, key=lambda check: rank.index(check.severity))


def findings(period: Period, tree: Tree, scope: Node | None = None) -> list[Found]:
    """What every check finds, the most serious first, then in the workstreams' order, then by ref.

    Without a scope, or with the programme itself, that is everything, rows that stand under no workstream included.
    """
    return findings_among(period, tree, _keys(scope))


def findings_among(period: Period, tree: Tree, keys: frozenset[int] | None) -> list[Found]:
    """The same of these workstreams alone, without those below them; None: of everything."""
    place = {key: n for n, key in enumerate(tree.by_pk)}
    rank = {severity: n for n, severity in enumerate(Severity)}

    def order(found: Found) -> tuple[int, int, str, str]:
        last = len(place)
        return rank[found.severity], place.get(found.workstream or 0, last), found.subject, found.code

    return sorted((found for check in CHECKS for found in _found(check, period, tree, keys)), key=order)


def counts(period: Period, tree: Tree, scope: Node | None = None) -> Counter[str]:
    """How many findings each check has, by its code: one query for all the checks that are a query each."""
    tally: Counter[str] = Counter()
    keys = _keys(scope)
    queries: list[QuerySet[Any, tuple[str, int]]] = []
    for check in CHECKS:
        if check.rows is None:
            tally[check.code] = sum(1 for _ in _found(check, period, tree, keys))
            continue
        rows = check.rows(period).order_by()
        if keys is not None:
            rows = rows.filter(one_of("in_workstream", keys))
        if not rows.query.is_empty():
            named = rows.values(check=Value(check.code, output_field=CharField()))
            queries.append(named.annotate(n=Count("pk")).values_list("check", "n"))
    if queries:
        tally.update(dict(queries[0].union(*queries[1:], all=True)))
    return tally


def _found(check: Check, period: Period, tree: Tree, keys: frozenset[int] | None) -> Iterator[Found]:
    return (found for found in check.run(period, tree, keys) if keys is None or found.workstream in keys)


def _keys(scope: Node | None) -> frozenset[int] | None:
    """Keys of the workstreams of a subtree; None for the whole programme, where nothing is left out."""
    if scope is None or scope.parent is None:
        return None
    return frozenset(node.pk for node in scope.walk())
