"""The arrow between apps and the ceilings on sizes: what keeps the tree readable."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import PROTECT

from programmes.models import InPeriod

ROOT = Path(settings.BASE_DIR)
# From the top down; those of one line are siblings and never import each other.
LAYERS = [
    {"config"},
    {"committees"},
    {"reports"},
    {"returns"},
    {"assurance"},
    {"risks", "finance", "indicators"},
    {"programmes"},
    {"jobs"},
    {"accounts"},
    {"core"},
]
LEVEL = {app: n for n, apps in enumerate(LAYERS) for app in apps}
MODULE, FUNCTION, TEMPLATE, TEST_MODULE = 400, 40, 150, 600

modules = sorted(
    path for app in LEVEL for path in (ROOT / app).rglob("*.py") if "migrations" not in path.relative_to(ROOT).parts
)
templates = sorted((ROOT / "templates").rglob("*.html"))
tests = sorted((ROOT / "tests").rglob("*.py"))


def name(path):
    return path.relative_to(ROOT).as_posix()


def imported_apps(tree):
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name.split(".")[0] for alias in names)
            case ast.ImportFrom(module=module, level=0) if module:
                yield module.split(".")[0]


def may_import(lower, upper):
    return lower == upper or LEVEL[lower] > LEVEL[upper]


def test_every_app_has_its_place_in_the_arrow():
    apps = {path.parent.name for path in ROOT.glob("*/apps.py")} | {"risks", "finance"}

    assert apps <= LEVEL.keys()


@pytest.mark.parametrize("path", modules, ids=name)
def test_imports_run_one_way(path):
    app = path.relative_to(ROOT).parts[0]
    imported = {found for found in imported_apps(ast.parse(path.read_text())) if found in LEVEL}

    assert {found for found in imported if not may_import(found, app)} == set()


def test_the_arrow_test_sees_an_import_against_the_arrow():
    against = set(imported_apps(ast.parse("def f():\n    from reports.layouts import build")))

    assert not may_import(against.pop(), "programmes")
    assert not may_import("risks", "finance")


def dotted(path):
    """The name by which a file is imported: programmes/models/__init__.py is programmes.models."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_files(text, name, known):
    """Which of the known files another one imports, at its head, inside a function or for its types alone.

    Imports are absolute: ruff sees to that (`ban-relative-imports`).
    """
    found = set()
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Import(names=names):
                found |= {alias.name for alias in names}
            case ast.ImportFrom(module=module, names=names, level=0):
                whole = {f"{module}.{alias.name}" for alias in names}
                found |= whole & known or {module}
    return (found & known) - {name}


def circles(imports):
    """Sets of files from each of which imports lead round to itself."""

    def reached(start):
        found, ahead = set(), [start]
        while ahead:
            ahead += (new := imports[ahead.pop()] - found)
            found |= new
        return found

    beyond = {name: reached(name) for name in imports}
    return {
        frozenset(each for each in beyond[name] if name in beyond[each]) for name in imports if name in beyond[name]
    }


@pytest.mark.parametrize("app", sorted(LEVEL))
def test_no_files_of_an_app_import_each_other_in_a_circle(app):
    texts = {dotted(path): path.read_text() for path in modules if path.relative_to(ROOT).parts[0] == app}
    imports = {name: imported_files(text, name, texts.keys()) for name, text in texts.items()}

    assert circles(imports) == set()


@pytest.mark.parametrize(
    "late", ["def f():\n    from jobs import actions", "if TYPE_CHECKING:\n    import jobs.actions"]
)
def test_the_test_of_circles_sees_one_that_a_late_import_hides(late):
    texts = {
        "jobs.actions": "from jobs.tasks import work",
        "jobs.tasks": "from jobs import worker",
        "jobs.worker": late,
        "jobs.letters": "from jobs.actions import enqueue",
    }
    imports = {name: imported_files(text, name, texts.keys()) for name, text in texts.items()}

    assert circles(imports) == {frozenset({"jobs.actions", "jobs.tasks", "jobs.worker"})}


def test_a_class_shares_its_name_with_none_of_another_app():
    """Who meets a name need not ask which of two it is. What stands within a model, such as its State, says whose."""
    homes = {}
    for path in modules:
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and node.name != "Command":  # so Django calls every command's
                homes.setdefault(node.name, set()).add(path.relative_to(ROOT).parts[0])

    assert len(homes) > 150
    assert {found: apps for found, apps in homes.items() if len(apps) > 1} == {}


@pytest.mark.parametrize("path", templates, ids=name)
def test_templates_load_no_tags_from_above(path):
    """A template belongs to the app its folder is named for; one that belongs to none uses core's tags alone."""
    folder = path.relative_to(ROOT / "templates").parts[0]
    app = folder if folder in LEVEL else {"account": "accounts"}.get(folder, "core")
    loaded = " ".join(re.findall(r"{% load ([\w ]+?)(?: from \w+)? %}", path.read_text())).split()
    libraries = {lib.stem: lib.parts[-3] for a in LEVEL for lib in (ROOT / a).glob("templatetags/*.py")}

    assert {lib for lib in loaded if lib in libraries and not may_import(libraries[lib], app)} == set()


@pytest.mark.parametrize(
    ("paths", "ceiling"), [(modules, MODULE), (templates, TEMPLATE), (tests, TEST_MODULE)], ids=["py", "html", "tests"]
)
def test_files_stay_small(paths, ceiling):
    lengths = {name(path): len(path.read_text().splitlines()) for path in paths}

    assert {path: n for path, n in lengths.items() if n > ceiling} == {}


def test_functions_stay_on_one_screen():
    long = {}
    for path in modules:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno + 1 > FUNCTION:
                long[f"{name(path)}:{node.name}"] = node.end_lineno - node.lineno + 1

    assert long == {}


@pytest.mark.parametrize("path", templates, ids=name)
def test_templates_hold_no_inline_script_or_style(path):
    """The CSP blocks both; `hx-on` and event filters are evaluated, so they are out as well."""
    found = re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|hx-on|javascript:", path.read_text())

    assert found == []


def test_no_model_is_deleted_in_cascade_from_a_reported_one():
    """Nothing that was reported may vanish with something else."""
    reported = [model for model in apps.get_models() if issubclass(model, InPeriod)]
    keys = [field for model in reported for field in model._meta.concrete_fields if field.is_relation]

    assert keys
    assert {str(field) for field in keys if field.remote_field.on_delete is not PROTECT} == set()


THREATS = re.findall(r"`(tests/\S+?\.py)::(\S+?)`", (ROOT / "docs" / "threats.md").read_text(encoding="utf-8"))


def test_every_threat_is_held_by_a_test_that_there_is():
    assert len(THREATS) > 80
    assert [f"{path}::{found}" for path, found in THREATS if not stands_in(ROOT / path, found.split("::"))] == []


def stands_in(path, names):
    """Whether the file has this test, or this class of tests with this one in it."""
    body = ast.parse(path.read_text(encoding="utf-8")).body if path.exists() else []
    for wanted in names:
        found = next((node for node in body if getattr(node, "name", "") == wanted), None)
        if found is None:
            return False
        body = getattr(found, "body", [])
    return True
