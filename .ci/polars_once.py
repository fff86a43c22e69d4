"""Fails if building the tests compiled any crate of polars again.

Reads cargo's JSON messages from the file named on the command line. A crate that the run before had built
says `fresh`.
"""

import json
import sys

again = set()
seen = 0
with open(sys.argv[1], encoding="utf-8") as messages:
    for line in messages:
        message = json.loads(line)
        if message.get("reason") != "compiler-artifact":
            continue
        name = message["target"]["name"]
        if name.startswith("polars"):
            seen += 1
            if not message["fresh"]:
                again.add(name)
if again or not seen:
    sys.exit(f"polars was compiled a second time for the tests: {sorted(again)} ({seen} crates seen)")
print(f"{seen} crates of polars, none compiled a second time")
