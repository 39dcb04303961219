#!/usr/bin/env python3
"""Holds the layers of src/: an include points left only, and DuckDB is seen by engine and cli alone.

    base <- sqlite <- fleet <- remote <- engine <- cli        (demo stands on sqlite, beside fleet)
    engine: statistics, duckdb_compat <- translate <- scan <- pushdown <- catalog <- the files of engine/ itself

Prints one line per violation and exits with 1 when there is one. Files beyond 350 lines are reported, not refused:
length is a hint to split, and a reader judges better than a number.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LAYERS = ["base", "sqlite", "fleet", "remote", "engine", "cli"]
MAY_INCLUDE = {layer: set(LAYERS[: position + 1]) for position, layer in enumerate(LAYERS)}
MAY_INCLUDE["demo"] = {"base", "sqlite", "demo"}
MAY_INCLUDE["cli"].add("demo")

ENGINE_PARTS = ["translate", "scan", "pushdown", "catalog"]
ENGINE_LEAVES = {"statistics", "duckdb_compat", "precompiled"}
SEES_DUCKDB = {"engine", "cli"}
LONG_FILE = 350

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def engine_rank(path):
    """The place of engine/... in the order within the engine; path is relative to src/engine."""
    parts = pathlib.PurePosixPath(path).parts
    if len(parts) > 1:
        return ENGINE_PARTS.index(parts[0]) + 1 if parts[0] in ENGINE_PARTS else None
    return 0 if pathlib.PurePosixPath(path).stem in ENGINE_LEAVES else len(ENGINE_PARTS) + 1


def violation(source, quoted, target):
    """Why the file `source` (relative to src) may not include `target`, or None."""
    layer = source.split("/")[0]
    if target.startswith("duckdb") and layer not in SEES_DUCKDB:
        return f"{layer}/ must not see DuckDB"
    if not quoted:
        return None
    if "/" not in target:
        return f'write the path from src/, as in "{layer}/{target}"'
    target_layer = target.split("/")[0]
    if target_layer not in MAY_INCLUDE:
        return None  # a third party's header
    if target_layer not in MAY_INCLUDE[layer]:
        return f"{layer}/ must not include {target_layer}/: includes point left only"
    if layer == target_layer == "engine":
        own, other = engine_rank(source[len("engine/"):]), engine_rank(target[len("engine/"):])
        if own is not None and other is not None and other > own:
            return "within engine/ too, includes point left only: " + " <- ".join(ENGINE_PARTS + ["engine/"])
    return None


def main():
    violations, long_files = [], []
    for path in sorted((ROOT / "src").rglob("*")):
        if path.suffix not in (".cpp", ".hpp"):
            continue
        source = path.relative_to(ROOT / "src").as_posix()
        lines = path.read_text(encoding="utf-8").splitlines()
        if len(lines) > LONG_FILE:
            long_files.append((len(lines), source))
        layer = source.split("/")[0]
        if "/" not in source:
            continue  # main.cpp starts the last layer
        if layer not in MAY_INCLUDE:
            violations.append(f"src/{source}:1: {layer}/ is no layer; tools/check_layers.py lists them")
            continue
        for number, line in enumerate(lines, 1):
            match = INCLUDE.match(line)
            why = match and violation(source, match.group(1) == '"', match.group(2))
            if why:
                violations.append(f"src/{source}:{number}: {why}")
    for length, source in sorted(long_files, reverse=True):
        print(f"note: src/{source} has {length} lines (a file has up to {LONG_FILE})")
    for line in violations:
        print(line)
    if violations:
        return 1
    print("layers: every include points left")
    return 0


if __name__ == "__main__":
    sys.exit(main())
