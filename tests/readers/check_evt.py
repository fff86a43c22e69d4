"""Compares what libevt reads of the forge's .evt files with what the forge wrote, and prints what differs.

usage: check_evt.py DIR   (made by `forge evt-samples DIR`)

Of a log that went round only the newest records are there: those that libevt finds must be the end of what was written,
whole and in order.
"""

import json
import pathlib
import sys

import pyevt


def read(path):
    log = pyevt.file()
    log.open(str(path))
    records = [log.get_record(number) for number in range(log.number_of_records)]
    return [
        {
            "record_id": record.identifier,
            "time": record.get_creation_time().isoformat() + "+00:00",
            "source": record.source_name,
            "computer": record.computer_name,
            "event_identifier": record.event_identifier & 0xFFFFFFFF,
            "category": record.event_category,
            "strings": [text or "" for text in record.strings],
            "sid": record.user_security_identifier,
        }
        for record in records
    ]


def main(folder):
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    wrong = 0
    for name, wanted in sorted(expected.items()):
        found = sorted(read(folder / name), key=lambda record: record["record_id"])
        if "wrapped" in name:
            if len(found) < 20 or len(found) >= len(wanted):
                print(f"{name}: {len(found)} records of {len(wanted)} are no ring")
                wrong += 1
            wanted = wanted[len(wanted) - len(found):]
        if found != wanted:
            wrong += 1
            print(f"{name}: libevt reads {len(found)} records, {len(wanted)} were written")
            for ours, theirs in zip(wanted, found):
                if ours != theirs:
                    print(f"  written {ours}\n  read    {theirs}")
                    break
        else:
            print(f"{name}: {len(found)} records equal")
    return 1 if wrong or not expected else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
