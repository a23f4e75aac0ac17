"""The connection to SQLite, which is private to its owner and waits its turn before a transaction.

SQLite lets one transaction write at a time and keeps no line: whoever waits sleeps longer after each look, up to a
tenth of a second, and somebody who came later finds the way free meanwhile. In a crowd the unlucky wait for seconds. So
who begins a transaction stands in a line first, and takes SQLite's own lock, which is what keeps the data right, when
it is their turn. What writes without a transaction, and what is no process of ours, stands in no line: there SQLite's
own wait decides.
"""

import fcntl
import os
import threading
from collections import deque
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base

from core.sqlite.private import keep_private


class Queue:
    """Those who wait to write to one file: within a process in the order of coming, the first of each in the system's.

    A process that has died stands in it no more. One that lives and keeps its turn keeps the first of each other
    process waiting, and all behind them for no longer than they said.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._own = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()  # the first has its turn; the lock of each opens with it
        self._file: int | None = None

    def enter(self, seconds: float) -> None:
        """Wait for our turn. Raise OperationalError where it has not come in time."""
        turn = threading.Lock()
        turn.acquire()
        with self._own:
            self._waiting.append(turn)
            if self._waiting[0] is turn:
                turn.release()
        if not turn.acquire(timeout=seconds):
            with self._own:
                if self._waiting[0] is not turn:  # else it has come at the last moment
                    self._waiting.remove(turn)
                    raise OperationalError("database is locked")  # in SQLite's words
        try:
            with suppress(OSError):  # where no file can be made, SQLite says so; where none can be locked, its own do
                self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                fcntl.flock(self._file, fcntl.LOCK_EX)
        except BaseException:
            self.leave()
            raise

    def leave(self) -> None:
        """Give the turn to the next. Closing the file unlocks it."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
        with self._own:
            self._waiting.popleft()
            if self._waiting:
                self._waiting[0].release()


@cache
def line_at(path: str) -> Queue:
    return Queue(path)


class DatabaseWrapper(base.DatabaseWrapper):
    _line: Queue | None = None  # the one in which it is our turn

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        keep_private(Path(conn_params["database"]))
        return super().get_new_connection(conn_params)

    def _start_transaction_under_autocommit(self) -> None:
        if not self.is_in_memory_db():
            line = line_at(f"{self.settings_dict['NAME']}-line")  # beside SQLite's own: -wal and -shm
            line.enter(self.settings_dict["OPTIONS"].get("timeout", 5))
            self._line = line
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._leave()
            raise

    def _set_autocommit(self, autocommit: bool) -> None:
        try:
            super()._set_autocommit(autocommit)  # type: ignore[misc]
        finally:
            if autocommit:  # the transaction is over
                self._leave()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._leave()

    def _leave(self) -> None:
        line, self._line = self._line, None
        if line:
            line.leave()
