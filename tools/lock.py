"""Writes the two lock files and tries them on every platform the desk is meant for.

`python3 tools/lock.py [uv]`. Pins already there are kept while the .in files still allow them.
"""

import shutil
import subprocess
import sys
from itertools import product
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = [("requirements.in", ()), ("requirements-dev.in", ("-c", "requirements.txt"))]
PLATFORMS = ["x86_64-manylinux_2_28", "aarch64-manylinux_2_28"]
PLATFORMS += ["aarch64-apple-darwin", "x86_64-apple-darwin"]
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]


def main(argv: list[str]) -> int:
    uv = shutil.which(argv[1] if len(argv) > 1 else "uv")
    if uv is None:
        print("Locking needs uv; name it if it is not on PATH: make lock UV=/path/to/uv")
        return 2
    for source, constraints in LOCKS:
        if not compile_lock(uv, source, constraints):
            return 1
    return 0 if all(fits(uv, *where) for where in product(locks(), PLATFORMS, PYTHONS)) else 1


def locks() -> list[str]:
    return [source.replace(".in", ".txt") for source, _ in LOCKS]


def compile_lock(uv: str, source: str, constraints: tuple[str, ...]) -> bool:
    command = [uv, "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-header"]
    command += ["--python-version", PYTHONS[0], *constraints, source]
    return run([*command, "-o", source.replace(".in", ".txt")])


def fits(uv: str, lock: str, platform: str, python: str) -> bool:
    """Can it be installed there from wheels alone? Nothing is installed."""
    nothing = ["--target", "build/nothing", "--dry-run", "--quiet"]
    exactly = ["--only-binary", ":all:", "--require-hashes"]
    there = ["--python-platform", platform, "--python-version", python]
    fitting = run([uv, "pip", "install", *nothing, *exactly, *there, "-r", lock])
    print(f"{lock} on {platform}, Python {python}: {'fits' if fitting else 'DOES NOT FIT'}")
    return fitting


def run(command: list[str]) -> bool:
    return subprocess.run(command, cwd=ROOT).returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
