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
    code = f"import sys; sys.path.insert(0, 'scripts'); import bootstrap\n{source}\nbootstrap.main(sys.argv[1:])"
    return subprocess.run(
        [sys.executable, "-B", "-c", code, *arguments],
        cwd=checkout,
        env=environment(checkout, **more),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


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
    for name, script in programs.items():
        program(checkout, name, script)
    done = bootstrap(checkout, source=f"{NO_FOLDERS}; bootstrap.os.geteuid = lambda: 0; {NO_UV}")
    assert done.returncode == 1
    assert done.stderr == f"Plumbline needs Python 3.12, 3.13 or 3.14, and none is here: {remedy}\n"
    assert not (checkout / ".venv").exists()


def test_a_python_without_its_venv_package_says_which_it_is(checkout):
    program(checkout, "python3", "echo -3 12")
    done = bootstrap(checkout, source=f"{NO_FOLDERS}; bootstrap.os.geteuid = lambda: 1000; {NO_UV}")
    assert done.returncode == 1
    assert done.stderr == "python3.12 cannot make a virtual environment: sudo apt-get install python3.12-venv\n"


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


@pytest.mark.parametrize(
    ("programs", "remedy"),
    [
        ({"apt-get": "exit 0"}, "sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"),
        ({"brew": "exit 0"}, "brew install pango"),
        ({}, "install pango and harfbuzz with this system's package manager"),
    ],
)
def test_without_pango_it_goes_on_and_says_each_time_what_to_install(checkout, python, programs, remedy):
    for name, script in programs.items():
        program(checkout, name, script)
    without = "bootstrap.os.geteuid = lambda: 1000; bootstrap.pango_loads = lambda: False"
    for _ in range(2):
        done = bootstrap(checkout, source=without)
        assert done.returncode == 0
        assert done.stderr.splitlines()[-1] == f"PDF export is off because Pango cannot be loaded: {remedy}"


@pytest.mark.parametrize(("arguments", "more"), [(["--yes"], {}), ([], {"CI": "true"})])
def test_root_may_have_pango_installed(checkout, python, arguments, more):
    program(checkout, "apt-get", f'echo "$@" > "{checkout}/installed"')
    source = "bootstrap.os.geteuid = lambda: 0; bootstrap.pango_loads = lambda: bootstrap.os.path.exists('installed')"
    done = bootstrap(checkout, *arguments, source=source, **more)
    assert done.stderr.splitlines()[-1] == "Installing Pango …"
    assert (checkout / "installed").read_text().split()[-3:] == [
        "libpango-1.0-0",
        "libpangoft2-1.0-0",
        "libharfbuzz-subset0",
    ]


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
