"""Prepare `.venv`: find a Python that fits, install the locked requirements, see whether what they need is there too.

That is Pango for PDF and, for the tests, Chromium and Java: as root on Debian or Ubuntu they are installed, elsewhere
named.

Started by whatever `python3` is, so: standard library only, no syntax newer than Python 3.6. Every `make` target calls
it; when nothing has changed it returns at once. It speaks only of what it does and of what the reader has to do.
"""

import argparse
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, NoReturn, Optional, Tuple

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
QUIET = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
DEBIAN = Path("/etc/debian_version")  # Ubuntu has it too
RELEASE = Path("/etc/os-release")
PROBE = """
import sys, venv
if sys.implementation.name != "cpython": raise SystemExit(1)
try: import ensurepip
except ImportError: print("-", end="")
print(*sys.version_info[:2])
"""

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


def logged(*command: str, env: Optional[Dict[str, str]] = None) -> bool:
    VENV.mkdir(exist_ok=True)
    with LOG.open("a") as log:
        print("$", *command, file=log, flush=True)
        try:
            return subprocess.call(command, stdout=log, stderr=subprocess.STDOUT, cwd=str(ROOT), env=env) == 0
        except OSError as error:  # such as a uv that went with the environment it stood in
            print("error:", error, file=log)
            return False


def may_install() -> bool:
    return os.geteuid() == 0 and DEBIAN.exists() and shutil.which("apt-get") is not None


def apt_get(packages: List[str]) -> None:
    """Install packages, on a second try with new lists: a fresh system has none, an old one has old ones."""
    command = ["apt-get", "-qq", "-y", "-o", "DPkg::Lock::Timeout=120"]
    install = [*command, "install", "--no-install-recommends", *packages]
    if not logged(*install, env=QUIET):
        logged(*command, "update", env=QUIET)
        logged(*install, env=QUIET)


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


def find_python(uv: Optional[str], *, may_install: bool) -> str:
    """Return a Python that fits, having got one where that is ours to do, or say how to get one."""
    incomplete = None
    for path in filter(None, candidates()):
        name, makes_environments = fitting(path)
        if name and (makes_environments or uv):
            return path
        incomplete = incomplete or name
    if uv:
        return python_of_uv(uv)
    packages = [incomplete + "-venv"] if incomplete else packaged_python()  # Debian keeps this part apart
    if packages and may_install:
        say("Installing {} …".format(" ".join(packages)))
        apt_get(packages)
        return find_python(uv, may_install=False)
    if incomplete:
        remedy = sudo("apt-get install " + packages[0])
        stop(f"{incomplete} cannot make a virtual environment: {remedy}")
    stop("Plumbline needs Python 3.12, 3.13 or 3.14, and none is here: " + how_to_get_python())


def python_of_uv(uv: str) -> str:
    """Ask uv for a Python that fits: it keeps those it downloads to itself."""
    say(f"No Python 3.12, 3.13 or 3.14 is here: asking uv for {NAMES[0]} …")
    version = NAMES[0][len("python") :]
    logged(uv, "python", "install", version)
    path = answer(uv, "python", "find", version)
    if not path or not fitting(path)[0]:
        stop(f"Plumbline needs Python 3.12, 3.13 or 3.14; none is here, and uv could not get one ({last_words()}).")
    return path


def packaged_python() -> List[str]:
    """Return the packages of a Python that fits, of those that Debian and Ubuntu have here."""
    return next(([name, name + "-venv"] for name in NAMES if answer("apt-cache", "show", name)), [])


def how_to_get_python() -> str:
    if shutil.which("brew"):
        return "brew install python@3.13"
    packages = packaged_python()
    if packages:
        return sudo("apt-get install " + " ".join(packages))
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


def last_words() -> str:
    """Return the line that says most of what the last command wrote to the log: its last error, else its last line."""
    lines = [line.strip() for line in LOG.read_text(errors="replace").splitlines() if line.strip()]
    last = max((n for n, line in enumerate(lines) if line.startswith("$ ")), default=-1)
    said = lines[last + 1 :]
    errors = [line for line in said if line.lower().startswith(("error", "e: "))]
    return (errors or said or ["no reason was given"])[-1]


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
        python = find_python(uv, may_install=may_install())
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


# --- What the system has to bring -------------------------------------------------------------------------------------


class Need(NamedTuple):
    """Something that no Python package brings."""

    name: str
    off: str  # what there is not without it
    packages: List[str]  # on Debian and Ubuntu
    homebrew: str  # what gets it on a Mac
    other: str  # and anywhere else


PANGO = Need(
    "Pango",
    "PDF export is off",
    ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"],
    "brew install pango",
    "install pango and harfbuzz with this system's package manager",
)
CHROMIUM = Need(
    "Chromium",
    "no browser test can run",
    ["chromium"],
    "brew install --cask google-chrome",
    "install chromium with this system's package manager",
)
JAVA = Need(
    "Java",
    "no PDF is held against its standards",
    ["default-jre-headless"],
    "brew install openjdk",
    "install a Java of version 17 or later with this system's package manager",
)
OLDEST_JAVA = 17


def pango_loads() -> bool:
    # Nothing is shown: WeasyPrint prints a banner of its own where a library is missing.
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.call([VENV_PYTHON, "-c", PANGO_PROBE], **silent) == 0


def chromium() -> Optional[str]:
    """Return the browser that the tests drive: the system's, or one that Playwright has fetched."""
    fetched = Path(os.path.expanduser("~/.cache/ms-playwright")).glob("chromium-*/chrome-linux*/chrome")  # noqa: PTH111
    return shutil.which("chromium") or shutil.which("google-chrome") or next(map(str, sorted(fetched)), None)


def java() -> Optional[str]:
    """Return a Java that runs the validator of the tests. A Mac without one has a program that only says so."""
    said = re.match(r"\w+ (\d+)", answer("java", "--version"))
    return shutil.which("java") if said and int(said.group(1)) >= OLDEST_JAVA else None


def is_there(need: Need) -> bool:
    if need is PANGO:
        return pango_loads()
    return (chromium() if need is CHROMIUM else java()) is not None


def comes_by_playwright(need: Need) -> bool:
    """Whether it is Chromium on Ubuntu, whose own package is a snap: no container has those."""
    return need is CHROMIUM and "ID=ubuntu" in (RELEASE.read_text() if RELEASE.exists() else "").splitlines()


def apt_packages(needs: List[Need]) -> List[str]:
    """Return what apt-get has to install; for Chromium by Playwright it is what Playwright cannot start without."""
    return [package for need in needs for package in (["libatomic1"] if comes_by_playwright(need) else need.packages)]


def get(need: Need) -> None:
    apt_get(apt_packages([need]))
    if comes_by_playwright(need):
        logged(VENV_PYTHON, "-m", "playwright", "install", "--with-deps", "chromium", env=QUIET)


def how_to_get(needs: List[Need]) -> str:
    """Return the commands, or the words, that get what is missing on this machine."""
    if not shutil.which("apt-get"):
        return " && ".join(need.homebrew if shutil.which("brew") else need.other for need in needs)
    playwright = [".venv/bin/playwright install --with-deps chromium"] * any(map(comes_by_playwright, needs))
    return " && ".join([sudo("apt-get install " + " ".join(apt_packages(needs))), *playwright])


def bring(needs: List[Need]) -> List[Need]:
    """Install what is missing, where that is ours to do, and return what is missing still."""
    missing = [need for need in needs if not is_there(need)]
    if not may_install():
        return missing
    for need in missing:
        say("Installing {} ({}) …".format(need.name, " ".join(apt_packages([need]))))
        get(need)
        if not is_there(need):
            say(f"{need.name} could not be installed: {last_words()}")
    return [need for need in missing if not is_there(need)]


def enumerated(words: List[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def name_missing(needs: List[Need]) -> None:
    """Say in one line what is missing, what is off for it, and what gets it. The rest works, so it stops nothing."""
    names = enumerated([need.name for need in needs])
    off = enumerated([need.off for need in needs])
    say("{} {} missing, so {}: {}".format(names, "is" if len(needs) == 1 else "are", off, how_to_get(needs)))


def main(arguments: Optional[List[str]] = None) -> None:
    parser = argparse.ArgumentParser(description="Prepare .venv from the locked requirements.")
    parser.add_argument("--app", action="store_true", help="what the application needs, without the developers' tools")
    parser.add_argument(
        "--for",
        dest="purpose",
        choices=["run", "test"],
        help="run: leave it to the program to say that PDF export is off; test: Chromium and Java are needed too",
    )
    options = parser.parse_args(arguments)
    requirements = ROOT / "requirements" / ("app.txt" if options.app else "dev.txt")

    folder = os.open(str(ROOT), os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)  # two `make` at once: the second waits, then finds everything done
    words = stamped()
    if not words or words[0] != fingerprint(requirements):
        words = prepare(requirements)
    needs = ([] if "pango" in words else [PANGO]) + ([CHROMIUM, JAVA] if options.purpose == "test" else [])
    missing = bring(needs)
    if PANGO in needs and PANGO not in missing:
        stamp([*words, "pango"])
    if missing and options.purpose != "run":
        name_missing(missing)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        stop("Interrupted; the next call goes on from here.")
