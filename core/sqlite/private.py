"""The database file is nobody's to read but its owner's: all that a council reports lies in it."""

from pathlib import Path


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
