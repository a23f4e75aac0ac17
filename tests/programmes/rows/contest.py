"""Many people save the same few rows at once through the pages, for the suite and for `make soak`."""

import random
import re
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.db import connection
from django.db.models import F, Sum
from django.test import Client

from accounts.models import AuditEntry
from programmes.models import Rating
from tests.factories import person
from tests.programmes.rows.forms import form_of, place

FEWEST = 8  # rows; of more than sixteen people, two share one
PATIENCE = 200  # conflicts that one save meets
SAVED, CONFLICT = 200, 409  # how a save in place ends


@dataclass
class Outcome:
    accepted: int
    conflicts: int
    errors: list[str]
    increments: int  # of the versions of all rows
    entries: int  # that the audit got
    lost: int  # accepted saves that wrote over what their writer had not read

    def __str__(self):
        return (
            f"accepted saves {self.accepted} = version increments {self.increments} = audit entries {self.entries}, "
            f"lost {self.lost}, errors {len(self.errors)} (and {self.conflicts} conflicts)"
        )


def contest(book, *, saves, clients):
    """So many saves of a few ratings, shared out between so many people; return what came of them.

    Each reads a rating and saves it; whoever meets a conflict is shown what stands there and saves over that. Each text
    names the version that its writer had read.
    """
    rows = [
        book.rating(book.workstream(f"W{n}", book.root), "overall", "A", reason="over 0, by nobody")
        for n in range(max(FEWEST, clients // 2))
    ]
    before = AuditEntry.objects.count()
    start = threading.Barrier(clients)
    people = [person("pmo", book.root) for _ in range(clients)]

    def work(n):
        writer = Writer(book, people[n], rows, random.Random(n))
        start.wait(timeout=60)
        for _ in range(saves // clients):
            writer.save()
        return writer

    with ThreadPoolExecutor(clients) as pool:
        writers = list(pool.map(work, range(clients)))
    ended = sum((writer.ended for writer in writers), Counter())
    return Outcome(
        accepted=ended[SAVED],
        conflicts=ended[CONFLICT],
        errors=[error for writer in writers for error in writer.errors],
        increments=Rating.objects.filter(period=book.period).aggregate(sum=Sum(F("version") - 1))["sum"],
        entries=AuditEntry.objects.count() - before,
        lost=unread(before),
    )


class Writer:
    """One person at their browser."""

    def __init__(self, book, user, rows, chance):
        self.client, self.user, self.chance = Client(), user, chance
        self.client.force_login(user)
        self.rows = [(place(book, "rating", f"W{n}/overall"), row.pk) for n, row in enumerate(rows)]
        self.ended, self.errors, self.saves = Counter(), [], 0

    def save(self):
        """Save a row, over whatever others save meanwhile."""
        address, pk = self.chance.choice(self.rows)
        self.saves += 1
        try:
            there = Rating.objects.values_list("version", flat=True).get(pk=pk)
            for _ in range(PATIENCE):
                there = self.post(address, pk, there)
                if there is None:
                    return
            self.errors.append(f"{PATIENCE} conflicts one after another")
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is counted and reported
            self.errors.append(repr(error))
            connection.close()

    def post(self, address, pk, seen):
        """Save over this version; return the one to save over instead, where somebody was first."""
        reason = f"over {seen}, by {self.user}, their {self.saves}"
        said = {"of": pk, "seen": seen, "level": "A", "reason": reason}
        answer = self.client.post(address, said, headers={"HX-Request": "true"})
        connection.close()  # as at the end of a request
        self.ended[answer.status_code] += 1
        if answer.status_code == CONFLICT:
            return int(form_of(answer)["seen"])
        if answer.status_code != SAVED:
            self.errors.append(f"{answer.status_code}: {answer.content[:200]!r}")
        return None


def unread(since):
    """How many saves wrote over what their writer had not read: the first of a row is over 1, the next over 2."""
    lost, versions = 0, Counter()
    for entry in AuditEntry.objects.filter(seq__gt=since).order_by("seq"):
        versions[entry.subject_key] += 1
        (read,) = re.findall(r"^over (\d+),", entry.after["reason"])
        lost += int(read) != versions[entry.subject_key]
    return lost
