"""Rows that many tests start from: made once, and found by each test as they were made.

    @scene
    def book():
        return Book("book")

is a fixture like any other to the tests that ask for it. What it builds stands in a transaction of its own that is never
committed; each test runs in a savepoint upon it, and gets a copy of the objects. It stands for the tests that ask for it
and for no others: it is gone before a test starts that asks for another scene or for none. A test that commits
(`transactional_db`) has it built for itself.
"""

import pickle
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pytest
from django.db import connection, transaction

Build = Callable[[], Any]


def scene(build: Build) -> Any:
    """Make a fixture of this function, which builds rows from nothing and takes no fixture."""

    def given(db: None) -> Any:
        return stage.copy() if stage.scene is build else build()

    given.scene = build  # type: ignore[attr-defined]
    return pytest.fixture(name=build.__name__)(given)


class Stage:
    """Where a scene stands: below the savepoints of the tests."""

    def __init__(self) -> None:
        self.scene: Build | None = None
        self.transaction: transaction.Atomic | None = None
        self.objects = b""
        self.unblocked: Callable[[], AbstractContextManager[None]] = (
            nullcontext  # pytest-django lets nobody at the database between tests, unless so
        )

    def set(self, build: Build | None) -> None:
        """Have this scene stand, or none."""
        if self.stands(build):
            return
        self.strike()
        if build is None:
            return
        with self.unblocked():
            self.transaction = transaction.atomic()
            self.transaction.__enter__()
            try:
                self.objects = pickle.dumps(build())
                connection.check_constraints()  # what PostgreSQL puts off till the end is done with before a test begins
            except BaseException:
                self.strike()
                raise
        self.scene = build

    def stands(self, build: Build | None) -> bool:
        """Whether this is the scene, and no test has broken the transaction it stands in."""
        return self.scene is build and (build is None or (not connection.needs_rollback and connection.is_usable()))

    def strike(self) -> None:
        """Take the scene away."""
        transaction_, self.transaction, self.scene = self.transaction, None, None
        if transaction_ is not None:
            assert connection.atomic_blocks[-1:] == [transaction_], "a test left a transaction open"
            with self.unblocked():
                transaction.set_rollback(True)
                transaction_.__exit__(None, None, None)

    def copy(self) -> Any:
        """The objects that the scene was built of, as they were then."""
        return pickle.loads(self.objects)


stage = Stage()


def wanted(fixtures: Iterable[str], definitions: dict[str, Any]) -> Build | None:
    """The scene among the fixtures of a test: the first, of those that are built upon one another the lowest."""
    for name in fixtures:
        for definition in reversed(definitions.get(name, ())):
            if build := getattr(definition.func, "scene", None):
                return build
            if name not in definition.argnames:  # it takes the place of the one below
                break
    return None
