"""Times whole processes in turn, on the same input, and prints medians, peak memory and ratios. Nothing is judged."""

import os
import pathlib
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = ROOT / "target"


def build():
    """Builds `analyze` and `forge` as the README does; the two programs."""
    subprocess.run(["cargo", "build", "--release", "--locked", "--workspace"], cwd=ROOT, check=True)
    return TARGET / "release" / "analyze", TARGET / "release" / "forge"


def made_once(name, make):
    """The folder target/bench/NAME; `make` fills it if it is not there."""
    folder = TARGET / "bench" / name
    if not folder.exists():
        part = folder.with_name(f"{folder.name}.part")
        subprocess.run(["rm", "-rf", part], check=True)
        part.parent.mkdir(parents=True, exist_ok=True)
        make(part)
        part.rename(folder)
    return folder


def run(command):
    """Wall seconds, CPU seconds and peak resident MiB of the largest process."""
    began = time.perf_counter()
    with open(os.devnull, "wb") as nothing:
        process = subprocess.Popen(command, cwd=ROOT, stdout=nothing, stderr=nothing)
        _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        sys.exit(f"{command[0]} ended with {status}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def compare(commands, files, runs):
    """Runs every command in turn, so that a drift of the machine's speed touches all alike; the first is the base of
    the ratios. One run of each is not counted: it warms the page cache."""
    size = sum(file.stat().st_size for file in files) / 2**20
    print(f"{len(files)} files, {size:.0f} MiB, {os.cpu_count()} processors, {runs} runs each after a warm-up")
    figures = {name: [] for name in commands}
    for turn in range(runs + 1):
        for name, command in commands.items():
            measured = run(command)
            if turn:
                figures[name].append(measured)
    base = next(iter(figures.values()))
    first = next(iter(figures))
    print(f"{'command':<20} {'wall s':>8} {'CPU s':>8} {'MiB/s':>8} {'peak MiB':>9} {'wall / ' + first:>15}")
    for name, measured in figures.items():
        wall, cpu, peak = (statistics.median(column) for column in zip(*measured))
        ratio = statistics.median(r[0] / b[0] for r, b in zip(measured, base))
        print(f"{name:<20} {wall:>8.2f} {cpu:>8.2f} {size / wall:>8.0f} {peak:>9.0f} {ratio:>15.2f}")
