#!/usr/bin/env python3
"""Reads .evt logs with libevt and compares them, record by record, with what was written.

    check_evt.py DIR_OR_FILES... --expect EXPECTED.json

EXPECTED.json holds one object by file name, as `forge::evt::write_samples` writes it; the object itself is that of
`forge::evt::expectation`. For each log one line is printed, and every difference below it; at the end
`N passed, M failed`. The exit code is 0 if all passed, 1 if not.

Needs the package libevt-python (imported as pyevt).

Both must agree in everything but this:
- pyevt gives None for an empty string, and fails where there is no binary data.
- libevt calls a log corrupted that it finds dirty, and also every log that goes on behind its header, whether the
  header says so or not.
"""

import argparse
import collections
import json
import pathlib
import sys
import traceback

import pyevt

MAX_DIFFERENCES = 5


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("logs", nargs="+", type=pathlib.Path, help="logs, or folders of logs")
    parser.add_argument("--expect", required=True, type=pathlib.Path)
    arguments = parser.parse_args()
    expected = json.loads(arguments.expect.read_text(encoding="utf-8"))

    passed = failed = 0
    for path in find_logs(arguments.logs):
        differences = check_log(path, expected.pop(path.name, None))
        print(f"{'FAIL' if differences else 'ok  '} {path.name}")
        for difference in differences[:MAX_DIFFERENCES]:
            print(f"       {difference}")
        if len(differences) > MAX_DIFFERENCES:
            print(f"       and {len(differences) - MAX_DIFFERENCES} more")
        passed, failed = (passed, failed + 1) if differences else (passed + 1, failed)
    for name in sorted(expected):
        print(f"FAIL {name}\n       expected, but not there")
        failed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


def find_logs(paths):
    for path in paths:
        if path.is_dir():
            yield from sorted(file for file in path.iterdir() if file.suffix.lower() == ".evt")
        else:
            yield path


def check_log(path, expected):
    """All differences between a log and what is expected of it, as lines of text."""
    if expected is None:
        return ["nothing is known of this log"]
    try:
        corrupt, events, recovered = read(path)
    except Exception as error:  # whatever the reader raises is a difference
        where = traceback.extract_tb(error.__traceback__)[-1].name
        return [f"{type(error).__name__} in {where}: {str(error)[:300]}"]
    differences = []
    if corrupt != (expected["dirty"] or expected["wrapped"]):
        differences.append(f"corrupted: {corrupt}")
    differences += compare(events, expected, "records", "counts", "events")
    differences += compare(recovered, expected, "recovered", "counts_recovered", "recovered_events")
    return differences


def compare(events, expected, number, counts, list_of):
    """Differences between the events that libevt gives and those expected."""
    if len(events) != expected[number]:
        yield f"{len(events)} {number} instead of {expected[number]}"
    found = collections.Counter(f"{event['source']}|{event['id']}" for event in events)
    if found != expected[counts]:
        yield f"{counts} {dict(found)} instead of {expected[counts]}"
    for event, wanted in zip(events, expected[list_of]):
        for key, value in event.items():
            if value != wanted[key]:
                place = f"{list_of}, record {wanted['record_number']}, {key}"
                yield f"{place}: {short(value)} instead of {short(wanted[key])}"


def short(value):
    text = ascii(value)
    return text if len(text) <= 120 else f"{text[:120]}... ({len(text)} characters)"


def read(path):
    """Whether libevt calls the log corrupted, its events, and those recovered from slack."""
    log = pyevt.file()
    log.open(str(path))
    events = [event(log.get_record(index)) for index in range(log.number_of_records)]
    recovered = [
        event(log.get_recovered_record(index)) for index in range(log.number_of_recovered_records)
    ]
    corrupt = bool(log.is_corrupted())
    log.close()
    return corrupt, events, recovered


def event(record):
    identifier = record.event_identifier
    strings = (record.get_string(index) for index in range(record.number_of_strings))
    return {
        "record_number": record.identifier,
        "generated": record.get_creation_time_as_integer(),
        "written": record.get_written_time_as_integer(),
        "source": record.source_name,
        "id": identifier & 0xFFFF,
        "qualifiers": identifier >> 16,
        "event_type": record.event_type,
        "category": record.event_category,
        "computer": record.computer_name,
        "user_sid": record.user_security_identifier,
        "strings": [string or "" for string in strings],
        "binary": binary(record),
    }


def binary(record):
    try:
        return (record.data or b"").hex().upper()
    except OSError as error:
        if "unable to retrieve data size" in str(error):
            return ""
        raise


if __name__ == "__main__":
    sys.exit(main())
