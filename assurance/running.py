"""Running the checks of every app over a period, for one workstream and all below it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import CharField, Count, QuerySet, Value

from programmes.checks import CHECKS, Check, Finding, RowCheck, Severity, found_in, found_together, looked_at, marks
from programmes.month import Month, once
from programmes.rows import Held
from programmes.scheme import Scheme
from programmes.tree import Node


def checks(scheme: Scheme) -> list[Check]:
    """The checks that look at the months of this scheme, the most serious first.

    A check that a later release brings is not among them until a version of the scheme names it: what was found in a
    month stays what is found in it. Nor is one that asks about what the scheme lacks.
    """
    rank = list(Severity)
    looking = (check for check in CHECKS if check.code in scheme.checks and not check.lacks(scheme))
    return sorted(looking, key=lambda check: rank.index(check.severity))


def findings(month: Month) -> list[Finding]:
    """What the checks find in what is read, the most serious first, then in the workstreams' order, then by ref.

    In the whole programme that is everything, rows that stand under no workstream included.
    """
    keys = _keys(month)
    found = found_together(_row_checks(month.scheme), month.period, keys)
    return _in_order(month, [*found, *_found_otherwise(month, keys)])


def held_in(month: Month, unit: Node) -> Held:
    """What a return holds, its rows marked where the checks find them wanting."""
    return Held(month, unit, marks(_row_checks(month.scheme), month.period))


def findings_in(held: Held) -> list[Finding]:
    """What the checks find in a return, in the same order: in its own rows, which are marked, without asking again."""
    month = held.month
    found = found_in(held.all_rows(), _row_checks(month.scheme), month.period)
    return _in_order(month, [*found, *_found_otherwise(month, frozenset(node.pk for node in held.nodes))])


def _row_checks(scheme: Scheme) -> list[RowCheck]:
    return [check.rows for check in checks(scheme) if check.rows]


def _found_otherwise(month: Month, keys: frozenset[int] | None) -> Iterator[Finding]:
    """What the checks find that are no condition on rows."""
    for check in checks(month.scheme):
        if check.rows is None:
            yield from _found(check, month, keys)


def _in_order(month: Month, findings: Iterable[Finding]) -> list[Finding]:
    place = {key: n for n, key in enumerate(month.tree.by_pk)}
    rank = {severity: n for n, severity in enumerate(Severity)}

    def order(found: Finding) -> tuple[int, int, str, str]:
        last = len(place)
        return rank[found.severity], place.get(found.workstream or 0, last), found.subject, found.code

    return sorted(findings, key=order)


@once
def counts(month: Month) -> Counter[str]:
    """How many findings each check has, by its code: one query for all the checks that are a query each."""
    tally: Counter[str] = Counter()
    keys = _keys(month)
    queries: list[QuerySet[Any, tuple[str, int]]] = []
    for check in checks(month.scheme):
        if check.rows is None:
            tally[check.code] = sum(1 for _ in _found(check, month, keys))
        elif (condition := check.rows.condition(month.period)) is not None:
            rows = looked_at(check.rows.of, month.period, keys).filter(condition).order_by()
            named = rows.values(check=Value(check.code, output_field=CharField()))
            queries.append(named.annotate(n=Count("pk")).values_list("check", "n"))
    if queries:
        tally.update(dict(queries[0].union(*queries[1:], all=True)))
    return tally


def _found(check: Check, month: Month, keys: frozenset[int] | None) -> Iterator[Finding]:
    found = check.run(month, keys)
    return (each for each in found if keys is None or each.workstream in keys)


def _keys(month: Month) -> frozenset[int] | None:
    """Keys of the workstreams of what is read; None for the whole programme, where nothing is left out."""
    return None if month.is_whole else frozenset(node.pk for node in month.scope.walk())
