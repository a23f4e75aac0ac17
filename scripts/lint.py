"""Run every check that needs no test, all of them whatever the first ones say, and report them in order."""

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
MANAGE = [sys.executable, "manage.py"]

CHECKS = {
    "types": [BIN / "mypy"],  # the slowest first: the others run beside it
    "style": [BIN / "ruff", "check"],
    "format": [BIN / "ruff", "format", "--check"],
    "templates": [BIN / "djlint", "--lint", "--quiet", "templates"],
    "format of templates": [BIN / "djlint", "--check", "--quiet", "templates"],
    "migrations": [*MANAGE, "makemigrations", "--check", "--dry-run"],
    "production settings": [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"],
}


def production(data: str) -> dict[str, str]:
    """Return the environment of a council's server, on an empty SQLite."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PG_") and key != "DEBUG"}
    return kept | {
        "DATA_DIR": data,
        "HTTPS": "1",
        "DEMO": "0",
        "EMAIL_HOST": "mail.example.org",
        "ALLOWED_HOSTS": "plumbline.example.org",
        "SECRET_KEY": os.urandom(40).hex(),
    }


def main() -> int:
    with tempfile.TemporaryDirectory() as data, ThreadPoolExecutor(os.cpu_count()) as pool:

        def run(command: list[str]) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                command,
                cwd=ROOT,
                env=production(data),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )

        failed = 0
        for name, done in zip(CHECKS, pool.map(run, CHECKS.values()), strict=True):
            print(f"{name}: {'FAILED' if done.returncode else 'ok'}", flush=True)
            if done.returncode:
                failed = 1
                print(done.stdout.strip(), flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
