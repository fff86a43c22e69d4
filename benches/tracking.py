#!/usr/bin/env python3
"""Times `analyze` on message tracking logs beside `wc -l`, which only counts their lines.

    benches/tracking.py [--bytes 1GiB] [--runs 5]

The corpus is written by the forge under target/bench: one server's everyday mail, a file a day, half in the form of
Exchange 2003 and half in that of 2007. Both commands read the same files from the page cache, one after the other in
every run; the ratio is the median of the ratios run by run. The time of `analyze` is that of the whole run: every byte
hashed, every line read, the report written. `wc -l` runs on one core, `analyze` on all.
"""

import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))


def corpus(size):
    folder = TARGET / "bench" / f"tracking-{size}"
    if not folder.exists():
        part = TARGET / "bench" / f"tracking-{size}.part"
        shutil.rmtree(part, ignore_errors=True)
        part.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([TARGET / "release" / "forge", "tracking-corpus", "--bytes", size, part], check=True)
        part.rename(folder)
    return folder


def run(command):
    """Wall seconds, CPU seconds and peak resident MiB."""
    began = time.perf_counter()
    with open(os.devnull, "wb") as nothing:
        process = subprocess.Popen(command, cwd=ROOT, stdout=nothing, stderr=nothing)
        _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{command[0]} ended with {status}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--bytes", default="1GiB")
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--no-build", action="store_true", help="time what target/release holds")
    given = arguments.parse_args()
    if not given.no_build:
        subprocess.run(["cargo", "build", "--release", "--workspace"], cwd=ROOT, check=True)
    folder = corpus(given.bytes)
    report = TARGET / "bench" / "tracking-report"
    for form in ("2003", "2007", "."):
        logs = sorted((folder / form).rglob("*.log"))
        size = sum(log.stat().st_size for log in logs) / 1e6
        commands = {
            "analyze": [TARGET / "release" / "analyze", folder / form, "--force", "-o", report],
            "wc -l": ["wc", "-l", *logs],
        }
        figures = {name: [] for name in commands}
        for turn in range(given.runs + 1):
            for name, command in commands.items():
                measured = run(command)
                if turn:
                    figures[name].append(measured)
        what = "both forms" if form == "." else f"form of {form}"
        print(f"{what}: {len(logs)} files, {size:.0f} MB, {os.cpu_count()} processors, {given.runs} runs after a warm-up")
        print(f"{'command':<10} {'wall s':>8} {'CPU s':>8} {'MB/s':>8} {'peak MiB':>9} {'wall / wc -l':>13}")
        base = figures["wc -l"]
        for name, runs in figures.items():
            wall, cpu, peak = (statistics.median(column) for column in zip(*runs))
            ratio = statistics.median(r[0] / b[0] for r, b in zip(runs, base))
            print(f"{name:<10} {wall:>8.2f} {cpu:>8.2f} {size / wall:>8.0f} {peak:>9.0f} {ratio:>13.2f}")


if __name__ == "__main__":
    main()
