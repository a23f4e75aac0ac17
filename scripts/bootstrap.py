"""Prepare `.venv`: find a Python that fits, install the locked requirements, see whether Pango loads.

Started by whatever `python3` is, so: standard library only, no syntax newer than Python 3.6. Every `make` target calls
it; when nothing has changed it returns at once. It speaks only of what it does and of what the reader has to do.
"""

import argparse
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Iterator, List, NoReturn, Optional, Tuple

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = str(VENV / "bin" / "python")
STAMP = VENV / ".finished"  # written last: an environment without it was interrupted, and is made anew
LOG = VENV / "install.log"

OLDEST, NEWEST = (3, 12), (3, 14)
NAMES = ["python3.13", "python3.14", "python3.12"]  # first the one that most wheels are made for
# Versions that a version manager or an installer keeps off PATH, or hides behind a shim that fails.
FOLDERS = [
    "~/.pyenv/versions/*/bin",
    "~/.local/share/uv/python/*/bin",
    "~/.local/bin",
    "/usr/bin",
    "/usr/local/bin",
    "/opt/homebrew/bin",
    "/opt/homebrew/opt/python@*/bin",
    "/usr/local/opt/python@*/bin",
    "/home/linuxbrew/.linuxbrew/bin",
]
PROBE = """
import sys, venv
if sys.implementation.name != "cpython": raise SystemExit(1)
try: import ensurepip
except ImportError: print("-", end="")
print(*sys.version_info[:2])
"""

PANGO_PACKAGES = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]
PANGO_PROBE = "try: import weasyprint\nexcept OSError: raise SystemExit(3)"


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def stop(sentence: str) -> NoReturn:
    say(sentence)
    sys.exit(1)


def answer(*command: str) -> str:
    """Return what the command prints, nothing if it cannot be run or fails."""
    try:
        return subprocess.check_output(command, stderr=subprocess.DEVNULL, timeout=30).decode().strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def sudo(command: str) -> str:
    return command if os.geteuid() == 0 else "sudo " + command


# --- Python -----------------------------------------------------------------------------------------------------------


def candidates() -> Iterator[Optional[str]]:
    """Yield what may be a Python that fits, likeliest first; each has to be run to know."""
    for name in [*NAMES, "python3"]:
        yield shutil.which(name)
    for name in NAMES:
        for folder in FOLDERS:
            pattern = os.path.expanduser(folder).lstrip("/")  # noqa: PTH111 - pathlib would want the pattern to exist
            yield from map(str, sorted(Path("/").glob(f"{pattern}/{name}"), reverse=True))
    yield sys.executable


def fitting(path: str) -> Tuple[Optional[str], bool]:
    """Return the name of this Python, None if it does not fit, and whether it can make environments by itself."""
    said = answer(path, "-c", PROBE)
    if not said:
        return None, False
    version = tuple(map(int, said.lstrip("-").split()))
    name = "python{}.{}".format(*version) if OLDEST <= version <= NEWEST else None
    return name, not said.startswith("-")


def find_python(uv: Optional[str]) -> str:
    """Return a Python that fits, or say how to get one."""
    incomplete = None
    for path in filter(None, candidates()):
        name, makes_environments = fitting(path)
        if name and (makes_environments or uv):
            return path
        incomplete = incomplete or name
    if incomplete:  # Debian keeps this part in a package of its own
        remedy = sudo(f"apt-get install {incomplete}-venv")
        stop(f"{incomplete} cannot make a virtual environment: {remedy}")
    stop("Plumbline needs Python 3.12, 3.13 or 3.14, and none is here: " + how_to_get_python())


def how_to_get_python() -> str:
    if shutil.which("brew"):
        return "brew install python@3.13"
    for name in NAMES:
        if answer("apt-cache", "show", name):
            return sudo(f"apt-get install {name} {name}-venv")
    return ("" if shutil.which("uv") else "pipx install uv && ") + "uv python install 3.13"


# --- The virtual environment ------------------------------------------------------------------------------------------


def fingerprint(requirements: Path) -> str:
    """Return a digest of what the environment is made from: the lock, and the Python that `venv` noted."""
    return hashlib.sha256(requirements.read_bytes() + (VENV / "pyvenv.cfg").read_bytes()).hexdigest()


def stamped() -> List[str]:
    """Return the words of the stamp: the fingerprint, then "pango" once that has loaded; none if it is unfinished."""
    if not Path(VENV_PYTHON).exists():  # so too where it links to a Python that has since been removed
        return []
    try:
        return STAMP.read_text().split()
    except OSError:
        return []


def stamp(words: List[str]) -> None:
    new = STAMP.with_name(STAMP.name + ".new")
    new.write_text(" ".join(words))
    new.replace(STAMP)


def logged(*command: str) -> bool:
    with LOG.open("a") as log:
        return subprocess.call(command, stdout=log, stderr=subprocess.STDOUT, cwd=str(ROOT)) == 0


def last_words() -> str:
    """Return the line of the log that says most: the last error, else the last line."""
    lines = [line.strip() for line in LOG.read_text(errors="replace").splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")]
    return (errors or lines or ["no reason was given"])[-1]


def working_uv() -> Optional[str]:
    for path in (shutil.which("uv"), str(VENV / "bin" / "uv")):
        if path and answer(path, "--version"):
            return path
    return None


def make_venv(python: str, uv: Optional[str]) -> bool:
    shutil.rmtree(str(VENV), ignore_errors=True)
    VENV.mkdir()
    if uv and logged(uv, "venv", "--allow-existing", "--python", python, str(VENV)):
        return True
    return logged(python, "-m", "venv", str(VENV))


def install(requirements: str, uv: Optional[str]) -> bool:
    """Install the lock, which is complete: nothing is left to resolve.

    Where uv fails pip has a try too: it alone reads the index and the certificates that pip is configured for.
    """
    hashed = ["--quiet", "--require-hashes", "--no-deps", "--requirement", requirements]
    if uv and logged(uv, "pip", "install", "--python", VENV_PYTHON, *hashed):
        return True
    if not answer(VENV_PYTHON, "-m", "pip", "--version") and not logged(VENV_PYTHON, "-m", "ensurepip"):
        return False
    return logged(VENV_PYTHON, "-m", "pip", "install", "--disable-pip-version-check", *hashed)


def prepare(requirements: Path) -> List[str]:
    """Bring the environment to what the lock says; return the words of its stamp."""
    uv = working_uv()
    if stamped() and fitting(VENV_PYTHON)[0]:
        STAMP.unlink()
        LOG.write_text("")
    else:
        python = find_python(uv)
        say(f"Making .venv with {python} …")
        if not make_venv(python, uv):
            stop("The virtual environment could not be made: " + last_words())
    name = str(requirements.relative_to(ROOT))
    say(f"Installing {name} …")
    if not install(name, uv):
        stop(
            f"{name} could not be installed ({last_words()}): see that the package index can be reached and run it "
            "again; all that was said is in .venv/install.log."
        )
    words = [fingerprint(requirements)]
    stamp(words)
    return words


# --- Pango ------------------------------------------------------------------------------------------------------------


def pango_loads() -> bool:
    return subprocess.call([VENV_PYTHON, "-c", PANGO_PROBE], stderr=subprocess.DEVNULL) == 0


def ask_for_pango(*, may_install: bool) -> bool:
    """Say how to get Pango, or get it. Everything but PDF works without, so its absence stops nothing."""
    apt_get = shutil.which("apt-get")
    if apt_get and may_install and os.geteuid() == 0:
        say("Installing Pango …")
        command = [apt_get, "install", "-y", "-qq", "--no-install-recommends", *PANGO_PACKAGES]
        subprocess.call(command, stdout=subprocess.DEVNULL, env=dict(os.environ, DEBIAN_FRONTEND="noninteractive"))
        if pango_loads():
            return True
    if apt_get:
        line = sudo("apt-get install " + " ".join(PANGO_PACKAGES))
    elif shutil.which("brew"):
        line = "brew install pango"
    else:
        line = "install pango and harfbuzz with this system's package manager"
    say("PDF export is off because Pango cannot be loaded: " + line)
    return False


def main(arguments: Optional[List[str]] = None) -> None:
    parser = argparse.ArgumentParser(description="Prepare .venv from the locked requirements.")
    parser.add_argument("--app", action="store_true", help="what the application needs, without the developers' tools")
    parser.add_argument("--yes", action="store_true", help="as root on Debian: install Pango if it is missing")
    options = parser.parse_args(arguments)
    requirements = ROOT / "requirements" / ("app.txt" if options.app else "dev.txt")

    folder = os.open(str(ROOT), os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)  # two `make` at once: the second waits, then finds everything done
    words = stamped()
    if not words or words[0] != fingerprint(requirements):
        words = prepare(requirements)
    may_install = options.yes or os.environ.get("CI") == "true"
    if "pango" not in words and (pango_loads() or ask_for_pango(may_install=may_install)):
        stamp([*words, "pango"])


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        stop("Interrupted; the next call goes on from here.")
