import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder


@pytest.mark.django_db
@pytest.mark.parametrize("command", [["period", "open", "x", "2022-06"], ["report", "x", "2022-06", "--format=json"]])
def test_a_command_says_so_when_the_database_is_behind(command):
    MigrationRecorder(connection).record_unapplied("reports", "0001_initial")  # nothing stands upon it

    with pytest.raises(CommandError, match=r"not prepared for this version. Run: manage.py migrate"):
        call_command(*command)


def test_a_newcomer_loads_an_example_into_an_empty_folder_and_reports(tmp_path):
    """The commands other programs call, each a process of its own, with nothing prepared."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG_", "DJANGO_"))}
    env = kept | {"DATA_DIR": str(tmp_path)}

    def run(*arguments):
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, cwd=settings.BASE_DIR, env=env, check=True, capture_output=True).stdout

    assert run("load_example", "somerset") == b"LGR in Somerset: loaded.\n"
    assert b"LGR in Somerset: is there already, left as it is.\n" in run("load_example", "all")
    assert json.loads(run("report", "somerset", "2022-06", "--format", "json"))["as_at"] == "2022-06-30"
