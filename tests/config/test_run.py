"""`manage.py run`, in processes of its own on a free port, always on SQLite: what it serves is not the matter here."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from accounts.models import EXAMPLE_DOMAIN
from config.management.commands import run
from reports.pdf import engine
from tests import needs, signals

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def hangups_ignored():
    """As if the tests had been started with `nohup`, always: what they start hears a hang-up all the same."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.fixture
def port():
    with socket.socket() as trial:
        trial.bind((run.HOST, 0))
        return trial.getsockname()[1]


@pytest.fixture
def start(tmp_path, port):
    """Return a function that starts the command and, unless told not to wait, returns once it says that it is ready."""
    started = []

    def start(*, wait=True, stdin=subprocess.DEVNULL, **more):
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        with signals.heard():
            process = subprocess.Popen(
                [sys.executable, "manage.py", "run"],
                cwd=ROOT,
                # One process for the web: how many there are is nothing that these tests are about.
                env=kept
                | {"PORT": str(port), "DATA_DIR": str(tmp_path / "data"), "HTTPS": "0", "WEB_CONCURRENCY": "1", **more},
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
        started.append(process)
        process.said = ""
        while wait and "Plumbline is ready" not in process.said:
            line = process.stdout.readline()
            assert line, f"It ended before it was ready:\n{process.said}"
            process.said += line
        return process

    yield start
    for process in started:
        for pid in descendants(process.pid):
            with contextlib.suppress(ProcessLookupError):  # one may end by itself while we look
                os.kill(pid, signal.SIGKILL)
        process.kill()
        process.communicate()


def processes():
    """Return the state and the parent of every process. A bare Linux has no `ps`, a Mac no `/proc`."""
    if not Path("/proc/self/stat").exists():
        rows = subprocess.run(["ps", "-A", "-o", "pid=,stat=,ppid="], capture_output=True, text=True, check=True).stdout
        return {int(pid): (state[:1], int(parent)) for pid, state, parent in map(str.split, rows.splitlines())}
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # one may end by itself while we look
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            found[int(folder.name)] = (state, int(parent))
    return found


def descendants(pid):
    known = processes()

    def below(parent):
        children = [child for child, (_, its) in known.items() if its == parent]
        return [*children, *(found for child in children for found in below(child))]

    return below(pid)


def alive(pid):
    """Whether it runs: a dead process that nobody has asked about yet does not."""
    return processes().get(pid, ("Z", 0))[0] != "Z"


def get(port, path):
    with urllib.request.urlopen(f"http://{run.HOST}:{port}{path}", timeout=60) as response:
        return response.status, response.url, response.read().decode()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_serves_until_a_signal_and_leaves_nothing_running(start, port, number):
    process = start()
    assert f"Plumbline is ready: http://127.0.0.1:{port}/" in process.said
    assert get(port, "/accounts/sign-in/")[0] == 200
    processes = descendants(process.pid)
    assert len(processes) == 3  # gunicorn with its worker, and ours

    process.send_signal(number)
    said, _ = process.communicate(timeout=60)

    assert (process.returncode, said) == (0, "Plumbline has stopped.\n")
    assert [pid for pid in processes if alive(pid)] == []
    assert run.refusal(port) == ""


def test_it_stops_when_its_terminal_goes(start, port):
    try:
        ours, its = os.openpty()
    except OSError as error:  # in a bare root file system
        needs.lacking(f"No terminal can be opened here ({error.strerror}): mount /dev/pts")
    process = start(wait=False, stdin=its, DEMO="0")
    os.close(its)
    deadline = time.monotonic() + 60
    while len(processes := descendants(process.pid)) < 3 and time.monotonic() < deadline:
        time.sleep(0.1)

    os.close(ours)
    process.communicate(timeout=60)

    assert process.returncode == 0
    assert [pid for pid in processes if alive(pid)] == []


def test_a_request_under_way_does_not_keep_it_from_stopping(start, port):
    process = start()
    with socket.create_connection((run.HOST, port)) as idle:
        idle.sendall(b"GET / HTTP/1.1\r\n")  # and never the rest
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == 0


def test_a_server_that_dies_ends_it_with_a_sentence(start, port):
    process = start()
    (master,) = [pid for pid in descendants(process.pid) if descendants(pid)]
    others = [pid for pid in descendants(process.pid) if pid != master]

    os.kill(master, signal.SIGKILL)
    said, _ = process.communicate(timeout=60)

    assert said.splitlines()[-1] == "The web server stopped by itself (SIGKILL), so Plumbline stops."
    assert process.returncode == 1
    assert [pid for pid in others if alive(pid)] == []


def test_a_worker_that_dies_is_started_again_and_the_pages_stay(start, port):
    process = start()
    wait_for(lambda: json.loads(get(port, "/health/ready")[2])["ready"])
    (worker,) = [pid for pid in descendants(process.pid) if not is_web(process.pid, pid)]

    os.kill(worker, signal.SIGKILL)

    assert process.stdout.readline() == "The worker stopped by itself (SIGKILL) and is started again.\n"
    wait_for(lambda: len(descendants(process.pid)) == 3)
    assert get(port, "/health/live") == (200, f"http://127.0.0.1:{port}/health/live", "ok")
    assert worker not in descendants(process.pid)


def is_web(ours, pid):
    """Whether this is the web server or below it."""
    return any(pid in {top, *descendants(top)} for top in descendants(ours) if descendants(top))


def wait_for(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while True:
        with contextlib.suppress(OSError):
            if condition():
                return
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_the_demonstration_has_an_example_and_people_and_a_second_run_keeps_them(start, port, tmp_path):
    process = start(DEMO="1")
    assert len(re.findall(r"^.+: loaded\.$", process.said, re.MULTILINE)) >= 1
    status, address, page = get(port, "/")
    assert (status, address.partition("?")[0]) == (200, f"http://127.0.0.1:{port}/accounts/sign-in/")
    assert EXAMPLE_DOMAIN in page
    password = (tmp_path / "data" / "demo-password").read_text()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)

    process = start(DEMO="1")

    assert "loaded" not in process.said
    assert "is there already, left as it is." in process.said
    assert (tmp_path / "data" / "demo-password").read_text() == password


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ({}, "http://127.0.0.1:8123"),
        ({"PUBLIC_URL": "http://plumbline.example"}, None),  # as its settings have it
        ({"HTTPS": True}, None),
    ],
)
def test_mails_lead_to_where_it_is_served(settings, said, address):
    settings.HTTPS, settings.PUBLIC_URL = False, ""
    for name, value in said.items():
        setattr(settings, name, value)

    web, _ = run.services(8123, webs=1)
    assert web.more.get("PUBLIC_URL") == address


def test_without_the_demonstration_there_is_no_example(start, tmp_path):
    process = start(DEMO="0")
    said = [line for line in process.said.splitlines() if line != engine.PANGO_IS_MISSING]  # where it is
    assert (said[0], len(said)) == ("Preparing the database …", 2)
    assert not (tmp_path / "data" / "demo-password").exists()


def test_without_pango_it_serves_and_says_what_is_off(start, tmp_path):
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library libpango-1.0-0')\n")
    process = start(DEMO="0", PYTHONPATH=str(tmp_path))
    assert process.said.splitlines()[1].startswith("PDF export is off: ")


def test_a_taken_port_is_one_sentence_and_touches_nothing(start, port, tmp_path):
    with socket.socket() as other:
        other.bind((run.HOST, port))
        other.listen()
        process = start(wait=False)
        said, _ = process.communicate(timeout=60)
    free = re.fullmatch(
        rf"Port {port} cannot be used \(address already in use\); start Plumbline on another one: PORT=(\d+) make run\n",
        said,
    )
    assert free, said
    assert run.refusal(int(free[1])) == ""
    assert process.returncode == 1
    assert not (tmp_path / "data" / "plumbline.sqlite3").exists()


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("abc", "PORT is 'abc': set it to a whole number."),
        ("99999", "PORT is 99999: set it to a number from 1 to 65535."),
        ("0", "PORT is 0: set it to a number from 1 to 65535."),
    ],
)
def test_a_port_that_is_none_is_one_sentence(monkeypatch, value, sentence):
    monkeypatch.setenv("PORT", value)
    with pytest.raises(SystemExit, match=f"^{re.escape(sentence)}$"):
        run.chosen_port()


def test_two_web_processes_use_two_cores_unless_another_number_is_said(monkeypatch):
    monkeypatch.delenv("WEB_CONCURRENCY", raising=False)
    assert run.web_processes() == 2
    monkeypatch.setenv("WEB_CONCURRENCY", "4")
    assert "--workers=4" in run.services(8123, webs=run.web_processes())[0].command


def test_no_web_process_at_all_is_one_sentence(monkeypatch):
    monkeypatch.setenv("WEB_CONCURRENCY", "0")
    with pytest.raises(ImproperlyConfigured, match=r"^WEB_CONCURRENCY is 0: set it to 1 or more\.$"):
        run.web_processes()


def test_the_last_port_of_all_still_finds_another_to_offer(monkeypatch):
    monkeypatch.setenv("PORT", "65535")
    monkeypatch.setattr(run, "refusal", lambda port: "" if port == 8001 else "address already in use")
    with pytest.raises(SystemExit, match=r"PORT=8001 make run$"):
        run.chosen_port()


def test_a_database_out_of_reach_is_one_sentence(start, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "plumbline.sqlite3").mkdir()
    process = start(wait=False, DEMO="0")
    said, _ = process.communicate(timeout=60)
    assert said.splitlines()[1:] == ["The data cannot be prepared: unable to open database file"]
    assert process.returncode == 1


COUNTING = """
import signal, sys, time
caught = []
signal.signal(signal.SIGTERM, lambda *_: caught.append(1))
open(sys.argv[1], "w").close()
while not caught: time.sleep(0.01)
time.sleep(0.3)
open(sys.argv[1], "w").write(str(len(caught)))
"""
DEAF = """
import signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
open(sys.argv[1], "w").close()
time.sleep(60)
"""


def begun(*paths):
    deadline = time.monotonic() + 60
    while not all(path.exists() for path in paths) and time.monotonic() < deadline:
        time.sleep(0.01)


def test_each_service_gets_one_sigterm(tmp_path):
    paths = [tmp_path / "first", tmp_path / "second"]
    services = [run.Service(path.name, [sys.executable, "-c", COUNTING, str(path)]) for path in paths]
    with run.running(services) as processes:
        begun(*paths)
    assert [path.read_text() for path in paths] == ["1", "1"]
    assert [process.returncode for _, process in processes] == [0, 0]


def test_a_service_that_does_not_listen_is_killed_in_the_end(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "GRACE", 0.2)
    with run.running([run.Service("deaf", [sys.executable, "-c", DEAF, str(tmp_path / "deaf")])]) as processes:
        begun(tmp_path / "deaf")
    assert processes[0][1].returncode == -signal.SIGKILL


def test_a_service_that_cannot_start_takes_the_others_with_it(tmp_path):
    first = run.Service("first", ["/bin/sh", "-c", 'echo $$ > "$0"; exec sleep 60', str(tmp_path / "pid")])
    second = run.Service("second", ["/nowhere/worker"])

    def one_after_the_other():
        yield first
        begun(tmp_path / "pid")
        yield second

    with pytest.raises(FileNotFoundError), run.running(one_after_the_other()):
        pass

    assert not alive(int((tmp_path / "pid").read_text()))
