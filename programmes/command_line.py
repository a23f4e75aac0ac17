"""What a command line names: a programme by its short name, a month of it, a workstream by its ref."""

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from programmes.models import Period, Programme
from programmes.tree import Node, Tree


def add_month(parser: ArgumentParser) -> None:
    """Take PROGRAMME YYYY-MM [--edition N] [--workstream REF]."""
    parser.add_argument("programme", metavar="PROGRAMME", help="its short name, as in its address")
    parser.add_argument("label", metavar="YYYY-MM")
    parser.add_argument("--edition", type=int, help="an edition other than the newest")
    parser.add_argument("--workstream", default="", metavar="REF", help="a workstream with all below it")


def named_month(options: Mapping[str, Any]) -> Period:
    """The edition asked for: without one, the newest closed, else the open one. Raise LookupError with a sentence."""
    programme = Programme.objects.filter(slug=options["programme"]).first()
    if programme is None:
        raise LookupError(f"There is no programme “{options['programme']}”.")
    editions = programme.periods.filter(label=options["label"]).select_related(
        "scheme_version", "previous__scheme_version"
    )
    if options["edition"] is not None:
        editions = editions.filter(edition=options["edition"])
    period = editions.newest_first().first()
    if period is None:
        edition = f", edition {options['edition']}" if options["edition"] is not None else ""
        raise LookupError(f"{programme} has no month {options['label']}{edition}.")
    return period


def named_workstream(options: Mapping[str, Any], period: Period, tree: Tree) -> Node | None:
    """The workstream asked for, fin-01 being FIN-01; None where none was. Raise LookupError with a sentence."""
    ref = options["workstream"]
    if not ref:
        return None
    if ref in tree.by_ref:
        return tree.by_ref[ref]
    alike = [node for node in tree.by_ref.values() if node.ref.casefold() == ref.casefold()]
    if len(alike) != 1:
        raise LookupError(f"{period} of {period.programme} has no workstream {ref}.")
    return alike[0]
