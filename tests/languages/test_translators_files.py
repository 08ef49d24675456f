"""Packages as PO and XLIFF: what goes out comes back, and other files are refused."""

from __future__ import annotations

import io
import zlib

import polib
import pytest
from translate.storage import xliff

from communique.languages.handoff import Package, TermNote, Unit
from communique.languages.po_package import as_po, read_po
from communique.languages.xliff_package import as_xliff, read_xliff
from communique.policy import Audience
from communique.problems import Refused
from tests.languages.awkward_texts import BODIES
from tests.languages.handing_off import Pair, original, pair

PUBLIC = Audience(("public",))
AWKWARD = [
    '"Quoted" \\ and \\n, 100 %, %s {{1}} and {{2}}',
    "{{1}} {{2}}",
    "- one\n    - two\t\n- three  ",
    "<b> & &amp; ]]> <![CDATA[",
    "نص عربي مع English",
    "| a | b |\n| --- | --- |\n{{1}}",
    "#, fuzzy\n#~ msgid",
]


def unit(source: str, target: str = "", **more: object) -> Unit:
    state = "changed" if target else "new"
    told = {"state": state, "target": target, "number": "3", "line": 9, **more}
    return Unit(f"id{zlib.crc32(source.encode()):08x}", "papers/one", "One", "en", "paragraph", PUBLIC, source, **told)  # type: ignore[arg-type]


def package(*units: Unit) -> Package:
    return Package("0123456789abcdef", "The portal", "es", units)


def po(asked: Package) -> str:
    return as_po(asked, lambda one: f"¶ {one.number}", lambda one: str(one.audience))


def xlf(asked: Package) -> bytes:
    return as_xliff(asked, lambda one: f"¶ {one.number}", lambda one: str(one.audience)).encode()


UNITS = [unit(source, source.upper().replace("MSGID", "msgid")) for source in AWKWARD]


def test_every_sign_comes_back_as_it_went_out() -> None:
    asked = package(*UNITS)
    for reply in (read_po(po(asked), "x.po"), read_xliff(xlf(asked), "x.xlf")):
        assert (reply.package, reply.language) == (asked.id, "es")
        assert [(one.id, one.source, one.text) for one in reply.answers] == [
            (one.id, one.source, one.target) for one in UNITS
        ]


@pytest.mark.parametrize("name", BODIES)
def test_awkward_markdown_comes_back_as_it_went_out(name: str) -> None:
    offered = Pair(
        original("---\nkind: page\ndate: 2008-11-03\naudience: public\noriginal: en\nsummary: S\n---\n" + BODIES[name])
    ).offered()
    asked = package(*offered.units)
    for reply in (read_po(po(asked), "x.po"), read_xliff(xlf(asked), "x.xlf")):
        assert [(one.id, one.source) for one in reply.answers] == [(one.id, one.source) for one in offered.units]


def test_what_has_changed_is_marked_and_shows_what_the_original_said() -> None:
    asked = package(unit("Now.", "Antes.", old_source="Then.", previous="Before it.", terms=(TermNote("OEG", "GEO"),)))
    entry = polib.pofile(po(asked))[0]

    assert (entry.fuzzy, entry.previous_msgid, entry.msgstr) == (True, "Then.", "Antes.")
    assert "OEG = GEO" in entry.comment
    assert "← Before it." in entry.comment
    assert not read_po(po(asked), "x.po").answers[0].done
    assert not read_xliff(xlf(asked), "x.xlf").answers[0].done


def test_what_is_marked_as_finished_is_an_answer() -> None:
    asked = package(unit("Now.", "Ahora.", state="current"), unit("New."))

    assert [one.done for one in read_po(po(asked), "x.po").answers] == [True, False]
    assert [one.done for one in read_xliff(xlf(asked), "x.xlf").answers] == [True, False]


def test_answers_know_their_lines() -> None:
    asked = package(*UNITS)
    text = xlf(asked).decode().split("\n")

    for answer in read_xliff(xlf(asked), "x.xlf").answers:
        assert f'id="{answer.id}"' in text[answer.line - 1]
    lines = [one.line for one in read_po(po(asked), "x.po").answers]
    assert lines == sorted(set(lines))


def test_a_translators_program_reads_the_xliff_and_what_it_writes_is_read_back() -> None:
    asked = package(*UNITS)
    store = xliff.xlifffile.parsestring(xlf(asked))
    found = [one for one in store.units if not one.isheader()]
    assert [one.getid().split("\x04")[-1] for one in found] == [one.id for one in UNITS]
    assert found[0].source.startswith('"Quoted"')
    assert store.getsourcelanguage() == "en"
    assert store.gettargetlanguage() == "es"
    found[3].target = "Otra cosa & <nada>"
    found[3].markapproved(True)
    out = io.BytesIO()
    store.serialize(out)
    answers = read_xliff(out.getvalue(), "x.xlf").answers

    assert (answers[3].text, answers[3].done) == ("Otra cosa & <nada>", True)
    assert [one.text for one in answers[4:]] == [one.target for one in UNITS[4:]]


def test_a_po_editor_that_wraps_and_adds_its_headers_changes_nothing() -> None:
    catalogue = polib.pofile(po(package(*UNITS)), wrapwidth=40)
    catalogue.metadata["X-Generator"] = "Editor 3"
    catalogue[0].flags = []
    answers = read_po(str(catalogue), "x.po").answers

    assert [one.text for one in answers] == [one.target for one in UNITS]
    assert [one.done for one in answers] == [True] + [False] * (len(UNITS) - 1)


@pytest.mark.parametrize(
    "text",
    ["", "no po", 'msgid ""\nmsgstr ""\n"Language: es\\n"\n', 'msgid "a\nmsgstr "b"', 'msgstr[x] ""\n', "\x00\x01"],
)
def test_what_is_no_package_in_po_is_refused(text: str) -> None:
    with pytest.raises(Refused) as error:
        read_po(text, "x.po")

    assert [one.code for one in error.value.problems] == ["not-a-package"]


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><xliff>&b;</xliff>'
FOREIGN = (
    b'<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2">'
    b'<file original="a" source-language="en" target-language="es" datatype="plaintext"><body/></file></xliff>'
)


@pytest.mark.parametrize("raw", [b"<", b"<a/>", BOMB, FOREIGN, b"<xliff", b"<?xml version='1.0' encoding='x'?><a/>"])
def test_what_is_no_package_in_xliff_is_refused(raw: bytes) -> None:
    with pytest.raises(Refused) as error:
        read_xliff(raw, "x.xlf")

    assert [one.code for one in error.value.problems] == ["not-a-package"]


def test_a_package_made_twice_is_the_same() -> None:
    asked = package(*pair("One.\n\nTwo.", "Uno.\n\nDos.", now="One.\n\nTwo and three.").offered().units)

    assert (po(asked), xlf(asked)) == (po(asked), xlf(asked))
