"""A message says what its edition says, in both forms, and every mail program reads it alike."""

from __future__ import annotations

import dataclasses
import email.policy
import html.parser
import itertools
import quopri
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from functools import partial
from gettext import NullTranslations
from typing import Any, ClassVar

import pytest
from rich.console import Console

from communique.editions import mail
from communique.editions.edition import Edition, Heading, Items, Locked, Notes, Paragraph, Section, Words
from communique.editions.mail import LARGEST, Envelope, message
from communique.editions.recipients import MailAddress
from communique.languages.typography import direction
from communique.problems import Refused
from communique_pelican.build import read_sources
from communique_pelican.composing_desk import EditionMaker, editions_of
from communique_pelican.console import BuildReport, Watch
from communique_pelican.mail_words import mail_words
from communique_pelican.text_words import text_words
from tests.editions.sample import ARABIC, ENGLISH, ENGLISH_PUBLIC, EVERY, FRENCH, long_edition, without_home
from tests.proofs.canaries import MARK, words, write_site
from tests.site_building import PROJECT

WORDS = mail_words(NullTranslations(), text_words(NullTranslations()))
SENDER = MailAddress("newsletter", "psi-portal.example")
ENVELOPE = Envelope(SENDER, MailAddress("newsletter-off", "psi-portal.example"))
READER = replace(ENVELOPE, recipient=MailAddress("desk", "ministry.example"))
CANARY = re.compile(f"{MARK}[a-z]+")
#: What the programs that most people read mail with know, as an element's own style (caniemail.com, 2026).
KNOWN_STYLES = {
    *("background-color", "border", "border-bottom", "border-collapse", "border-left", "border-right", "border-top"),
    *("color", "font", "font-size", "font-style", "font-weight", "line-height", "list-style", "margin", "max-width"),
    # Known to few, and no loss where it is not.
    "color-scheme",
    *("padding", "padding-left", "padding-right", "padding-top", "text-align", "vertical-align", "white-space"),
    *("width", "word-wrap"),
}
#: Gmail leaves out a longer sheet, and with it the dark colours.
LONGEST_SHEET = 8192


def written(edition: Edition, envelope: Envelope = READER) -> bytes:
    return message(edition, WORDS, envelope)


def read(data: bytes) -> EmailMessage:
    parsed = email.message_from_bytes(data, _class=EmailMessage, policy=email.policy.default)
    assert [defect for part in parsed.walk() for defect in part.defects] == []
    return parsed


def forms_of(data: bytes) -> tuple[str, str]:
    """The text, and what the HTML shows."""
    plain, markup = read(data).iter_parts()
    assert (plain.get_content_type(), markup.get_content_type()) == ("text/plain", "text/html")
    return plain.get_content(), Reading.of(markup.get_content()).shown


class Reading(html.parser.HTMLParser):
    """What somebody reads, and whatever the page asks for."""

    SILENT: ClassVar = {"style", "title", "head"}

    def __init__(self) -> None:
        super().__init__()
        self.shown, self.sheet, self.silent = "", "", 0
        self.attributes: list[tuple[str, str, str]] = []

    @classmethod
    def of(cls, markup: str) -> Reading:
        reading = cls()
        reading.feed(markup)
        reading.close()
        return reading

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in self.SILENT
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in self.SILENT

    def handle_data(self, data: str) -> None:
        if self.lasttag == "style":
            self.sheet += data
        if not self.silent:
            self.shown += f"{data} "


def said_in(value: Any) -> Iterator[str]:
    """All words of an edition's text."""
    if isinstance(value, Words):
        yield " ".join(value.text.split())
    elif isinstance(value, tuple):
        for one in value:
            yield from said_in(one)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from said_in(getattr(value, field.name))


@pytest.mark.parametrize("edition", EVERY, ids=lambda edition: f"{edition.lang}-{edition.audience}")
def test_another_program_reads_every_field(edition: Edition) -> None:
    parsed = read(written(edition))

    assert [value for name, value in parsed.items() if name in ("From", "To")] == [
        f"{edition.site} <newsletter@psi-portal.example>",
        "desk@ministry.example",
    ]
    assert parsed["Subject"] == f"[{edition.marking}] {' '.join(edition.title.split(' '))}"
    assert parsed["Date"].datetime.isoformat() == f"{edition.date}T12:00:00+00:00"
    assert re.fullmatch(r"<[0-9a-f]{32}@psi-portal\.example>", parsed["Message-ID"])
    assert [str(part["Content-Language"]) for part in parsed.walk()] == [edition.lang] * 3
    assert parsed["List-Unsubscribe"].strip() == "<mailto:newsletter-off@psi-portal.example?subject=unsubscribe>"
    assert parsed["List-Id"].endswith(f"<newsletter.{edition.lang}.psi-portal.example>")
    assert parsed.get_content_type() == "multipart/alternative"
    assert len(parsed.keys()) == len(set(parsed.keys()))


@pytest.mark.parametrize("edition", EVERY, ids=lambda edition: f"{edition.lang}-{edition.audience}")
def test_the_marking_comes_before_anything_else_and_after_it(edition: Edition) -> None:
    plain, shown = forms_of(written(edition))

    assert plain.lstrip("\u200f").startswith(edition.marking)
    assert shown.startswith(edition.marking)
    assert shown.rstrip().endswith(edition.marking)


@pytest.mark.parametrize("edition", EVERY, ids=lambda edition: f"{edition.lang}-{edition.audience}")
def test_every_word_of_the_edition_is_in_the_html(edition: Edition) -> None:
    shown = " ".join(forms_of(written(edition))[1].split())

    assert [said for said in said_in(edition.blocks) if said not in shown] == []


def test_words_that_an_edition_lacks_are_in_no_form_of_its_message() -> None:
    labels = {block.audience for block in ENGLISH_PUBLIC.all_blocks if isinstance(block, Locked)}
    sealed = set(said_in(ENGLISH.blocks)) - set(said_in(ENGLISH_PUBLIC.blocks)) - labels
    plain, shown = (" ".join(form.split()) for form in forms_of(written(ENGLISH_PUBLIC)))

    assert len(sealed) > 10
    assert [said for said in sealed if len(said) > 12 and (said in plain or said in shown)] == []


@pytest.mark.parametrize("edition", EVERY, ids=lambda edition: f"{edition.lang}-{edition.audience}")
def test_its_lines_are_those_of_mail(edition: Edition) -> None:
    data = written(edition)
    head, _, body = data.partition(b"\r\n\r\n")

    assert data.isascii()
    assert re.search(rb"\r(?!\n)|(?<!\r)\n|\0", data) is None
    assert max(map(len, body.split(b"\r\n"))) <= 76
    assert max(map(len, head.split(b"\r\n"))) <= 90
    assert data.endswith(b"--\r\n")
    assert len(data) <= LARGEST


def test_the_same_edition_is_the_same_message_and_another_reader_changes_two_fields() -> None:
    one, again = written(ENGLISH), written(ENGLISH)
    other = written(ENGLISH, replace(ENVELOPE, recipient=MailAddress("bureau", "ministry.example")))
    changed = {a.partition(b":")[0] for a, b in zip(one.split(b"\r\n"), other.split(b"\r\n"), strict=True) if a != b}

    assert one == again
    assert changed == {b"To", b"Message-ID"}
    assert b"\r\nTo: undisclosed-recipients:;\r\n" in written(ENGLISH, ENVELOPE)


def test_letters_beyond_latin_take_the_shorter_of_two_encodings() -> None:
    assert {part["Content-Transfer-Encoding"] for part in read(written(FRENCH)).iter_parts()} == {"quoted-printable"}
    assert "base64" in {part["Content-Transfer-Encoding"] for part in read(written(ARABIC)).iter_parts()}


@pytest.mark.parametrize(
    "title",
    [
        "Lettre d’information n°\u00a01\u202f; suite et fin, " * 6,
        "النشرة رقم 1 " * 20,
        "A plain title that is a good deal longer than one line of a message’s head may be".replace("’", "'"),
        "=?utf-8?B?bm90IGVuY29kZWQ=?= as such",
        "one\r\nBcc: everybody@ministry.example",
        "x" * 500,
        "拡散に対する安全保障構想" * 9,
    ],
)
def test_any_title_reaches_the_reader_in_one_field(title: str) -> None:
    data = written(replace(FRENCH, title=title))
    parsed = read(data)

    assert " ".join(parsed["Subject"].split()) == " ".join(f"[TLP:GREEN] {title}".split())
    assert "Bcc" not in parsed
    assert max(map(len, data.partition(b"\r\n\r\n")[0].split(b"\r\n"))) <= 90


def test_the_names_of_sites_are_no_way_into_the_head() -> None:
    for site in ('The "Portal"', "Portal, <x@y.example>", "Portail de l’Initiative\r\nBcc: x@y.example", "a\\b"):
        parsed = read(written(replace(FRENCH, site=site)))
        (sender,) = parsed["From"].addresses
        assert sender.addr_spec == str(SENDER)
        assert sender.display_name.replace(" ", "") == "".join(site.split())
        assert "Bcc" not in parsed


def test_an_address_that_only_newer_servers_take_is_written_as_it_is() -> None:
    reader = replace(ENVELOPE, recipient=MailAddress("jörg", "ministry.example"))
    data = written(ENGLISH, reader)

    assert "To: <jörg@ministry.example>".encode() in data
    assert data.replace("ö".encode(), b"o").isascii()


def test_quoted_printable_is_what_others_decode() -> None:
    chance = random.Random(8)
    letters = "ab =.\t\u00e9\u202f\u0645\U0001f6a2"
    for _ in range(300):
        lines = ["".join(chance.choices(letters, k=chance.choice((0, 1, 5, 75, 76, 77, 200)))) for _ in range(4)]
        text = "\n".join([*lines, chance.choice(("From here", ".", "")), ""]).encode("utf-8")
        encoded = mail._quoted_printable(text)
        assert quopri.decodestring(encoded).replace(b"\r\n", b"\n") == text
        assert all(len(line) <= 76 and not line.startswith((b".", b"From ")) for line in encoded.split(b"\r\n"))
        assert not any(line.endswith((b" ", b"\t")) for line in encoded.split(b"\r\n"))


def test_what_is_longer_than_a_message_should_be_is_named_with_its_address() -> None:
    edition = long_edition(20)
    assert len(mail._content(edition, WORDS, ENVELOPE).body) > LARGEST
    data = written(edition)
    plain, shown = forms_of(data)
    names = [block for block in edition.blocks if isinstance(block, Heading) and block.level == 2]
    links = {value for _, name, value in Reading.of(markup_of(data)).attributes if name == "href"}

    assert LARGEST // 2 < len(data) <= LARGEST
    counted = int(re.search(r"(\d+) items are only named", shown)[1])  # type: ignore[index]
    assert f"{counted} items are only named" in " ".join(plain.split())
    assert 0 < counted < len(names)
    cut = names[-counted:]
    assert {f"{edition.address}#{heading.anchor}" for heading in cut} <= links
    # What an item's number, marking and address are is said of each that is closed, in the cut as well.
    closed = [block for block in edition.blocks if isinstance(block, Locked) and block.item]
    assert shown.count("Item 4, sealed") >= len(closed)


def test_notes_stay_with_what_refers_to_them() -> None:
    notes = Notes(tuple((f"{index}", f"fn{index}", (Paragraph((Words(f"note {index}"),)),)) for index in (1, 2)))
    first, *others = ENGLISH.blocks[1:2]
    edition = replace(
        ENGLISH, blocks=(Heading(2, "a", (Words("A"),)), first, Heading(2, "b", (Words("B"),)), *others, notes)
    )
    items = tuple(mail._items_of(edition.blocks))
    cut = mail._shortened(edition, WORDS, items, 1)

    assert len(items) == 2
    assert [note for block in cut.all_blocks if isinstance(block, Notes) for note in block.notes] == [notes.notes[0]]


def test_an_item_for_narrower_readers_keeps_its_portion_mark_where_only_its_name_is_left() -> None:
    heading = Heading(2, "b", (Words("Sealed item"),))
    edition = replace(
        ENGLISH,
        blocks=(Heading(2, "a", (Words("A"),)), Section("TLP:AMBER", "Experts", (heading, *ENGLISH.blocks[:2]))),
    )
    cut = mail._shortened(edition, WORDS, tuple(mail._items_of(edition.blocks)), 1)
    (items,) = (block for block in cut.blocks if isinstance(block, Items))

    assert [item.marking for item in items.items] == ["TLP:AMBER"]
    assert list(said_in(items)) == ["Sealed item"]


def test_an_issue_of_nothing_but_titles_can_be_too_long() -> None:
    blocks = tuple(Heading(2, f"h{index}", (Words(f"Item {index} of a very long issue"),)) for index in range(400))

    with pytest.raises(Refused) as refused:
        written(replace(ENGLISH, blocks=blocks))
    assert [problem.code for problem in refused.value.problems] == ["mail-too-long"]


def test_without_a_home_address_there_is_no_mail() -> None:
    with pytest.raises(Refused) as refused:
        written(without_home(ENGLISH))
    assert [problem.code for problem in refused.value.problems] == ["no-home"]


def markup_of(data: bytes) -> str:
    part = read(data).get_body(("html",))
    assert part is not None
    content: str = part.get_content()
    return content


@pytest.mark.parametrize("edition", EVERY, ids=lambda edition: f"{edition.lang}-{edition.audience}")
def test_the_html_asks_for_nothing_and_is_styled_as_mail_programs_know(edition: Edition) -> None:
    markup = markup_of(written(edition))
    reading = Reading.of(markup)
    styles = [value for _, name, value in reading.attributes if name == "style"]

    assert not {tag for tag, _, _ in reading.attributes} & {"img", "link", "script", "iframe", "object", "svg", "form"}
    assert not {
        name for _, name, _ in reading.attributes if name.startswith("on") or name in ("src", "srcset", "background")
    }
    assert "url(" not in markup
    assert "@import" not in markup
    assert {one.partition(":")[0].strip() for style in styles for one in style.split(";") if ":" in one} <= KNOWN_STYLES
    assert "prefers-color-scheme:dark" in reading.sheet
    assert len(reading.sheet) < LONGEST_SHEET
    # On telephones a place within a message cannot be led to.
    assert all(value.startswith(("https:", "mailto:")) for _, name, value in reading.attributes if name == "href")


@pytest.mark.parametrize("edition", EVERY, ids=lambda edition: f"{edition.lang}-{edition.audience}")
def test_languages_and_directions_are_said_where_no_program_takes_them_away(edition: Edition) -> None:
    reading = Reading.of(markup_of(written(edition)))
    told = {(tag, name): value for tag, name, value in reversed(reading.attributes)}

    # Web mail shows a message in a page of its own: html and body do not survive there.
    assert (told["div", "lang"], told["div", "dir"]) == (edition.lang, direction(edition.lang))
    sheet = next(
        value for tag, name, value in reading.attributes if (tag, name) == ("div", "style") and "600px" in value
    )
    assert f"text-align:{'right' if edition.direction == 'rtl' else 'left'}" in sheet


@pytest.fixture(scope="module")
def maker(tmp_path_factory: pytest.TempPathFactory) -> EditionMaker:
    site = tmp_path_factory.mktemp("canaries")
    write_site(site)
    for name, there, here in (
        ("site", "home: null", "home: https://portal.example/"),
        ("tiers", "tlp: GREEN", "tlp: GREEN\n    email: allowed"),
        ("tiers", "tlp: AMBER\n", "tlp: AMBER\n    email: allowed\n"),
    ):
        file = site / f"content/data/{name}.yaml"
        text = file.read_text(encoding="utf-8")
        file.write_text(text if here in text else text.replace(there, here), encoding="utf-8")
    with Watch(Console(quiet=True), BuildReport()) as watch:
        return editions_of(read_sources(site, PROJECT, watch, release=False, jobs=1, environ={}))


def test_a_text_that_stands_in_for_one_in_the_readers_language_is_told_of_in_theirs() -> None:
    stands_in = replace(ENGLISH, around="ar")
    data = written(stands_in)
    plain, markup = (part.get_content() for part in read(data).iter_parts())

    assert read(data)["Content-Language"] == "ar, en"
    assert '<html lang="ar" dir="rtl" ' in markup
    assert '<h1 lang="en" dir="ltr"' in markup
    assert '<div lang="en" dir="ltr" style="text-align:left">' in markup
    # The same words, each in its own language: what is told within the text is in the readers'.
    assert forms_of(data)[1].split() == forms_of(written(ENGLISH))[1].replace("[Image: ", "[ Image: ").split()
    within = markup.partition('<div lang="en"')[2]
    assert f'<span lang="ar" dir="rtl">{WORDS.not_sealed}</span>' in within
    assert f'<span lang="ar" dir="rtl">{WORDS.html.sealed_words}</span>' in within
    assert f'<span lang="ar" dir="rtl">{WORDS.html.sealed_section}. ' in within
    marked = {line for line in plain.splitlines() if line.startswith("\u200f")}
    assert f"\u200f{ENGLISH.marking} · {ENGLISH.audience_label}" in marked
    assert not any(ENGLISH.title in line or ENGLISH.summary[:20] in line for line in marked)


def test_no_canary_is_in_a_message_whose_audience_may_not_be_mailed_it(maker: EditionMaker) -> None:
    policy, canaries = maker.plan.catalogue.policy, words()
    papers = [one for name, one in maker.plan.catalogue.documents.items() if re.search("-text-(oeg|core|state)", name)]
    held: set[tuple[str, str]] = set()
    for document, name in itertools.product(papers, ("public", "oeg", "core")):
        if name not in maker.audiences(document):
            continue
        edition = maker.edition(document, "en", name, partial(policy.may_be_mailed, name))
        for form in forms_of(written(edition)):
            found = {canaries[word].audience for word in CANARY.findall(form)}
            assert found <= {"public", "partner", "oeg"}
            assert found <= policy.closure([name])
            assert name == "oeg" or found <= {"public"}
            held |= {(name, audience) for audience in found}

    assert ("oeg", "oeg") in held
