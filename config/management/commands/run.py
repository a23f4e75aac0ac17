"""`manage.py run`, which `make run` calls: everything Plumbline needs on one machine, until Ctrl-C."""

import http.client
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import OperationalError, connection, connections

from accounts import demo
from config import env
from core import links, startup
from reports.pdf import engine

HOST = "127.0.0.1"
LAST_PORT = 65535
GRACE = 8  # seconds from SIGTERM to SIGKILL; gunicorn gives requests under way five of them


@dataclass(frozen=True, slots=True)
class Service:
    """A process that Plumbline consists of."""

    name: str
    command: list[str]
    is_revived: bool = False  # started again when it dies; else its end is the end of all
    more: Mapping[str, str] = field(default_factory=dict)  # in its environment, beside what is in ours

    def start(self) -> subprocess.Popen[bytes]:
        """Start it in a session of its own: Ctrl-C reaches us alone, and we pass on exactly one SIGTERM."""
        environment = os.environ | self.more
        return subprocess.Popen(self.command, cwd=settings.BASE_DIR, env=environment, start_new_session=True)  # noqa: S603


def services(port: int, *, webs: int) -> list[Service]:
    web = [
        *(sys.executable, "-m", "gunicorn", "config.wsgi", f"--bind={HOST}:{port}"),
        *("--worker-class=gthread", f"--workers={webs}", "--threads=8", "--graceful-timeout=5"),
        *("--no-control-socket", "--log-level=warning"),
    ]
    worker = [sys.executable, "manage.py", "worker"]
    # For the links in e-mails. With HTTPS it is reached through a proxy, whose address is not ours to guess.
    address = {} if settings.PUBLIC_URL or settings.HTTPS else {"PUBLIC_URL": f"http://{HOST}:{port}"}
    return [Service("The web server", web, more=address), Service("The worker", worker, is_revived=True)]


class Command(BaseCommand):
    help = "Prepare the database and serve Plumbline on 127.0.0.1 until Ctrl-C. PORT names the port, DATA_DIR the data."
    requires_system_checks = ()  # they open the database: after the port, and where its errors become a sentence

    def handle(self, *args: Any, **options: Any) -> None:
        port, webs = chosen_port(), web_processes()
        try:
            self.prepare()
        except (OperationalError, OSError) as error:
            sys.exit(f"The data cannot be prepared: {str(error).strip()}")
        except KeyboardInterrupt:
            sys.exit("Interrupted while preparing; the next start goes on from here.")
        self.serve(port, webs)

    def prepare(self) -> None:
        self.say("Preparing the database …")
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        self.check()
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        if settings.DEMO:
            call_command("load_example", "all", stdout=self.stdout)
            demo.prepare()
        if refusal := startup.refusal(connection):
            sys.exit(refusal)
        connections.close_all()

    def serve(self, port: int, webs: int) -> None:
        """Run the services until a signal asks to stop, the terminal goes, or one of them ends by itself."""
        asked: list[int] = []
        terminal = select.poll()
        stopping = {signal.SIGINT, signal.SIGTERM}
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # else started with nohup
            stopping.add(signal.SIGHUP)
            if sys.stdin.isatty():  # a lost `ssh -t host make run` signals make alone, which then waits for us
                terminal.register(sys.stdin, 0)
        for number in stopping:
            signal.signal(number, lambda number, _frame: asked.append(number))
        with links.noted(f"http://{HOST}:{port}"), running(services(port, webs=webs)) as processes:
            ready = False
            while not asked and not terminal.poll(100):
                self.look_after(processes)
                if not ready and answers(port):
                    ready = True
                    self.welcome(port)
        with suppress(OSError):  # nobody may be left to read it
            self.say("Plumbline has stopped.")

    def look_after(self, processes: list[tuple[Service, subprocess.Popen[bytes]]]) -> None:
        """Start again what died and can be; end with a sentence where something else did."""
        for n, (service, process) in enumerate(processes):
            if process.poll() is None:
                continue
            end = f"{service.name} stopped by itself ({ending(process.returncode)})"
            if not service.is_revived:
                sys.exit(f"{end}, so Plumbline stops.")
            self.say(f"{end} and is started again.")
            time.sleep(1)  # one that cannot live does not keep the machine busy
            processes[n] = (service, service.start())

    def welcome(self, port: int) -> None:
        if missing := engine.unavailable():
            self.say(missing)
        if settings.HTTPS:
            self.say("HTTPS is on: open it through your proxy, or start it with HTTPS=0.")
        self.say(f"Plumbline is ready: http://{HOST}:{port}/ (Ctrl-C stops it)")

    def say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()


@contextmanager
def running(services: Iterable[Service]) -> Iterator[list[tuple[Service, subprocess.Popen[bytes]]]]:
    """Start the services; at the end stop them, and whatever they started."""
    processes: list[tuple[Service, subprocess.Popen[bytes]]] = []
    try:
        for service in services:
            processes.append((service, service.start()))  # noqa: PERF401 - one that cannot start must not orphan the others
        yield processes
    finally:
        for _, process in processes:
            process.terminate()
        deadline = time.monotonic() + GRACE
        for _, process in processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0, deadline - time.monotonic()))
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def chosen_port() -> int:
    """Return PORT, or say what to set it to."""
    try:
        port = env.number("PORT", 8000)
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    if not 1 <= port <= LAST_PORT:
        sys.exit(f"PORT is {port}: set it to a number from 1 to {LAST_PORT}.")
    if reason := refusal(port):
        others = chain(range(max(port, 8000) + 1, LAST_PORT + 1), range(8000, port))
        other = next(other for other in others if not refusal(other))
        sys.exit(f"Port {port} cannot be used ({reason}); start Plumbline on another one: PORT={other} make run")
    return port


def web_processes() -> int:
    """Return how many processes answer requests: WEB_CONCURRENCY, gunicorn's own name for it. Two use two cores."""
    number = env.number("WEB_CONCURRENCY", 2)
    if number < 1:
        raise ImproperlyConfigured(f"WEB_CONCURRENCY is {number}: set it to 1 or more.")
    return number


def refusal(port: int) -> str:
    """Say why nothing can listen on this port, or return ""."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as gunicorn does: a port just given up is free
        try:
            trial.bind((HOST, port))
        except OSError as error:
            return (error.strerror or str(error)).lower()
    return ""


def answers(port: int) -> bool:
    """Whether an HTTP answer comes, whatever it says: the port alone is open before the application is loaded."""
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", "/")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def ending(returncode: int) -> str:
    return f"exit code {returncode}" if returncode >= 0 else signal.Signals(-returncode).name
