"""What the tests of each app give the generic tests to try.

A generic test is about every kind of row, model or constraint there is. What it tries of an app stands in one file,
`trials.py` beside the tests of that app, under names that this module asks for:

    KEYS        by kind: the key of one that is there and of one to be added, at a workstream {w}, once `stand` was called
    TAKES       by kind: the permissions of which any will do to change it, where that is not to report alone
    OF_ALL      kinds that are of the whole programme
    EXAMPLES    one kind of each permission, asked for everywhere and in every way
    SAVES       by kind: the key of one that is there, what is typed, that of one to be added, what is typed, who does it
    REQUIRED    by kind: a key, what is typed with nothing that is seen in it, and the sentence that says so
    BESIDES     by kind: what is typed where a text that says something wants another field filled in too
    ADDITIONS   kinds, each with a key of the first at ROOT and what is typed
    COSTS       by kind: queries of the page of one, of saving it, of the page to add one, of adding it
    TRIED_BY_ITS_OWN  kinds that SAVES and COSTS leave out
    SCHEME      parts of a scheme without which the keys of a kind name nothing
    PAGES       pages to be read, as tests/config/test_urls.py has them
    CHANGING    names of pages that change something, tried by the app's own tests
    NOT_DOCUMENTED    checks that no council meets
    ROW, RULES  of the constraints: a row of each model, and what each rule refuses and admits (tests/constraints.py)
    NO_CODES    short texts that are no codes of the scheme: (model, column)
    CODED_BY_ITS_OWN  columns of codes that a constraint keeps from holding any code at all: (model, column)
    COLUMNS     by file of an example: its columns

and functions that add rows to a `Book`: `one_of_each(book)`, `stand(book, workstream, ref, text)` (a row of each kind
with this text in it), `clerks_rows(book)` (what SAVES names), `filled(book, workstream, ref)` (what COSTS is counted over),
`for_additions(book)` (what ADDITIONS stand under), `for_pages(book)` (what PAGES name), `for_rules(book, world)` (what
RULES name). A kind for which something is missing fails tests/test_duties.py.
"""

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from django.apps import AppConfig, apps

HERE = Path(__file__).parent


def ours() -> list[AppConfig]:
    """The apps that are this project's own, those in the tests among them."""
    return [app for app in apps.get_app_configs() if Path(app.path).parent in {HERE, HERE.parent}]


@cache
def trials() -> list[ModuleType]:
    names = [app.name if app.name.startswith("tests.") else f"tests.{app.name}" for app in ours()]
    return [import_module(f"{name}.trials") for name in names if find_spec(f"{name}.trials")]


def given(name: str) -> Iterator[Any]:
    """What each app gives under this name."""
    return (getattr(module, name) for module in trials() if hasattr(module, name))


def by_kind(name: str) -> dict[Any, Any]:
    return {key: value for each in given(name) for key, value in each.items()}


def all_of(name: str) -> list[Any]:
    return [item for each in given(name) for item in each]


def call(name: str, *args: Any) -> None:
    """Have every app add its rows."""
    function: Callable[..., object]
    for function in given(name):
        function(*args)
