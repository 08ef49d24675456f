"""A member's letter as PDF: what it says, to whom it is readable, and where its words never go."""

from __future__ import annotations

import datetime
import importlib.metadata
import json
import re
import stat
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from communique.documents.listing import read_data
from communique.languages.messages import load_messages
from communique.problems import Refused
from communique.sealing.keystore import Keystore
from communique.sealing.register import MemberEntry
from communique_pelican import letter_sheets, membership_desk
from communique_pelican.letter_sheets import typeset_letter
from communique_pelican.letters import Letter, compose
from tests.test_members import quiet, told

PROJECT = Path(__file__).resolve().parents[1]
ON = datetime.date(2008, 11, 1)
KEYSTORE = Keystore("psi-portal.example", bytes(range(32)))


def letter_of(lang: str, words: int = 12, number: int = 1, *, demo: bool = False) -> Letter:
    member = MemberEntry("nz-01", lang, lang, words, number, {"partner": 1, "oeg": 1, "state:nz": 1})
    return Letter(member, tuple(KEYSTORE.passphrase("nz-01", number, words, lang).split(" ")), ON, demo)


def typeset(letter: Letter) -> bytes:
    site, policy, _ = read_data(PROJECT / "content")
    return typeset_letter(letter, site, policy, load_messages(PROJECT / "translations", letter.member.lang, "en"))


def streams(pdf: bytes) -> list[bytes]:
    """Every stream of the file, inflated where it is deflated."""
    found: list[bytes] = []
    for raw in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            found.append(zlib.decompress(raw))
        except zlib.error:
            found.append(raw)
    return found


def pages(pdf: bytes) -> int:
    return sum(len(re.findall(rb"/Type\s*/Page\b", part)) for part in [pdf, *streams(pdf)])


@pytest.mark.parametrize("lang", ["en", "es", "fr"])
def test_a_letter_as_pdf_is_tagged_accessible_and_fits_on_one_sheet_of_paper(lang: str) -> None:
    pdf = typeset(letter_of(lang, number=2, demo=True))
    everything = b"".join([pdf, *streams(pdf)])

    assert b"pdfuaid" in everything, "it says that it keeps to PDF/UA"
    assert re.search(rb"/Marked\s+true", everything)
    assert re.search(rb"/Lang\s*\(" + lang.encode() + rb"\)", everything)
    assert pages(pdf) == 2


def test_the_longest_letter_fits_too() -> None:
    assert pages(typeset(letter_of("fr", 24, number=2, demo=True))) == 2


def test_the_same_letter_gives_the_same_bytes_and_another_number_others() -> None:
    assert typeset(letter_of("fr")) == typeset(letter_of("fr"))
    assert typeset(letter_of("fr")) != typeset(letter_of("fr", number=2))


def test_only_the_typesetters_own_fonts_are_used() -> None:
    pdf = typeset(letter_of("fr"))
    named = set(re.findall(rb"/BaseFont\s*/([A-Z]{6}\+)?([\w-]+)", b"".join([pdf, *streams(pdf)])))

    assert named
    assert {name.split(b"-")[0] for _, name in named} <= {b"LibertinusSerif", b"DejaVuSansMono"}


def test_the_sheet_is_handed_every_sentence_of_the_plain_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    import typst

    handed: dict[str, object] = {}

    def compile_nothing(source: bytes, **options: object) -> bytes:
        handed.update(options)
        return b"%PDF"

    monkeypatch.setattr(typst, "compile", compile_nothing)
    letter = letter_of("es", number=2, demo=True)
    site, policy, _ = read_data(PROJECT / "content")
    wording = compose(letter, site, policy, load_messages(PROJECT / "translations", "es", "en"))
    typeset(letter)

    assert handed["ignore_system_fonts"] is True
    assert "output" not in handed, "nothing is written where the typesetter pleases"
    inputs = handed["sys_inputs"]
    assert isinstance(inputs, dict)
    for said in (wording.portal, wording.title, *wording.opening, *(part.heading for part in wording.parts)):
        assert json.dumps(said) in inputs["letter"]
    assert '"marking": "TLP:RED"' in inputs["letter"]


def test_what_the_typesetter_complains_of_is_not_repeated_for_it_may_quote_the_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sheet = tmp_path / "letter.typ"
    sheet.write_text("#panic(sys.inputs.letter)\n", encoding="utf-8")
    monkeypatch.setattr(letter_sheets, "SHEET", sheet)

    with pytest.raises(Refused, match="letter-not-typeset") as caught:
        typeset(letter_of("en"))
    assert letter_of("en").words[0] not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_language_whose_script_no_font_has_is_refused_rather_than_printed_as_boxes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site, policy, _ = read_data(PROJECT / "content")
    unreadable = {**site.names, "en": "門戶"}
    object.__setattr__(site, "names", unreadable)

    with pytest.raises(Refused, match="letter-not-typeset"):
        typeset_letter(letter_of("en"), site, policy, load_messages(PROJECT / "translations", "en", "en"))


def test_without_the_typesetter_the_command_that_installs_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(Refused, match="require-hashes"):
        typeset(letter_of("en"))


def test_the_typesetter_is_the_one_that_is_pinned() -> None:
    pinned = re.search(r"^typst==(\S+)", (PROJECT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert pinned is not None
    assert importlib.metadata.version("typst") == pinned[1]


def test_a_pdf_letter_lies_beside_the_others_for_its_owner_alone_and_its_words_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "content").symlink_to(PROJECT / "tests/sites/minimal/content")
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    terminal = quiet()

    written = written_by(
        lambda: membership_desk.letter(site, PROJECT, login="nz-01", pdf=True, on=ON, terminal=terminal, environ={}),
        tmp_path,
    )
    path = site / ".communique/letters/nz-01.pdf"
    assert written == [path]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert path.read_bytes().startswith(b"%PDF-")
    said = told(terminal) + "".join(capfd.readouterr())
    assert "nz-01.pdf" in said
    assert not re.search(r"\b(?:angry|sort)\b", said)


def written_by(verb: Callable[[], object], folder: Path) -> list[Path]:
    before = {path for path in folder.rglob("*") if path.is_file()}
    verb()
    return sorted({path for path in folder.rglob("*") if path.is_file()} - before)


def test_a_letter_that_runs_from_right_to_left_keeps_its_words_from_left_to_right(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No language of the sample does; the sheet is set as one that does would be."""
    monkeypatch.setattr(letter_sheets, "_runs_from_the_right", lambda _: True)
    assert pages(typeset(letter_of("en"))) == 2
