"""Installs what Panelwise needs into .venv, starting from nothing but a Python with pip.

    python3 .ci/bootstrap.py          what `make run` needs
    python3 .ci/bootstrap.py --dev    and what the tests need, Chromium included

Standard library only, Python 3.8 or later, because it runs before anything is installed. It writes inside the
project's folder; --dev may also install Chromium by apt-get where it is missing and apt-get may be used.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
UVBOOT = ROOT / ".uvboot"
SUPPORTED = (
    "3.13",
    "3.12",
    "3.14",
)  # requires-python of pyproject.toml; the one of .python-version goes first
OLDEST_UV = (0, 8)  # reads uv.lock as it is written
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_BROWSER = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")

# A build without the GIL is told apart by its "t": the packages have no wheels for it.
ASK = """import sys, sysconfig
free_threaded = "t" if sysconfig.get_config_var("Py_GIL_DISABLED") else ""
print("%d.%d" % sys.version_info[:2] + free_threaded, getattr(sys, "_base_executable", sys.executable))"""

NO_UV = """uv, which installs Panelwise, was not found and pip could not fetch it (its words are above).
Check the connection to the package index, or install uv yourself, and run this again."""
NO_PYTHON = """No Python 3.12, 3.13 or 3.14 was found and uv could not download one.
Install one of them (with pyenv, Homebrew or your system's packages) and run this again."""
NO_PACKAGES = """uv could not install the packages of uv.lock; its words are above."""
NO_BROWSER = """Chromium was not found and could not be installed here, so the tests that drive the app in a
browser cannot run. Install Chromium or Chrome and run this again to have them."""


def main(arguments):
    """Returns 0 when .venv is ready, else the sentence that says why it is not."""
    os.chdir(ROOT)
    dev = "--dev" in arguments
    uv = find_uv() or install_uv()
    if uv is None:
        return NO_UV
    python = find_python() or download_python(uv)
    if python is None:
        return NO_PYTHON
    if not (ROOT / ".venv").is_dir():
        say("Installing Panelwise into .venv. The first time takes a minute.")
    command = [uv, "sync", "--frozen", "--quiet", "--python", python]
    command += (
        [] if dev else ["--no-dev", "--inexact"]
    )  # inexact: `make run` leaves a developer's tools alone
    if subprocess.call(command, env=environment()) != 0:
        return NO_PACKAGES
    if dev and not find_browser():
        install_browser()
    return 0


def say(sentence):
    """Prints it at once, so that it stands before the output of the commands that follow."""
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


def environment(**changes):
    """Returns the environment with the changes, and without another project's virtual environment."""
    kept = {k: v for k, v in os.environ.items() if k not in ("VIRTUAL_ENV", "PYTHONHOME", "UV_PYTHON")}
    kept.setdefault("UV_HTTP_TIMEOUT", "180")
    # Once, not at each start where Python may not write its own: pandas alone saves 1.5 s.
    kept.setdefault("UV_COMPILE_BYTECODE", "1")
    kept["UV_PROJECT_ENVIRONMENT"] = str(ROOT / ".venv")
    kept.update(changes)
    return kept


def output(*command):
    """Returns what the command printed, or None when it cannot run or fails."""
    try:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode(errors="replace").strip() if done.returncode == 0 else None


def on_path(name):
    """Returns every executable of that name on PATH, first come first."""
    folders = os.environ.get("PATH", "").split(os.pathsep)
    found = (shutil.which(name, path=folder) for folder in folders if folder)
    return [path for path in found if path]


def find_uv():
    """Returns a uv that runs and is new enough, or None. A pyenv shim called uv may exist and not run."""
    homes = [UVBOOT / "bin", Path.home() / ".local/bin", Path.home() / ".cargo/bin"]
    for candidate in [*on_path("uv"), *(str(home / "uv") for home in homes)]:
        version = re.match(r"uv (\d+)\.(\d+)", output(candidate, "--version") or "")
        if version and tuple(map(int, version.groups())) >= OLDEST_UV:
            return candidate
    return None


def install_uv():
    """Returns uv after pip put it into .uvboot, or None.

    `--target` needs no virtual environment (Debian's Python may lack ensurepip), is allowed where the Python
    of the system is externally managed, and leaves the user's own packages alone.
    """
    say("Fetching uv into .uvboot.")
    settings = {"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    settings["PIP_ROOT_USER_ACTION"] = "ignore"
    wanted = f"uv>={OLDEST_UV[0]}.{OLDEST_UV[1]}"
    pips = [[sys.executable, "-m", "pip"], *([path] for name in ("pip3", "pip") for path in on_path(name))]
    for pip in pips:
        if output(*pip, "--version") is None:
            continue
        command = [*pip, "install", "--quiet", "--upgrade", "--target", str(UVBOOT), wanted]
        subprocess.call(command, env=environment(**settings))
        uv = find_uv()
        if uv is not None:
            return uv
    return None


def wanted_versions():
    """Returns the minor versions to look for, the one of .python-version first."""
    named = (ROOT / ".python-version").read_text().strip()
    return [named] + [version for version in SUPPORTED if version != named]


def places(version):
    """Returns where a Python of that version may be, as paths that need not exist."""
    pyenv = Path(os.environ.get("PYENV_ROOT", str(Path.home() / ".pyenv"))) / "versions"
    managed = Path.home() / ".local/share/uv/python"
    yield from (
        sys.executable,
        str(ROOT / ".venv/bin/python"),
        *on_path("python" + version),
        *on_path("python3"),
    )
    yield from (str(home / "bin/python3") for home in sorted(pyenv.glob(version + ".*"), reverse=True))
    yield from (
        str(home / "bin/python3") for home in sorted(managed.glob(f"cpython-{version}*"), reverse=True)
    )
    yield from (f"{folder}/python{version}" for folder in ("/opt/homebrew/bin", "/usr/local/bin", "/usr/bin"))


def find_python():
    """Returns an interpreter of a supported version that really runs, or None.

    Candidates are executed: a pyenv shim exists for every version some other project uses, ends in an error
    here, and uv takes that error as final.
    """
    for version in wanted_versions():
        for place in places(version):
            found, _, executable = (output(place, "-c", ASK) or "").partition(" ")
            if found == version:
                return executable
    return None


def download_python(uv):
    """Returns the interpreter of .python-version after uv downloaded it, or None."""
    version = wanted_versions()[0]
    say(f"No Python 3.12 or later was found. Asking uv for {version}.")
    if subprocess.call([uv, "python", "install", version], env=environment()) != 0:
        return None
    return output(uv, "python", "find", "--managed-python", "--no-project", version)


def find_browser():
    """Returns a Chromium or Chrome, or None."""
    found = [path for name in BROWSERS for path in on_path(name)]
    return found[0] if found else (str(MAC_BROWSER) if MAC_BROWSER.exists() else None)


def install_browser():
    """Installs Chromium by apt-get where that needs no password, else says what cannot run."""
    is_root = os.geteuid() == 0
    if shutil.which("apt-get") and (is_root or output("sudo", "-n", "true") is not None):
        say("Installing Chromium by apt-get for the browser tests.")
        apt = ([] if is_root else ["sudo", "-n"]) + [
            "env",
            "DEBIAN_FRONTEND=noninteractive",
            "apt-get",
            "-qq",
        ]
        packages = [
            "chromium",
            "fonts-liberation",
            "fonts-dejavu-core",
            "libatomic1",
        ]  # the last for Playwright
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
        subprocess.call([*apt, "update"], **quiet)
        subprocess.call([*apt, "install", "-y", "--no-install-recommends", *packages], **quiet)
    if not find_browser():
        say(NO_BROWSER)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
