"""The Dockerfile's steps in a clean root folder, for machines without a container daemon, and what comes out of them.

``python -m benchmarks.image_steps ROOT [--keep]`` (as root, with ``debootstrap``): fills ROOT with a bare Debian in
place of the base image, carries out each instruction in it, then runs the command as the image's user, who has no home
and may write neither the code nor the compile cache, and measures. Exit code 1 if something fails.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.endurance import free_port
from mmm_core.settings import PROJECT
from tests.engines import until

BASE = ("trixie", "python3.13,python3-pip,python3.13-venv,ca-certificates,passwd")
"""Debian release and packages that stand for the base image."""


CERTIFICATE = "/etc/ssl/build.pem"
"""What this machine trusts, for the way to its package index; no part of the image's own steps."""


@dataclass
class Image:
    """What the instructions so far have made."""

    root: Path
    environment: dict[str, str] = field(
        default_factory=lambda: {"PATH": "/usr/local/bin:/usr/bin:/usr/sbin:/bin:/sbin"}
    )
    folder: str = "/"
    user: str = "root"
    entry: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)

    def run(self, command: list[str], *, user: str | None = None, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run a command within, as the image's user."""
        return subprocess.run(self.within(command, user=user), text=True, env=self.environment, check=True, **options)

    def within(self, command: list[str], *, user: str | None = None) -> list[str]:
        """The command line that runs a command within."""
        change = f"cd {shlex.quote(self.folder)} && exec {shlex.join(command)}"
        user = user or self.user
        return ["chroot", f"--userspec={user}:{user}", str(self.root), "/bin/sh", "-c", change]


def main() -> int:
    """Build, run, measure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.image_steps")
    parser.add_argument("root", type=Path)
    parser.add_argument("--keep", action="store_true", help="leave the folder there")
    options = parser.parse_args()
    image = Image(options.root.resolve())
    figures: dict[str, Any] = {}
    try:
        started = time.perf_counter()
        make_base(image)
        figures["base_seconds"] = round(time.perf_counter() - started)
        started = time.perf_counter()
        for word, rest in instructions((PROJECT / "Dockerfile").read_text()):
            print(word, rest[:100].replace("\n", " "), flush=True)
            STEPS[word](image, rest)
        figures["build_seconds"] = round(time.perf_counter() - started)
        figures |= measure(image)
    finally:
        clean = unmount(image)
        if clean and not options.keep:
            shutil.rmtree(image.root, ignore_errors=True)
    print(json.dumps(figures, indent=1))
    return 0


def make_base(image: Image) -> None:
    """A bare Debian with Python, as the base image has it, and the way to the package index that this machine has."""
    release, packages = BASE
    if not (image.root / "usr/bin/python3").exists():
        bootstrap = ["debootstrap", "--variant=minbase", f"--include={packages}", release, str(image.root)]
        subprocess.run(bootstrap, check=True, stdout=subprocess.DEVNULL)
    for source in (Path("/etc/resolv.conf"), Path("/etc/pip.conf"), Path("/root/.config/pip/pip.conf")):
        if source.exists():
            target = image.root / ("etc/pip.conf" if source.name == "pip.conf" else "etc/resolv.conf")
            shutil.copy(source, target)
    for name in ("proc", "dev"):
        subprocess.run(["mount", "--bind", f"/{name}", str(image.root / name)], check=True)
    for folder in _package_folders():
        (image.root / folder[1:]).mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", "--bind", "-o", "ro", folder, str(image.root / folder[1:])], check=True)
    certificate = os.environ.get("PIP_CERT") or os.environ.get("SSL_CERT_FILE")
    if certificate:
        shutil.copy(certificate, image.root / CERTIFICATE[1:])
    image.environment |= {
        name: value for name, value in os.environ.items() if name.startswith("PIP_") or name.endswith("_proxy")
    }
    image.environment |= {"PIP_CERT": CERTIFICATE} if certificate else {}


def _package_folders() -> list[str]:
    """Folders of this machine from which its pip takes packages, if any."""
    told = subprocess.run([sys.executable, "-m", "pip", "config", "list"], text=True, capture_output=True, check=True)
    # An index folder names its files by paths beside it.
    beside = [str(Path(folder).parent) for folder in re.findall(r"file://(/[^\s'\"]+)", told.stdout)]
    found = [*beside, *os.environ.get("PIP_FIND_LINKS", "").split()]
    return [folder for folder in found if folder.startswith("/") and folder != "/" and Path(folder).is_dir()]


def unmount(image: Image) -> bool:
    """Let go of what was mounted; whether nothing of this machine is left within, so that it can be removed."""
    mounted = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    for place in [place for place in mounted if Path(place).is_relative_to(image.root)]:
        subprocess.run(["umount", "--lazy", place], check=False)
    return str(image.root) not in Path("/proc/mounts").read_text()


def instructions(text: str) -> list[tuple[str, str]]:
    """Instructions of a Dockerfile, continued lines joined, comments left out."""
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    joined = re.sub(r"\\\n", " ", lines)
    return [
        (word, rest.strip()) for word, _, rest in (line.strip().partition(" ") for line in joined.splitlines()) if word
    ]


def copy(image: Image, rest: str) -> None:
    """Copy what ``.dockerignore`` does not leave out."""
    *sources, target = rest.split()
    ignored = [
        line for line in (PROJECT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")
    ]
    tracked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        text=True,
        capture_output=True,
        check=True,
    )
    for name in tracked.stdout.splitlines():
        parts = Path(name)
        names = [name, *(str(parent) for parent in parts.parents)]
        if any(fnmatch.fnmatch(each, pattern.removeprefix("**/")) for each in names for pattern in ignored):
            continue
        if "." in sources or name in sources:
            place = image.root / image.folder[1:] / target / name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / name, place)


def set_environment(image: Image, rest: str) -> None:
    """Set variables; earlier ones may be named."""
    for name, value in (pair.split("=", 1) for pair in shlex.split(rest)):
        image.environment[name] = re.sub(r"\$(\w+)", lambda found: image.environment.get(found[1], ""), value)


def change_folder(image: Image, rest: str) -> None:
    """Make a folder and go there."""
    image.folder = rest
    (image.root / rest[1:]).mkdir(parents=True, exist_ok=True)


def health(image: Image, rest: str) -> None:
    """Keep the command that tells health."""
    image.health = json.loads(rest.split("CMD", 1)[1])


STEPS: dict[str, Callable[[Image, str], object]] = {
    "FROM": lambda _, __: None,
    "RUN": lambda image, rest: image.run(["/bin/sh", "-ec", rest]),
    "ENV": set_environment,
    "WORKDIR": change_folder,
    "COPY": copy,
    "USER": lambda image, rest: setattr(image, "user", rest),
    "VOLUME": lambda _, __: None,
    "EXPOSE": lambda _, __: None,
    "HEALTHCHECK": health,
    "ENTRYPOINT": lambda image, rest: setattr(image, "entry", json.loads(rest)),
    "CMD": lambda image, rest: setattr(image, "command", json.loads(rest)),
}


def measure(image: Image) -> dict[str, Any]:
    """Run the image as its user: it refuses to start without login, serves with leave, and fits."""
    image.environment.pop("HOME", None)
    port = str(free_port())
    command = [port if each == "8501" else each for each in [*image.entry, *image.command]]
    refused = subprocess.run(
        image.within(command), env=image.environment, text=True, capture_output=True, timeout=60, check=False
    )
    found: dict[str, Any] = {
        "size_mb": _size_mb(image.root, leaving=["/proc", "/dev", *_package_folders()]),
        "of_it_libraries_mb": _size_mb(image.root / "opt/venv"),
        "of_it_compiled_model_mb": _size_mb(image.root / image.environment["MMM_COMPILE_CACHE"][1:]),
        "refused_without_login": refused.returncode == 2 and "login is not set up" in refused.stderr,
    }
    for place in (image.folder, image.environment["MMM_COMPILE_CACHE"], "/opt/venv"):
        tried = subprocess.run(
            image.within(["touch", f"{place}/written"]), env=image.environment, capture_output=True, check=False
        )
        found[f"writable {place}"] = tried.returncode == 0
    image.environment["MMM_ALLOW_ANONYMOUS"] = "1"
    started = time.perf_counter()
    server = subprocess.Popen(
        image.within(command), env=image.environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    try:
        until(lambda: _is_healthy(port) or None, seconds=60)
        found["healthy_seconds"] = round(time.perf_counter() - started, 1)
        image.run([each.replace("8501", port) for each in image.health])
        found["health_command"] = "passes"
        found["api_health"] = json.loads(
            urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health", timeout=10).read()
        )
    finally:
        server.terminate()
        server.wait(20)
    started = time.perf_counter()
    image.run(["python", "-m", "mmm_core", "demo", "--json"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    found["demo_seconds_with_the_cache_of_the_image"] = round(time.perf_counter() - started, 1)
    return found


def _size_mb(folder: Path, *, leaving: Sequence[str] = ()) -> int:
    """Size of all files of a folder (MB), but for those in the folders named."""
    found = 0
    for place, folders, files in folder.walk():
        folders[:] = [each for each in folders if f"/{(place / each).relative_to(folder)}" not in leaving]
        found += sum((place / each).lstat().st_size for each in files)
    return round(found / 2**20)


def _is_healthy(port: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1):
            return True
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
