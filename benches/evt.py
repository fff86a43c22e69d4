#!/usr/bin/env python3
"""Times `analyze` as a whole process beside libevt's `evtexport`, in turn, on the same `.evt` files.

    python3 benches/evt.py [--bytes 64MiB] [--runs 5] [--real FOLDER]

Makes a corpus of simulated logs with the forge (and copies of the `.evt` files below FOLDER, if given) and builds
`analyze`. `evtexport` is Debian's, package libevt-utils.
"""

import argparse
import pathlib
import shutil
import subprocess
import sys

from timing import TARGET, build, compare, made_once


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--bytes", default="64MiB")
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--real", help="folder with real .evt files to add")
    given = arguments.parse_args()
    if not shutil.which("evtexport"):
        sys.exit("evtexport is not installed (Debian: apt-get install libevt-utils)")
    analyze, forge = build()

    def make(folder):
        subprocess.run([forge, "corpus", "--form", "evt", "--bytes", given.bytes, folder], check=True)
        if given.real:
            for number, source in enumerate(sorted(pathlib.Path(given.real).iterdir())):
                shutil.copyfile(source, folder / f"real-{number:04}.evt")

    folder = made_once(f"evt-{given.bytes}", make)
    logs = sorted(folder.rglob("*.evt"))
    each = 'for log in "$@"; do evtexport "$log"; done'
    commands = {
        "analyze": [analyze, folder, "--force", "-o", TARGET / "bench" / "report"],
        "evtexport": ["sh", "-c", each, "sh", *logs],
    }
    compare(commands, logs, given.runs)


if __name__ == "__main__":
    main()
