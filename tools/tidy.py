#!/usr/bin/env python3
"""clang-tidy over the sources, leaving out what was found clean before: tools/tidy.py BUILD_DIR JOBS FILE...

BUILD_DIR holds compile_commands.json. A file is clean as long as these are the same: its text, that of the project's
headers that it reaches by #include "...", how it is compiled, and .clang-tidy. A whole run takes an hour on two cores,
since clang-tidy walks DuckDB's header for each file anew; the next run takes only what changed. Exits with 1 when
anything was found.
"""

import concurrent.futures
import hashlib
import json
import pathlib
import re
import subprocess
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


def reached(path, seen):
    """`path` and the project's headers that it reaches, which are named from src/."""
    if path in seen or not path.is_file():
        return seen
    seen.add(path)
    for name in INCLUDE.findall(path.read_text(encoding="utf-8")):
        reached(pathlib.Path("src") / name, seen)
    return seen


def key(path, command):
    """What the verdict on `path` depends on, as a hash."""
    digest = hashlib.sha256(command.encode())
    for part in [pathlib.Path(".clang-tidy"), *sorted(reached(path, set()))]:
        digest.update(part.read_bytes() + b"\0")
    return digest.hexdigest()


def tidy(build, path, mark):
    """Whether clang-tidy finds nothing in `path`, which makes the file `mark`; what it finds is printed."""
    run = subprocess.run(
        ["clang-tidy", "-p", build, "--quiet", "--extra-arg=-Wno-unknown-warning-option", str(path)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if run.returncode != 0:
        print(run.stdout or run.stderr, end="", flush=True)
    else:
        mark.touch()
    return run.returncode == 0


def main():
    build, jobs, names = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    with open(pathlib.Path(build) / "compile_commands.json", encoding="utf-8") as database:
        commands = {entry["file"]: entry["command"] for entry in json.load(database)}
    clean = pathlib.Path(build) / "clean"
    clean.mkdir(exist_ok=True)
    todo = {}
    for path in map(pathlib.Path, names):
        mark = clean / key(path, commands[str(path.resolve())])
        if not mark.exists():
            todo[path] = mark
    print(f"lint: clang-tidy over {len(todo)} of {len(names)} files; the others are as they were when found clean", flush=True)

    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        verdicts = list(pool.map(lambda item: tidy(build, *item), todo.items()))
    return 0 if all(verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
