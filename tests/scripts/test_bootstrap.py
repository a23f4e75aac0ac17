"""`scripts/bootstrap.py` as people meet it: started by some Python, in a checkout, with or without what it needs.

Nothing is downloaded: a lock without packages stands for ours, and Pango is looked for in an environment without WeasyPrint.
"""

import ast
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reports.pdf import engine
from scripts import bootstrap as script
from tests import signals

ROOT = Path(__file__).resolve().parents[2]
BASE = Path(sys._base_executable)


@pytest.fixture
def checkout(tmp_path):
    """A checkout with a lock that is quickly installed."""
    for folder in ("scripts", "requirements", "bin", "home"):
        (tmp_path / folder).mkdir()
    shutil.copy(ROOT / "scripts" / "bootstrap.py", tmp_path / "scripts")
    (tmp_path / "requirements" / "dev.txt").write_text("# nothing\n")
    (tmp_path / "requirements" / "app.txt").write_text("# nothing either\n")
    return tmp_path


def program(checkout, name, script):
    """Put a program on the checkout's PATH."""
    path = checkout / "bin" / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def environment(checkout, **more):
    """PATH and HOME without a Python that fits."""
    return {"PATH": f"{checkout}/bin:/nowhere", "HOME": str(checkout / "home"), "PIP_NO_INDEX": "1", **more}


def bootstrap(checkout, *arguments, source="", **more):
    """Run the script; `source` is Python put before it, to change what the machine has."""
    code = f"import sys; sys.path.insert(0, 'scripts'); import bootstrap\n{NOT_DEBIAN}\n{source}\nbootstrap.main(sys.argv[1:])"
    return subprocess.run(
        [sys.executable, "-B", "-c", code, *arguments],
        cwd=checkout,
        env=environment(checkout, **more),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


NOT_DEBIAN = "bootstrap.DEBIAN = bootstrap.RELEASE = bootstrap.Path('/nowhere')"
DEBIAN_ROOT = "bootstrap.DEBIAN = bootstrap.ROOT; bootstrap.os.geteuid = lambda: 0"
NO_FOLDERS = "bootstrap.FOLDERS = []; sys.executable = ''"
NO_UV = "bootstrap.working_uv = lambda: None"
PANGO = "bootstrap.pango_loads = lambda: True"


@pytest.fixture
def uv(checkout):
    """A working uv on PATH, which makes environments in no time."""
    program(checkout, "uv", f'exec "{sys.prefix}/bin/uv" "$@"')


@pytest.fixture
def python(checkout, uv):
    """A Python on PATH that fits."""
    program(checkout, "python3.13", f'exec "{BASE}" "$@"')


def test_it_is_written_for_the_oldest_python_that_may_start_it():
    ast.parse((ROOT / "scripts" / "bootstrap.py").read_text(encoding="utf-8"), feature_version=(3, 6))


def test_it_makes_an_environment_and_the_second_call_does_nothing(checkout, python):
    first = bootstrap(checkout, source=PANGO)
    assert (first.returncode, first.stderr.splitlines()) == (
        0,
        [f"Making .venv with {checkout}/bin/python3.13 …", "Installing requirements/dev.txt …"],
    )
    assert subprocess.call([checkout / ".venv" / "bin" / "python", "-c", ""]) == 0
    second = bootstrap(checkout, source="bootstrap.prepare = bootstrap.pango_loads = None")
    assert (second.returncode, second.stdout + second.stderr) == (0, "")


def test_a_uv_that_fails_leaves_the_work_to_pip(checkout, python):
    program(checkout, "uv", 'test "$1" = --version && echo uv 1.0')
    done = bootstrap(checkout, source=PANGO)
    assert done.returncode == 0
    assert subprocess.call([checkout / ".venv" / "bin" / "python", "-m", "pip", "--version"], stdout=-3) == 0


def test_a_changed_lock_is_installed_into_the_environment_there_is(checkout, python):
    bootstrap(checkout, source=PANGO)
    (checkout / ".venv" / "kept").touch()
    (checkout / "requirements" / "dev.txt").write_text("# something else\n")
    again = bootstrap(checkout, source=PANGO)
    assert again.stderr == "Installing requirements/dev.txt …\n"
    assert (checkout / ".venv" / "kept").exists()


def test_the_application_alone_has_a_lock_of_its_own(checkout, python):
    assert "Installing requirements/app.txt …" in bootstrap(checkout, "--app", source=PANGO).stderr


def test_an_interrupted_environment_is_made_anew(checkout, python):
    bootstrap(checkout, source=PANGO)
    (checkout / ".venv" / ".finished").unlink()
    shutil.rmtree(checkout / ".venv" / "lib")
    again = bootstrap(checkout, source=PANGO)
    assert again.stderr.startswith("Making .venv")
    assert (checkout / ".venv" / "lib").exists()


def test_an_environment_whose_python_is_gone_is_made_anew(checkout, python):
    bootstrap(checkout, source=PANGO)
    (checkout / ".venv" / "bin" / "python").unlink()
    (checkout / ".venv" / "bin" / "python").symlink_to("/nowhere/python3.13")
    assert bootstrap(checkout, source=PANGO).stderr.startswith("Making .venv")


def test_a_shim_that_fails_is_passed_over(checkout, uv):
    program(checkout, "python3.13", "echo 'pyenv: python3.13: command not found' >&2; exit 127")
    program(checkout, "python3.14", "exit 0")
    program(checkout, "python3", f'exec "{BASE}" "$@"')
    assert bootstrap(checkout, source=PANGO).stderr.startswith(f"Making .venv with {checkout}/bin/python3 …")


def test_a_python_off_path_is_found(checkout, uv):
    versions = checkout / "home" / ".pyenv" / "versions" / "3.13.9" / "bin"
    versions.mkdir(parents=True)
    (versions / "python3.13").symlink_to(BASE)
    done = bootstrap(checkout, source="bootstrap.FOLDERS = bootstrap.FOLDERS[:1]; " + PANGO)
    assert done.stderr.startswith(f"Making .venv with {versions}/python3.13 …")


@pytest.mark.parametrize(
    ("programs", "remedy"),
    [
        ({"brew": "exit 0"}, "brew install python@3.13"),
        ({"apt-cache": 'test "$2" = python3.14 && echo Package: "$2"'}, "apt-get install python3.14 python3.14-venv"),
        ({"apt-cache": "exit 100", "uv": "exit 0"}, "uv python install 3.13"),
        ({}, "pipx install uv && uv python install 3.13"),
    ],
)
def test_without_a_python_that_fits_it_says_how_to_get_one(checkout, programs, remedy):
    program(checkout, "python3", "echo 3 11")
    for name, does in programs.items():
        program(checkout, name, does)
    done = bootstrap(checkout, source=f"{NO_FOLDERS}; bootstrap.os.geteuid = lambda: 0; {NO_UV}")
    assert done.returncode == 1
    assert done.stderr == f"Plumbline needs Python 3.12, 3.13 or 3.14, and none is here: {remedy}\n"
    assert not (checkout / ".venv").exists()


def test_a_python_without_its_venv_package_says_which_it_is(checkout):
    program(checkout, "python3", "echo -3 12")
    done = bootstrap(checkout, source=f"{NO_FOLDERS}; bootstrap.os.geteuid = lambda: 1000; {NO_UV}")
    assert done.returncode == 1
    assert done.stderr == "python3.12 cannot make a virtual environment: sudo apt-get install python3.12-venv\n"


def test_root_on_debian_has_the_part_of_python_installed_that_is_missing(checkout):
    program(checkout, "python3", f'test -e "{checkout}/installed" && exec "{BASE}" "$@"; echo -3 13')
    program(checkout, "apt-get", f'echo "$@" > "{checkout}/installed"')
    done = bootstrap(checkout, source=f"{NO_FOLDERS}; {NO_UV}; {DEBIAN_ROOT}; {PANGO}")
    assert done.stderr.splitlines()[:2] == [
        "Installing python3.13-venv …",
        f"Making .venv with {checkout}/bin/python3 …",
    ]
    assert (checkout / "installed").read_text().split()[-1] == "python3.13-venv"


def test_without_a_python_that_fits_uv_is_asked_for_one(checkout):
    program(checkout, "python3", "echo 3 11")
    program(
        checkout,
        "uv",
        f"""case "$*" in
        "python install 3.13") : > "{checkout}/asked";;
        "python find 3.13") test -e "{checkout}/asked" && echo "{BASE}";;
        *) exec "{sys.prefix}/bin/uv" "$@";;
        esac""",
    )
    done = bootstrap(checkout, source=f"{NO_FOLDERS}; {PANGO}")
    assert done.stderr.splitlines()[:2] == [
        "No Python 3.12, 3.13 or 3.14 is here: asking uv for python3.13 …",
        f"Making .venv with {BASE} …",
    ]
    assert done.returncode == 0


def test_a_uv_that_cannot_get_one_is_one_sentence(checkout):
    program(checkout, "python3", "echo 3 11")
    program(checkout, "uv", 'test "$1" = --version && echo uv 1.0 || { echo "error: Failed to download"; exit 1; }')
    done = bootstrap(checkout, source=NO_FOLDERS)
    assert (done.returncode, done.stderr.splitlines()[1:]) == (
        1,
        [
            (
                "Plumbline needs Python 3.12, 3.13 or 3.14; none is here, and uv could not get one "
                "(error: Failed to download)."
            )
        ],
    )


def test_an_index_out_of_reach_is_one_sentence(checkout, python):
    (checkout / "requirements" / "dev.txt").write_text(f"asgiref==3.13.0 --hash=sha256:{'0' * 64}\n")
    done = bootstrap(checkout, source=NO_UV)
    assert done.returncode == 1
    assert done.stderr.splitlines()[2:] == [
        (
            "requirements/dev.txt could not be installed (ERROR: No matching distribution found for asgiref==3.13.0): "
            "see that the package index can be reached and run it again; all that was said is in .venv/install.log."
        ),
    ]


def test_ctrl_c_is_one_sentence_and_the_next_call_mends_it(checkout):
    program(checkout, "python3.13", f': > "{checkout}/started"; exec /bin/sleep 30')
    with signals.heard():
        process = subprocess.Popen(
            [sys.executable, "-B", "scripts/bootstrap.py"],
            cwd=checkout,
            env=environment(checkout),
            stderr=subprocess.PIPE,
            text=True,
        )
    deadline = time.monotonic() + 60
    while not (checkout / "started").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=60)[1] == "Interrupted; the next call goes on from here.\n"
    assert process.returncode == 1


WITHOUT = "bootstrap.pango_loads = lambda: False; bootstrap.chromium = bootstrap.java = lambda: None"
ANN = "bootstrap.os.geteuid = lambda: 1000"
JRE = "default-jre-headless"
PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
UBUNTU = "bootstrap.RELEASE = bootstrap.ROOT / 'ubuntu'; bootstrap.RELEASE.write_text('NAME=Ubuntu\\nID=ubuntu\\n')"


@pytest.mark.parametrize(
    ("programs", "source", "remedy"),
    [
        ({"apt-get": "exit 0"}, "", f"sudo apt-get install {PACKAGES} chromium {JRE}"),
        (
            {"apt-get": "exit 0"},
            UBUNTU,
            f"sudo apt-get install {PACKAGES} libatomic1 {JRE} && .venv/bin/playwright install --with-deps chromium",
        ),
        ({"brew": "exit 0"}, "", "brew install pango && brew install --cask google-chrome && brew install openjdk"),
        (
            {},
            "",
            (
                "install pango and harfbuzz with this system's package manager && "
                "install chromium with this system's package manager && "
                "install a Java of version 17 or later with this system's package manager"
            ),
        ),
    ],
)
def test_what_a_user_has_to_install_is_one_line_each_time(checkout, python, programs, source, remedy):
    for name, does in programs.items():
        program(checkout, name, does)
    bootstrap(checkout, source=PANGO)
    (checkout / ".venv" / ".finished").write_text((checkout / ".venv" / ".finished").read_text().split()[0])
    for _ in range(2):
        done = bootstrap(checkout, "--for", "test", source=f"{ANN}; {WITHOUT}\n{source}")
        sentence = (
            "Pango, Chromium and Java are missing, so PDF export is off, no browser test can run and "
            f"no PDF is held against its standards: {remedy}\n"
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, "", sentence)


def test_chromium_and_java_are_named_to_nobody_but_the_tests(checkout, python):
    done = bootstrap(checkout, source=f"{ANN}; {WITHOUT}")
    assert done.stderr.splitlines()[2:] == [
        "Pango is missing, so PDF export is off: install pango and harfbuzz with this system's package manager"
    ]


def test_before_a_run_it_leaves_the_line_to_the_program(checkout, python):
    done = bootstrap(checkout, "--for", "run", source=f"{ANN}; {WITHOUT}")
    assert done.stderr.splitlines()[1:] == ["Installing requirements/dev.txt …"]


def test_words_of_weasyprint_are_kept_back(checkout, python):
    bootstrap(checkout, source=PANGO)
    (checkout / ".venv" / ".finished").unlink()
    site = next((checkout / ".venv" / "lib").glob("python*/site-packages"))
    (site / "weasyprint.py").write_text("print('-----\\nWeasyPrint could not'); raise OSError('no library')\n")
    probe = "bootstrap.prepare = lambda _: ['x']; bootstrap.stamp = lambda _: None"
    done = bootstrap(checkout, source=f"{ANN}; {probe}")
    assert (done.stdout, done.stderr.count("\n")) == ("", 1)
    assert done.stderr.startswith("Pango is missing, so PDF export is off: ")


APT_GET = """
echo "$@" >> "{0}/asked"
case "$*" in *update*) : > "{0}/updated";; *install*) test -e "{0}/updated" && echo "$@" >> "{0}/installed";; esac
"""
HAS = "lambda: bootstrap.os.path.exists('installed') and '{}' in open('installed').read()"
INSTALLED = "; ".join(
    f"bootstrap.{name} = {HAS.format(package)} or None"
    for name, package in {"pango_loads": "libpango", "chromium": "chromium", "java": "jre"}.items()
)


def test_root_on_debian_has_it_installed_once_the_lists_are_new(checkout, python):
    program(checkout, "apt-get", APT_GET.format(checkout))
    done = bootstrap(checkout, "--for", "test", source=f"{DEBIAN_ROOT}; {INSTALLED}")
    assert done.stderr.splitlines()[2:] == [
        f"Installing Pango ({PACKAGES}) …",
        "Installing Chromium (chromium) …",
        f"Installing Java ({JRE}) …",
    ]
    asked = [line.split("Timeout=120 ")[1] for line in (checkout / "asked").read_text().splitlines()]
    install = "install --no-install-recommends "
    assert asked == [install + PACKAGES, "update", install + PACKAGES, install + "chromium", install + JRE]
    again = bootstrap(checkout, "--for", "test", source=f"{DEBIAN_ROOT}; {INSTALLED}")
    assert again.stderr == ""


def test_what_root_could_not_install_is_told_with_aptitudes_reason(checkout, python):
    program(checkout, "apt-get", "echo 'E: Unable to locate package'; echo done; exit 100")
    done = bootstrap(checkout, source=f"{DEBIAN_ROOT}; {WITHOUT}")
    assert (done.returncode, done.stderr.splitlines()[2:]) == (
        0,
        [
            f"Installing Pango ({PACKAGES}) …",
            "Pango could not be installed: E: Unable to locate package",
            f"Pango is missing, so PDF export is off: apt-get install {PACKAGES}",
        ],
    )


@pytest.mark.parametrize(
    ("says", "fits"),
    [
        ("openjdk 17.0.15 2025-04-15", True),
        ("java 21.0.2 2024-01-16 LTS", True),
        ("openjdk 11.0.2 2019-01-15", False),
        ("", False),
    ],
)
def test_java_is_one_that_is_new_enough(says, fits, monkeypatch):
    monkeypatch.setattr(script, "answer", lambda *command: says)
    monkeypatch.setattr(script.shutil, "which", lambda name: f"/bin/{name}")

    assert script.java() == ("/bin/java" if fits else None)


def test_a_user_installs_nothing(checkout, python):
    program(checkout, "apt-get", f': > "{checkout}/asked"')
    bootstrap(checkout, source=f"bootstrap.DEBIAN = bootstrap.ROOT; {ANN}; {WITHOUT}")
    assert not (checkout / "asked").exists()


def test_every_place_names_the_same_packages_of_pango():
    names = " ".join(script.PANGO.packages)
    assert names in engine.PANGO_IS_MISSING
    assert f"--no-install-recommends {names} \\\n" in (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert "libpango" not in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_locks_carry_hashes_and_name_no_place():
    for name in ("app.txt", "dev.txt"):
        lines = (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines()
        for line in lines:
            assert line.startswith(("    --hash=sha256:", "#")) or "==" in line
            assert "/" not in line


def test_the_developers_lock_holds_the_applications():
    pinned = {
        name: {
            line.rstrip(" \\")
            for line in (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines()
            if "==" in line
        }
        for name in ("app.txt", "dev.txt")
    }
    assert pinned["app.txt"] - pinned["dev.txt"] == set()
