#!/usr/bin/env python3
"""Times `analyze` as a whole process beside `evtx_dump` and `sha256sum`, in turn, on the same files.

    python3 benches/peers.py [--bytes 1GiB] [--runs 5] [--real FOLDER]

Makes a corpus of simulated logs with the forge (and copies of the `.evtx` files below FOLDER, if given), builds
`analyze`, installs `evtx_dump` (crate evtx, by cargo) under target/, warms the page cache, runs every command in turn so
that a drift of the machine's speed touches all alike, and prints medians, peak memory and ratios. Nothing is judged.
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
TARGET = ROOT / "target"
EVTX_VERSION = "0.15.1"


def build():
    subprocess.run(["cargo", "build", "--release", "--workspace"], cwd=ROOT, check=True)
    peers = TARGET / "peers"
    if not (peers / "bin" / "evtx_dump").exists():
        subprocess.run(
            ["cargo", "install", "evtx", "--version", EVTX_VERSION, "--locked", "--root", str(peers)],
            cwd="/",
            check=True,
        )
    return peers / "bin" / "evtx_dump"


def corpus(size, real):
    folder = TARGET / "bench" / f"corpus-{size}"
    if not folder.exists():
        part = TARGET / "bench" / f"corpus-{size}.part"
        shutil.rmtree(part, ignore_errors=True)
        part.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([TARGET / "release" / "forge", "corpus", "--bytes", size, part], check=True)
        if real:
            for number, source in enumerate(sorted(pathlib.Path(real).rglob("*.evtx"))):
                shutil.copyfile(source, part / f"real-{number:04}.evtx")
        part.rename(folder)
    return folder


def run(command, cwd):
    """Wall seconds, CPU seconds and peak resident MiB of the largest process."""
    began = time.perf_counter()
    with open(os.devnull, "wb") as nothing:
        process = subprocess.Popen(command, cwd=cwd, stdout=nothing, stderr=nothing)
        _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        sys.exit(f"{command[0]} ended with {status}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--bytes", default="1GiB")
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--real", help="folder with real .evtx files to add")
    given = arguments.parse_args()
    evtx_dump = build()
    folder = corpus(given.bytes, given.real)
    logs = sorted(folder.rglob("*.evtx"))
    size = sum(log.stat().st_size for log in logs) / 2**20
    report = TARGET / "bench" / "report"
    each = 'for log in "$@"; do "$DUMP" -o jsonl "$log"; done'
    os.environ["DUMP"] = str(evtx_dump)
    commands = {
        "analyze": [TARGET / "release" / "analyze", folder, "--force", "-o", report],
        "evtx_dump -o jsonl": ["sh", "-c", each, "sh", *logs],
        "sha256sum": ["sha256sum", *logs],
    }
    print(f"{len(logs)} files, {size:.0f} MiB, {os.cpu_count()} processors, {given.runs} runs each after a warm-up")
    figures = {name: [] for name in commands}
    for turn in range(given.runs + 1):
        for name, command in commands.items():
            measured = run(command, ROOT)
            if turn:
                figures[name].append(measured)
    base = figures["analyze"]
    print(f"{'command':<20} {'wall s':>8} {'CPU s':>8} {'MiB/s':>8} {'peak MiB':>9} {'wall / analyze':>15}")
    for name, runs in figures.items():
        wall, cpu, peak = (statistics.median(column) for column in zip(*runs))
        ratio = statistics.median(r[0] / b[0] for r, b in zip(runs, base))
        print(f"{name:<20} {wall:>8.2f} {cpu:>8.2f} {size / wall:>8.0f} {peak:>9.0f} {ratio:>15.2f}")


if __name__ == "__main__":
    main()
