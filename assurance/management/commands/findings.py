import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from assurance.running import findings
from core.commands import DataCommand
from programmes.checks import Finding
from programmes.command_line import add_month, named_month, named_workstream
from programmes.month import whole_month
from programmes.tree import Tree


class Command(DataCommand):
    help = "Write what the checks find in a month: in the newest closed edition, else in the open one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_month(parser)
        parser.add_argument("--format", required=True, choices=["json"])

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            month = whole_month(named_month(options))
            scope = named_workstream(options, month.period, month.tree)
        except LookupError as error:
            raise CommandError(str(error)) from error
        found = [_plain(each, month.tree) for each in findings(month.within(scope) if scope else month)]
        sys.stdout.buffer.write((json.dumps({"findings": found}, ensure_ascii=False, indent=1) + "\n").encode())


def _plain(found: Finding, tree: Tree) -> dict[str, Any]:
    """A finding as `docs/findings.schema.json` promises it, with where it stands among its facts."""
    node = tree.by_pk.get(found.workstream or 0)
    return {
        "code": found.code,
        "severity": found.severity,
        "subject": found.subject,
        "sentence": found.sentence,
        "evidence": [*([f"Workstream: {node.name}"] if node else []), *found.evidence],
    }
