"""Dockerfile, docker-compose.yml and what they name, held against the code: no Docker engine need be at hand."""

import ast
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.urls import resolve
from gunicorn.config import Config
from gunicorn.util import import_app

from jobs.models import Heartbeat
from scripts import bootstrap

ROOT = Path(settings.BASE_DIR)
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = ["migrate", "web", "worker"]
OF_IMAGES = {"POSTGRES_PASSWORD_FILE"}  # what the image of PostgreSQL reads
# Named in the code and not for a council's containers.
NOT_OFFERED = {"DEBUG", "DEMO", "PORT", "PG_PORT", "PG_PASSWORD", "SECRET_KEY", "EMAIL_PASSWORD", "STATIC_ROOT"} | {
    "WEB_CONCURRENCY"  # of `manage.py run`; here docker-compose.yml says how many processes there are
}


# --- What is read -----------------------------------------------------------------------------------------------------


def read_by_the_code():
    """Every variable that the code asks config.env for; a secret by both of its names."""
    for path in [*ROOT.glob("*/*.py"), *ROOT.glob("*/management/commands/*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id="env"), attr=kind), args=[ast.Constant(value=str(name)), *_]
                ):
                    yield name
                    if kind == "secret":
                        yield f"{name}_FILE"


def env_file():
    """Give the variables of deploy/plumbline.env, each with its value and whether it is switched on."""
    found = re.findall(r"^(#?)([A-Z_]+)=(.*)$", (ROOT / "deploy" / "plumbline.env").read_text(), re.MULTILINE)
    return {name: (value, not off) for off, name, value in found}


def dockerfile():
    """Give the instructions of the Dockerfile, continued lines joined."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in text.splitlines() if line.strip()]


def instructions(name):
    return [rest for instruction, rest in dockerfile() if instruction == name]


def image_environment():
    return dict(pair.split("=", 1) for rest in instructions("ENV") for pair in shlex.split(rest))


def management_commands():
    """Every call of manage.py in the two files and the handbook, as a list of words."""
    for service in OURS:
        words = [*SERVICES[service]["command"], "&&", *SERVICES[service].get("healthcheck", {}).get("test", [])]
        for command in re.split(r"&&|;", " ".join(words).split("raise")[0]):
            yield shlex.split(command)
    yield from (shlex.split(command) for rest in instructions("RUN") for command in rest.split("&&"))
    text = (ROOT / "docs" / "deploy.md").read_text()
    yield from (shlex.split(line) for line in re.findall(r"^ {4}.*manage\.py .*$", text, re.MULTILINE))


def calls(words):
    return words[words.index("manage.py") + 1 :] if "manage.py" in words else []


# --- docker-compose.yml -----------------------------------------------------------------------------------------------


def test_the_services_are_those_of_the_stack():
    assert list(SERVICES) == ["postgres", *OURS]
    assert {SERVICES[name]["image"] for name in OURS} == {"plumbline"}
    assert re.fullmatch(r"postgres:1[78](-bookworm)?", SERVICES["postgres"]["image"])


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_without_rights(name):
    service = SERVICES[name]
    uid, gid = service["user"].split(":")

    assert int(uid) > 0
    assert int(gid) > 0
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "/tmp" in service["tmpfs"]
    assert not {"privileged", "cap_add", "network_mode", "pid", "devices"} & service.keys()


@pytest.mark.parametrize("name", OURS)
def test_the_user_is_the_images(name):
    assert SERVICES[name]["user"] == instructions("USER")[-1]


@pytest.mark.parametrize("name", SERVICES)
def test_what_stays_up_has_a_health_check_and_comes_back(name):
    service = SERVICES[name]

    assert ("healthcheck" in service) is (name != "migrate")
    assert service["restart"] == ("no" if name == "migrate" else "unless-stopped")


def test_each_waits_for_what_it_needs():
    waits = {name: service.get("depends_on", {}) for name, service in SERVICES.items()}

    assert waits == {
        "postgres": {},
        "migrate": {"postgres": {"condition": "service_healthy"}},
        "web": {"migrate": {"condition": "service_completed_successfully"}},
        "worker": {"migrate": {"condition": "service_completed_successfully"}},
    }


def test_migrations_run_as_the_owner_and_nothing_else_does():
    roles = {name: SERVICES[name]["environment"]["PG_USER"] for name in OURS}
    secret = {name: SERVICES[name]["environment"]["PG_PASSWORD_FILE"] for name in OURS}

    assert roles == {"migrate": "plumbline_owner", "web": "plumbline", "worker": "plumbline"}
    assert secret == {
        "migrate": "/run/secrets/pg_owner_password",
        "web": "/run/secrets/pg_password",
        "worker": "/run/secrets/pg_password",
    }
    assert [name for name in SERVICES if "pg_owner_password" in SERVICES[name]["secrets"]] == ["postgres", "migrate"]
    assert [name for name in SERVICES if "pg_superuser_password" in SERVICES[name]["secrets"]] == ["postgres"]


@pytest.mark.parametrize("name", SERVICES)
def test_secrets_come_from_files_that_are_mounted_and_nothing_else_is_secret(name):
    service = SERVICES[name]
    files = {key: value for key, value in service["environment"].items() if key.endswith("_FILE")}

    assert {value.removeprefix("/run/secrets/") for value in files.values()} == set(service["secrets"])
    assert set(service["secrets"]) <= COMPOSE["secrets"].keys()
    assert [key for key in service["environment"] if re.search("PASSWORD|SECRET|KEY", key) and key not in files] == []


def test_secrets_lie_where_neither_git_nor_the_image_finds_them():
    assert {name: where["file"] for name, where in COMPOSE["secrets"].items()} == {
        name: f"deploy/secrets/{name}" for name in COMPOSE["secrets"]
    }
    assert "deploy/secrets/" in (ROOT / ".gitignore").read_text().splitlines()
    assert not any(entry.startswith("deploy") for entry in let_through())
    handbook = (ROOT / "docs" / "deploy.md").read_text()
    assert [name for name in COMPOSE["secrets"] if name not in handbook] == []


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_one_that_the_code_reads(name):
    assert set(SERVICES[name]["environment"]) - set(read_by_the_code()) == set()


def test_the_variables_of_postgresql_are_its_images_or_those_of_the_roles():
    roles = set(re.findall(r"\$([A-Z_]+)", (ROOT / "deploy" / "roles.sql").read_text()))

    assert set(SERVICES["postgres"]["environment"]) == OF_IMAGES | roles


def test_every_mount_is_there():
    for service in SERVICES.values():
        for mount in service["volumes"]:
            source = mount.split(":")[0]
            assert (ROOT / source).exists() if source.startswith("./") else source in COMPOSE["volumes"], mount
        assert all((ROOT / path).is_file() for path in service.get("env_file", []))
    assert {mount.split(":")[0] for name in OURS for mount in SERVICES[name]["volumes"]} == {"data"}


@pytest.mark.parametrize("name", OURS)
def test_the_data_folder_is_the_volume_and_the_images(name):
    data = SERVICES[name]["environment"]["DATA_DIR"]

    assert SERVICES[name]["volumes"] == [f"data:{data}"]
    assert image_environment()["DATA_DIR"] == data
    assert any(shlex.split(command)[-1] == data for rest in instructions("RUN") for command in rest.split("&&"))


def test_the_database_is_the_one_that_the_roles_are_made_for():
    roles = (ROOT / "deploy" / "roles.sql").read_text()
    environment = SERVICES["web"]["environment"]

    assert environment["PG_HOST"] in SERVICES
    assert f"\\connect {environment['PG_NAME']}\n" in roles
    assert {f"ALTER ROLE {SERVICES[name]['environment']['PG_USER']} LOGIN" in roles for name in OURS} == {True}
    assert SERVICES["postgres"]["healthcheck"]["test"] == [
        *("CMD", "pg_isready", "--host=127.0.0.1"),
        *(f"--username={environment['PG_USER']}", f"--dbname={environment['PG_NAME']}"),
    ]


def test_its_text_sorts_as_the_handbook_says():
    """Whatever the image's locale is. What comes of it on a server: tests/scripts/test_stack.py."""
    (stated,) = re.findall(r" LOCALE ''(\w+)''", (ROOT / "deploy" / "roles.sql").read_text())

    assert "POSTGRES_INITDB_ARGS" not in SERVICES["postgres"]["environment"]
    assert f"The database has the locale `{stated}`" in (ROOT / "docs" / "deploy.md").read_text()


@pytest.mark.django_db(transaction=True)
def test_gunicorn_knows_its_options_and_finds_the_application():
    program, *arguments = SERVICES["web"]["command"]
    options = Config().parser().parse_args(arguments)

    assert program == "gunicorn"
    assert callable(import_app(options.args[0]))
    assert (options.worker_class, options.bind) == ("gthread", ["0.0.0.0:8000"])
    grace = int(SERVICES["web"]["stop_grace_period"].removesuffix("s"))
    assert options.graceful_timeout < grace


def test_the_web_is_published_to_its_own_host_alone():
    assert SERVICES["web"]["ports"] == ["127.0.0.1:8000:8000"]
    assert [name for name in SERVICES if "ports" in SERVICES[name]] == ["web"]


# --- Health checks, by doing them -------------------------------------------------------------------------------------


def outcome(code):
    with pytest.raises(SystemExit) as ended:
        exec(code, {})
    return ended.value.code


def test_the_webs_check_asks_an_address_that_is_there():
    code = SERVICES["web"]["healthcheck"]["test"][-1]
    (path,) = re.findall(r'"(/[\w/]+)"', code)

    assert resolve(path).url_name == "health_live"
    assert "8000" in code


@pytest.mark.django_db(transaction=True)
def test_the_webs_check_passes_while_it_answers_and_fails_otherwise(live_server, settings, monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", "plumbline.example,other.example")
    settings.ALLOWED_HOSTS = ["plumbline.example"]
    settings.SECURE_SSL_REDIRECT = True
    code = SERVICES["web"]["healthcheck"]["test"][-1].replace("8000", str(live_server.thread.port))

    assert not outcome(code)
    assert outcome(code.replace("/health/live", "/nowhere"))


@pytest.mark.django_db
def test_the_workers_check_passes_while_a_worker_is_heard_of():
    *_, shell, imports, command, code = SERVICES["worker"]["healthcheck"]["test"]
    parser = load_command_class("django.core", shell).create_parser("manage.py", shell)

    assert parser.parse_args([imports, command, code]).command == code
    assert outcome(code)
    Heartbeat.objects.create(worker="w")
    assert not outcome(code)


# --- Commands ---------------------------------------------------------------------------------------------------------


def test_every_command_is_one_of_manage_py_with_options_it_has():
    found = [calls(words) for words in management_commands() if calls(words)]

    assert {name for name, *_ in found} == {
        "migrate",
        "createcachetable",
        "worker",
        "shell",
        "collectstatic",
        "verify",
        "person",
    }
    for name, *arguments in found:
        app = get_commands()[name]
        command = app if not isinstance(app, str) else load_command_class(app, name)
        if name != "shell":  # above
            command.create_parser("manage.py", name).parse_args(arguments)


# --- The environment file ---------------------------------------------------------------------------------------------


def test_the_environment_file_offers_what_the_code_reads_and_no_secret():
    elsewhere = set(SERVICES["web"]["environment"])

    assert set(env_file()) == set(read_by_the_code()) - NOT_OFFERED - elsewhere - {"PG_PASSWORD_FILE"}
    assert [name for name in env_file() if re.search("PASSWORD|SECRET", name)] == []


def test_what_it_shows_as_switched_off_is_what_holds_anyway():
    """Start the settings with nothing, then with every line switched on that begins with #."""
    off = {name: value for name, (value, on) in env_file().items() if not on}
    on = {name: value for name, (value, is_on) in env_file().items() if is_on}

    assert shown(on | off) == shown(on)


SHOWN = """
from config import settings
names = sorted(name for name in vars(settings) if name.isupper())
print({name: getattr(settings, name) for name in names})
"""


def shown(environment):
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "DATA_DIR") if name in os.environ}
    code = [sys.executable, "-c", SHOWN]
    fixed = {"SECRET_KEY": "tests", "PG_HOST": "postgres", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        code, cwd=ROOT, env=kept | fixed | environment, check=True, capture_output=True, text=True
    ).stdout


# --- The image --------------------------------------------------------------------------------------------------------


def let_through():
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    return [line[1:] for line in lines if line.startswith("!")]


def test_the_image_holds_the_application_and_nothing_else():
    ignore = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if not line.startswith("#")]
    apps = {path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests"}

    assert ignore[0] == "*"
    assert [name for name in let_through() if not (ROOT / name).exists()] == []
    assert set(let_through()) == apps | {"static", "templates", "manage.py", "LICENSE", "requirements/app.txt"}


def test_everything_copied_is_there():
    for rest in instructions("COPY"):
        if rest.startswith("--from="):
            stage, source, _ = rest.removeprefix("--from=").split()
            assert any(rest.endswith(f" AS {stage}") for rest in instructions("FROM"))
            assert any(f"-m venv {source}" in rest for rest in instructions("RUN"))
        else:
            source, _ = rest.split()
            assert source == "." or source in let_through()


def test_the_image_installs_the_lock_with_its_hashes_and_pango():
    commands = [shlex.split(command) for rest in instructions("RUN") for command in rest.split("&&")]
    (pip,) = [command for command in commands if command[0].endswith("pip")]
    (apt,) = [command for command in commands if command[:2] == ["apt-get", "install"]]
    (copied,) = [rest.split() for rest in instructions("COPY") if "requirements" in rest]

    assert "--require-hashes" in pip
    assert pip[pip.index("--requirement") + 1] == copied[1]
    assert copied[0] == "requirements/app.txt"
    assert [word for word in apt[2:] if not word.startswith("-")] == bootstrap.PANGO.packages


def test_the_image_is_of_a_python_that_fits_and_names_no_place():
    bases = {rest.split()[0] for rest in instructions("FROM")}

    assert bases == {"python:3.13-slim-bookworm"}
    assert bootstrap.OLDEST <= (3, 13) <= bootstrap.NEWEST
    for name in ("Dockerfile", "docker-compose.yml", ".dockerignore"):
        assert "://" not in (ROOT / name).read_text()


def test_the_image_holds_no_secret():
    (collect,) = [rest for rest in instructions("RUN") if "collectstatic" in rest]

    assert collect.startswith("SECRET_KEY=unused ")  # for one command: it stays in no variable and writes no key
    assert not [name for name in image_environment() if re.search("PASSWORD|SECRET|KEY|TOKEN", name)]
    assert set(image_environment()) & set(read_by_the_code()) == {"DATA_DIR", "STATIC_ROOT"}
    assert instructions("ARG") == []


def test_what_the_image_holds_is_enough_and_its_static_files_are_complete(tmp_path):
    """Build its folder and do what the Dockerfile does there: fails for a file that is left out or a style names."""
    app = tmp_path / "app"
    for name in let_through():
        (app / name).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, app / name)
    (collect,) = [shlex.split(rest) for rest in instructions("RUN") if "collectstatic" in rest]
    key, python, *arguments = collect
    folders = {"DATA_DIR": str(tmp_path / "data"), "STATIC_ROOT": str(tmp_path / "static")}
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment = kept | folders | {"SECRET_KEY": key.removeprefix("SECRET_KEY="), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([sys.executable, *arguments], cwd=app, env=environment, check=True)

    assert python == "python"
    assert (tmp_path / "static" / "staticfiles.json").exists()
    assert not (tmp_path / "data").exists()  # no key was written into the image
    (tmp_path / "data").mkdir()
    subprocess.run([sys.executable, "manage.py", "check"], cwd=app, env=environment, check=True)
