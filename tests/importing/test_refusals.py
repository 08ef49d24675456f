"""What arrives may mean harm, or be no paper: it is refused with a clear letter, before anything is made of it."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from communique.importing import decoding, e_mail, hypertext, reading, word_package
from communique.importing.reading import read_paper
from communique.problems import Refused
from tests.importing.word_files import W, document, packed, paragraph

GOOD = document(paragraph("1. One sentence that is long enough."))
DOCTYPE = '<?xml version="1.0"?><!DOCTYPE w:document [<!ENTITY a "b">]>'


def refused(data: bytes, name: str) -> tuple[str, str]:
    with pytest.raises(Refused) as caught:
        read_paper(data, name)
    problem = caught.value.problems[0]
    assert problem.next
    return problem.code, str(problem)


def test_what_is_no_paper_is_named() -> None:
    assert refused(b"", "a.txt")[0] == "import-not-text"
    assert refused(b"%PDF-1.4\n", "a.txt")[0] == "import-kind"
    assert refused(b"\xd0\xcf\x11\xe0rest", "a.doc")[0] == "import-kind"
    assert refused(b"{\\rtf1 text}", "a.rtf")[0] == "import-kind"
    assert refused(b"PK\x03\x04 not a zip", "a.docx")[0] == "import-damaged"
    assert refused(packed(GOOD, {"word/document.xml": "<w:document"}), "a.docx")[0] == "import-damaged"
    assert refused(b"no fields at all", "a.eml")[0] == "import-not-text"


@pytest.mark.parametrize("char", ["\x00", "\x07", "\x1b", "\u202e", "\u2066", "\ufdd0", "\U000e0041"])
def test_characters_that_hide_or_turn_text_are_refused_at_their_place(char: str) -> None:
    code, letter = refused(f"1. One.\n\n2. Two {char}three.\n".encode(), "a.txt")
    assert code == "import-hostile"
    assert letter.startswith("a.txt:3:8: ")
    assert f"U+{ord(char):04X}" in letter


def test_a_turned_word_is_refused_in_a_field_of_an_e_mail_and_in_a_word_file_too() -> None:
    mail = b"From: a@b.example\nSubject: =?utf-8?B?dGV4dOKAruKAnQ==?=\n\ntext\n"
    assert refused(mail, "a.eml")[0] == "import-hostile"
    assert refused(packed(document(paragraph("a\u202eb"))), "a.docx")[0] == "import-hostile"


def test_more_than_a_paper_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LARGEST_FILE", 1000)
    assert refused(b"word " * 300, "a.txt")[0] == "import-too-large"
    monkeypatch.undo()
    monkeypatch.setattr(decoding, "MOST_LINES", 5)
    assert refused(b"1. One.\n" * 9, "a.txt")[0] == "import-too-large"
    assert refused(b"word " * 9000, "a.txt")[0] == "import-too-large"
    assert refused(b"Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n" * (e_mail.MOST_PARTS + 1), "a.eml")[
        0
    ] == ("import-too-large")


def test_a_zip_that_unpacks_to_more_than_it_says_or_than_a_paper_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = packed(document(paragraph("a" * 3_000_000)))
    assert len(bomb) < 20_000
    monkeypatch.setattr(word_package, "LARGEST_PART", 1_000_000)
    assert refused(bomb, "a.docx")[0] == "import-too-large"
    monkeypatch.setattr(word_package, "LARGEST_WHOLE", 2_000_000)
    assert refused(bomb, "a.docx")[0] == "import-too-large"
    monkeypatch.undo()
    # The size in the list is made small; what comes out is counted all the same.
    size = struct.pack("<L", len(document(paragraph("a" * 3_000_000))))
    lying = bomb.replace(size, struct.pack("<L", 100))
    assert lying != bomb
    assert refused(lying, "a.docx")[0] in ("import-damaged", "import-too-large")


def test_xml_with_entities_is_refused_in_every_part_and_encoding() -> None:
    inner = GOOD.partition("?>")[2]
    assert refused(packed(DOCTYPE + inner), "a.docx")[0] == "import-hostile"
    assert refused(packed(GOOD, {"word/styles.xml": DOCTYPE + "<w:document/>"}), "a.docx")[0] == "import-hostile"
    wide = ('<?xml version="1.0" encoding="UTF-16"?>' + DOCTYPE.partition("?>")[2] + inner).encode("utf-16")
    assert refused(packed(GOOD, {"word/document.xml": wide}), "a.docx")[0] == "import-hostile"
    assert refused(packed(GOOD, {"word/header1.xml": DOCTYPE + "<a/>"}), "a.docx")[0] == "import-hostile"


def test_elements_that_stand_too_deep_in_each_other_are_refused() -> None:
    deep = f'<w:document xmlns:w="{W}"><w:body>' + "<w:sdt>" * 3000 + "</w:sdt>" * 3000 + "</w:body></w:document>"
    assert refused(packed(deep), "a.docx")[0] == "import-hostile"
    html = "<div>" * (hypertext.DEEPEST + 1)
    mail = f"From: a@b.example\nSubject: x\nContent-Type: text/html\n\n{html}text".encode()
    assert refused(mail, "a.eml")[0] == "import-hostile"


def test_a_word_file_with_a_program_a_password_or_two_parts_of_one_name_is_refused() -> None:
    assert refused(packed(GOOD, {"word/vbaProject.bin": b"x"}), "a.docm")[0] == "import-hostile"
    out = io.BytesIO(packed(GOOD))
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("word/document.xml", GOOD)
    assert refused(out.getvalue(), "a.docx")[0] == "import-hostile"
    locked = bytearray(packed(GOOD))
    for begin in (b"PK\x03\x04", b"PK\x01\x02"):
        where = locked.find(begin)
        while where >= 0:
            locked[where + (6 if begin == b"PK\x03\x04" else 8)] |= 1
            where = locked.find(begin, where + 4)
    assert refused(bytes(locked), "a.docx")[0] == "import-kind"
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("other.txt", "x")
    assert refused(empty.getvalue(), "a.docx")[0] == "import-kind"
