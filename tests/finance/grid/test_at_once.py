"""Two people who save the same line of a grid at the same moment: one is first, the other is shown both."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from finance.models import FinanceLinePosition
from finance.views import grid as views
from programmes.actions import rows
from tests.finance.grid.conftest import Editor, money_month
from tests.finance.grid.test_grid import BUDGET, OTHER, stated
from tests.programmes.rows.forms import form_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def month(transactional_db):
    return money_month()


def both(month, monkeypatch, *typed):
    """Send what each types, once both have been read and before either is written; return the answers."""
    barrier, save = Barrier(len(typed)), views.save

    def met(grid):
        barrier.wait(timeout=30)
        return save(grid)

    monkeypatch.setattr(views, "save", met)
    editors = [Editor(Client(), month, user) for user in (month.partner, month.pmo)]

    def send(editor, cells):
        try:
            return editor.client.post(editor.place, form_of(editor.page) | cells)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(typed)) as pool:
        return list(pool.map(send, editors, typed))


def test_one_of_two_is_told_what_the_other_saved(month, monkeypatch):
    answers = both(month, monkeypatch, {f"cell {BUDGET}": "5,000"}, {f"cell {BUDGET}": "6,000"})

    assert sorted(each.status_code for each in answers) == [302, 409]
    late = next(each for each in answers if each.status_code == 409)
    typed = form_of(late)[f"cell {BUDGET}"]
    saved = {"5,000": "6,000", "6,000": "5,000"}[typed]
    assert f"It says {saved} now." in late.content.decode()
    assert stated(month)[BUDGET] == int(saved.replace(",", "")) * 1_000
    assert FinanceLinePosition.objects.get(line=month.staff).version == 2


def test_without_versions_the_one_would_write_over_the_other(month, monkeypatch):
    """The proof that the test above bites."""
    monkeypatch.setattr(rows, "is_stale", lambda now, seen: False)

    answers = both(month, monkeypatch, {f"cell {BUDGET}": "5,000"}, {f"cell {BUDGET}": "6,000"})

    assert [each.status_code for each in answers] == [302, 302]


def test_two_who_save_different_lines_are_not_in_each_other_s_way(month, monkeypatch):
    answers = both(month, monkeypatch, {f"cell {BUDGET}": "5,000"}, {f"cell {OTHER}": "1,300"})

    assert [each.status_code for each in answers] == [302, 302]
    assert (stated(month)[BUDGET], stated(month)[OTHER]) == (5_000_000, 1_300_000)
