"""Django's SQLite, in a file that nobody but its owner can read: all that a council reports lies in it."""

from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        keep_private(Path(conn_params["database"]))
        return super().get_new_connection(conn_params)


def keep_private(file: Path) -> None:
    """Make the file, or change who may read it, before SQLite opens it.

    The files beside it (`-wal`, `-shm`) get its mode from SQLite when they are made; those of a version before this one
    may lie there still. Where that cannot be, because the folder is missing or the file somebody else's, SQLite says
    what is wrong, or nothing is.
    """
    try:
        file.touch(mode=0o600)
        for each in (file, file.with_name(file.name + "-wal"), file.with_name(file.name + "-shm")):
            if each.is_file() and each.stat().st_mode & 0o077:
                each.chmod(0o600)
    except OSError:
        pass
