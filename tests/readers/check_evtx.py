#!/usr/bin/env python3
"""Reads event logs with libevtx and python-evtx and compares them with what was written.

    check_evtx.py DIR_OR_FILES... --expect EXPECTED.json

EXPECTED.json holds one object by file name, as `forge::evtx::write_samples` writes it; the object
itself is that of `forge::evtx::expectation`. For each log one line is printed, and every
difference below it; at the end `N passed, M failed`. The exit code is 0 if all passed, 1 if not.

Needs the packages libevtx-python (imported as pyevtx) and python-evtx (imported as Evtx).

Both readers must agree with the expectation in everything but this:
- libevtx gives None for an empty string, and the binary data (as hexadecimal text) as one more.
- python-evtx, when it shows an array of strings as XML, moves empty ones at the start. What it
  parsed is right, so that is compared, after its XML was made without an error.
"""

import argparse
import collections
import json
import logging
import pathlib
import sys
import traceback

import pyevtx
from Evtx import Evtx, Nodes

MAX_DIFFERENCES = 5
FIRST_CHUNK = 4096
CHUNK_SIZE = 65536


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
        yield from sorted(path.glob("*.evtx")) if path.is_dir() else [path]


def check_log(path, expected):
    """All differences between a log and what is expected of it, as lines of text."""
    if expected is None:
        return ["nothing is known of this log"]
    differences = []
    for reader, read in (("libevtx", read_libevtx), ("python-evtx", read_python_evtx)):
        try:
            complaints, events = read(path)
        except Exception as error:  # whatever a reader raises is a difference
            where = traceback.extract_tb(error.__traceback__)[-1].name
            complaints, events = [f"{type(error).__name__} in {where}: {str(error)[:300]}"], None
        differences += [f"{reader}: {complaint}" for complaint in complaints]
        if events is not None:
            differences += [f"{reader}: {line}" for line in compare(events, expected)]
    return differences


def compare(events, expected):
    """Differences between the events that a reader gives and those expected."""
    if len(events) != expected["records"]:
        yield f"{len(events)} records instead of {expected['records']}"
    counts = collections.Counter(f"{event['provider']}|{event['id']}" for event in events)
    if counts != expected["counts"]:
        yield f"counts {dict(counts)} instead of {expected['counts']}"
    for event, wanted in zip(events, expected["events"]):
        for key, value in event.items():
            if value != wanted[key]:
                place = f"record {wanted['record_id']}, {key}"
                yield f"{place}: {short(value)} instead of {short(wanted[key])}"


def short(value):
    text = ascii(value)
    return text if len(text) <= 120 else f"{text[:120]}... ({len(text)} characters)"


# --- libevtx


def read_libevtx(path):
    log = pyevtx.file()
    log.open(str(path))
    complaints = []
    if log.is_corrupted():
        complaints.append("calls the log corrupted")
    if log.number_of_recovered_records:
        complaints.append(f"recovered {log.number_of_recovered_records} records")
    events = [libevtx_event(log.get_record(index)) for index in range(log.number_of_records)]
    log.close()
    return complaints, events


def libevtx_event(record):
    if record.get_creation_time_as_integer() != record.get_written_time_as_integer():
        raise ValueError(f"record {record.identifier} has two times")
    strings = ["" if string is None else string for string in record.strings]
    # The element is named after the strings, and nothing but binary data makes it.
    binary = strings.pop() if "<Binary>" in record.xml_string else ""
    return {
        "record_id": record.identifier,
        "filetime": record.get_written_time_as_integer(),
        "provider": record.source_name,
        "id": record.event_identifier,
        "qualifiers": record.event_identifier_qualifiers or 0,
        "level": record.event_level,
        "channel": record.channel_name,
        "computer": record.computer_name,
        "user_sid": record.user_security_identifier,
        "strings": strings,
        "binary": binary,
    }


# --- python-evtx


class Complaints(logging.Handler):
    """Collects what python-evtx only logs."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage())


def read_python_evtx(path):
    handler = Complaints()
    logging.getLogger("Evtx").addHandler(handler)
    try:
        with Evtx.Evtx(str(path)) as log:
            complaints = list(header_complaints(log.get_file_header(), path.stat().st_size))
            events = []
            for number, chunk in enumerate(log.chunks()):
                if not chunk.verify():
                    complaints.append(f"chunk {number} has a wrong signature or checksum")
                complaints += table_complaints(chunk, number)
                events += [python_evtx_event(record) for record in chunk.records()]
    finally:
        logging.getLogger("Evtx").removeHandler(handler)
    return complaints + handler.lines, events


def header_complaints(header, size):
    if not header.check_magic():
        yield "the file's signature is wrong"
    if header.checksum() != header.calculate_checksum():
        yield "the checksum of the file's header is wrong"
    if header.is_dirty():
        yield "the log was not closed"
    if size != FIRST_CHUNK + header.chunk_count() * CHUNK_SIZE:
        yield f"{header.chunk_count()} chunks do not make {size} bytes"


def table_complaints(chunk, number):
    """Checks that the chunk's tables hold every name and template that its records define."""
    names = set(chunk.strings())
    templates = set(chunk.templates())
    for record in chunk.records():
        record.xml()
    for what, before, now in (
        ("names", names, set(chunk.strings())),
        ("templates", templates, set(chunk.templates())),
    ):
        if before != now:
            yield f"the table of chunk {number} lacks {len(now - before)} {what}"


def python_evtx_event(record):
    if not record.verify():
        raise ValueError(f"record {record.record_num()} ends with another size")
    event = element(record.root())
    system, data = event.child("System"), event.child("EventData")
    if int(system.text("EventRecordID")) != record.record_num():
        raise ValueError(f"record {record.record_num()} has two ids")
    if system.child("TimeCreated").attributes["SystemTime"] != record.unpack_qword(0x10):
        raise ValueError(f"record {record.record_num()} has two times")
    return {
        "record_id": record.record_num(),
        "filetime": record.unpack_qword(0x10),
        "provider": system.child("Provider").attributes["Name"],
        "id": int(system.text("EventID")),
        "qualifiers": int(system.child("EventID").attributes["Qualifiers"] or 0),
        "level": int(system.text("Level")),
        "task": int(system.text("Task")),
        "keywords": system.text("Keywords"),
        "channel": system.text("Channel"),
        "computer": system.text("Computer"),
        "user_sid": system.child("Security").attributes["UserID"] or None,
        "names": data_names(data),
        "strings": [string for item in data.all("Data") for string in item.strings()],
        "binary": "".join(item.content[0].hex().upper() for item in data.all("Binary")),
    }


def data_names(data):
    names = [item.attributes["Name"] for item in data.all("Data") if item.attributes]
    return names or None


class Element:
    """An element with the values put into it."""

    def __init__(self, name):
        self.name = name
        self.attributes = {}
        self.content = []

    def all(self, name):
        found = (item for item in self.content if isinstance(item, Element) and item.name == name)
        # An element whose only content is absent is not there.
        return [item for item in found if item.content != [None]]

    def child(self, name):
        (child,) = self.all(name)
        return child

    def text(self, name):
        return "".join(self.child(name).content)

    def strings(self):
        content = self.content[0] if self.content else ""
        return content if isinstance(content, list) else [content]


def element(root):
    """The element that a template makes with the values of one of its instances."""
    values = [value(node) for node in root.substitutions()]
    for node in root.template().children():
        if isinstance(node, Nodes.OpenStartElementNode):
            return fill(node, values)
    raise ValueError("a template without an element")


def fill(node, values):
    result = Element(node.tag_name())
    for child in node.children():
        if isinstance(child, Nodes.AttributeNode):
            name = child.attribute_name().string()
            result.attributes[name] = content(child.attribute_value(), values)
        elif isinstance(child, Nodes.OpenStartElementNode):
            result.content.append(fill(child, values))
        elif not isinstance(child, STRUCTURE):
            result.content.append(content(child, values))
    return result


STRUCTURE = (
    Nodes.CloseStartElementNode,
    Nodes.CloseEmptyElementNode,
    Nodes.CloseElementNode,
)


def content(node, values):
    if isinstance(node, Nodes.ValueNode):
        return value(node.value())
    return values[node.index()]


def value(node):
    """A value as text, or as what suits its type better."""
    if isinstance(node, Nodes.NullTypeNode):
        return None
    if isinstance(node, Nodes.BXmlTypeNode):
        return element(node.root())
    if isinstance(node, Nodes.WstringArrayTypeNode):
        return node.binary().decode("utf-16-le").split("\0")[:-1]
    if isinstance(node, Nodes.BinaryTypeNode):
        return node.binary()
    if isinstance(node, Nodes.FiletimeTypeNode):
        return node.unpack_qword(0)
    return node.string()


if __name__ == "__main__":
    sys.exit(main())
