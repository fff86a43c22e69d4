#!/usr/bin/env python3
"""Times `analyze` as a whole process beside `evtx_dump` and `sha256sum`, in turn, on the same `.evtx` files.

    python3 benches/peers.py [--bytes 1GiB] [--runs 5] [--real FOLDER]

Makes a corpus of simulated logs with the forge (and copies of the `.evtx` files below FOLDER, if given), builds
`analyze`, and installs `evtx_dump` (crate evtx, by cargo) under target/.
"""

import argparse
import os
import pathlib
import shutil
import subprocess

from timing import TARGET, build, compare, made_once

EVTX_VERSION = "0.15.1"


def evtx_dump():
    peers = TARGET / "peers"
    program = peers / "bin" / "evtx_dump"
    if not program.exists():
        install = ["cargo", "install", "evtx", "--version", EVTX_VERSION, "--locked", "--root", str(peers)]
        subprocess.run(install, cwd="/", check=True)
    return program


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--bytes", default="1GiB")
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--real", help="folder with real .evtx files to add")
    given = arguments.parse_args()
    analyze, forge = build()
    os.environ["DUMP"] = str(evtx_dump())

    def make(folder):
        subprocess.run([forge, "corpus", "--bytes", given.bytes, folder], check=True)
        if given.real:
            for number, source in enumerate(sorted(pathlib.Path(given.real).rglob("*.evtx"))):
                shutil.copyfile(source, folder / f"real-{number:04}.evtx")

    folder = made_once(f"corpus-{given.bytes}", make)
    logs = sorted(folder.rglob("*.evtx"))
    each = 'for log in "$@"; do "$DUMP" -o jsonl "$log"; done'
    commands = {
        "analyze": [analyze, folder, "--force", "-o", TARGET / "bench" / "report"],
        "evtx_dump -o jsonl": ["sh", "-c", each, "sh", *logs],
        "sha256sum": ["sha256sum", *logs],
    }
    compare(commands, logs, given.runs)


if __name__ == "__main__":
    main()
