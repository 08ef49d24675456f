"""What programs that are not ours understand of calendars and address cards (`tests/js/read-files.mjs`)."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

from communique.sealing.attachments import open_file
from communique.sealing.envelope import Context, verify_sealed
from communique.sealing.errors import SealingError
from communique.sealing.keyring import open_slot
from tests.site_building import PROJECT

#: What files that the build makes are, by what their names end in.
MEDIA = {"ics": "text/calendar", "vcf": "text/vcard", "pdf": "application/pdf"}


def understood(*, ics: Sequence[bytes] = (), vcf: Sequence[bytes] = ()) -> dict[str, list[Any]]:
    """jCal and jCard of ical.js, and the properties that vcard4 found, of each file."""
    asked = {"ics": [data.decode() for data in ics], "vcf": [data.decode() for data in vcf]}
    ran = subprocess.run(
        ["node", "tests/js/read-files.mjs"],
        cwd=PROJECT,
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    found: dict[str, list[Any]] = json.loads(ran.stdout)
    return found


def lines_of(data: bytes) -> list[bytes]:
    """The lines of a file as they are written; each must end with CR LF and have at most 75 octets."""
    assert data.endswith(b"\r\n")
    lines = data[:-2].split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert not [line for line in lines if b"\r" in line or b"\n" in line]
    for line in lines:
        line.decode("utf-8")  # No line may end within a character.
    return lines


def sealed_files_of(tree: Mapping[str, bytes], login: str, passphrase: str) -> dict[str, bytes]:
    """The files of no document that a member can open in a finished site, by name."""
    release = json.loads(_data(tree, "release.js"))
    listed = release["data"].items()
    objects = {name: _data(tree, path) for name, path in listed if name.startswith("att/")}
    slot = open_slot(_data(tree, release["data"]["keyring"]), login, passphrase)
    got: dict[str, bytes] = {}
    for name, text in objects.items():
        context = verify_sealed(text, slot.signers)
        expect = Context(context.site, "feed", "-", "en", "calendar/oeg", context.aud)
        try:
            meta, data = open_file(objects, name.split("/")[1], expect, slot.keys, slot.signers)
        except SealingError:
            continue
        assert str(meta["ct"]).startswith(MEDIA[str(meta["name"]).rpartition(".")[2]])
        got[str(meta["name"])] = data
    return got


def _data(tree: Mapping[str, bytes], path: str) -> str:
    """The text in a data script."""
    script = tree[path].decode("ascii")
    return str(json.loads(script[script.index(",") + 1 : script.rindex(")")]))
