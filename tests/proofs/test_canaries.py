"""A word in every kind of place, sealed for each audience in each language: found nowhere but where it belongs."""

from __future__ import annotations

import base64
import codecs
import gzip
import html
import json
import re
import urllib.parse
import zlib
from collections import defaultdict
from collections.abc import Callable, Mapping

import pypdfium2
import pytest
import typst

from tests.proofs.canaries import AUDIENCES, LANGUAGES, MARK, CanarySite, words
from tests.proofs.decoding import forms
from tests.proofs.finding import names_of, objects_of, sign_in_all
from tests.proofs.third_reader import Opened, Slot

pytestmark = pytest.mark.site

#: The mark as it is, backwards, and with its letters turned by 13.
_WORD = re.compile(f"{MARK}[a-z]*|{MARK[::-1]}|{codecs.encode(MARK, 'rot13')}".encode())
_TAG = re.compile(r"<[^>]*>")
#: Members of the demonstration, with what each may read of the three audiences.
READS = {
    "ar-01": {"oeg"},
    "fr-01": {"oeg", "core"},
    "hr-01": set(),
    "mx-01": set(),
    "nz-01": {"oeg", "state:nz"},
    "tr-01": set(),
}
#: Kinds of place that are no text: addresses, titles, what stands in place of a picture, and the editors' own names.
IN_ATTRIBUTES = {
    "abbreviation",
    "address-in-span",
    "file-name",
    "folder",
    "image-alternative",
    "image-name",
    "link-address",
    "link-title",
    "mail-address",
    "reference-address",
}
#: What no search finds: addresses, what stands behind a pointer only, what files hold and are called.
NOT_LOOKED_FOR = (IN_ATTRIBUTES - {"image-alternative"}) | {"file-content"}
_MEMBER = re.compile(r"^  (\S+) +(\S.*)\n +reads: ", re.MULTILINE)


def found_in(data: bytes) -> set[str]:
    """The words in any form of `data`. The mark alone counts: a part of a word would tell as well."""
    found = {word.decode() for form in forms(data) for word in _WORD.findall(form)}
    return found | (found_in(on_pages(data).encode()) if b"%PDF-" in data[:1024] else set())


def on_pages(pdf: bytes) -> str:
    """What PDFium shows of a PDF, where letters stand as numbers of a font. A word may end a line with a hyphen."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return re.sub(
            "[\x02\ufffe\u00ad]\\s*", "", "\n".join(page.get_textpage().get_text_range() for page in document)
        )
    finally:
        document.close()


def on_paper(word: bytes) -> bytes:
    made: bytes = typst.compile(f"A page that says {word.decode()} in print.".encode(), format="pdf")
    return made


@pytest.fixture(scope="module")
def slots(canary_site: CanarySite) -> Mapping[str, Slot]:
    members = dict(_MEMBER.findall(canary_site.said))
    return sign_in_all(canary_site.folder / "output", [(login, members[login]) for login in READS])


def test_there_are_at_least_45_kinds_of_place_for_each_audience_in_each_language() -> None:
    kinds: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for canary in words().values():
        kinds[canary.lang, canary.audience].add(canary.kind)
    assert set(kinds) == {(lang, audience) for lang in LANGUAGES for audience in AUDIENCES}
    assert min(len(found) for found in kinds.values()) >= 45


HIDING: dict[str, Callable[[bytes], bytes]] = {
    "as it is": lambda word: word,
    "in capitals": bytes.upper,
    "base64": base64.b64encode,
    "base64, one letter on": lambda word: base64.b64encode(b"x" + word + b"yz"),
    "base64, two letters on": lambda word: base64.urlsafe_b64encode(b"xy" + word + b"z"),
    "base64 in base64": lambda word: base64.b64encode(b"--" + base64.b64encode(b"a " + word)),
    "base32": lambda word: base64.b32encode(word + b"    "),
    "hexadecimal": lambda word: word.hex().encode(),
    "hexadecimal, parted": lambda word: word.hex(" ").encode(),
    "a list of numbers": lambda word: str(list(word)).encode(),
    "UTF-16": lambda word: word.decode().encode("utf-16-le"),
    "UTF-16, the other order": lambda word: word.decode().encode("utf-16-be"),
    "UTF-32": lambda word: word.decode().encode("utf-32-le"),
    "percents": lambda word: "".join(f"%{byte:02X}" for byte in word).encode(),
    "percents twice": lambda word: urllib.parse.quote("".join(f"%{byte:02x}" for byte in word)).encode(),
    "decimal entities": lambda word: "".join(f"&#{byte};" for byte in word).encode(),
    "hexadecimal entities": lambda word: "".join(f"&#x{byte:x};" for byte in word).encode(),
    "entities, escaped": lambda word: html.escape("".join(f"&#{byte};" for byte in word)).encode(),
    "JSON escapes": lambda word: "".join(f"\\u{byte:04x}" for byte in word).encode(),
    "JSON in JSON": lambda word: json.dumps(json.dumps("".join(f"\\u{byte:04x}" for byte in word))).encode(),
    "script escapes": lambda word: "".join(f"\\x{byte:02x}" for byte in word).encode(),
    "style sheet escapes": lambda word: "".join(f"\\{byte:06x}" for byte in word).encode(),
    "quoted-printable": lambda word: "".join(f"={byte:02X}" for byte in word).encode(),
    "lines of a message": lambda word: b"=\r\n".join(bytes([byte]) for byte in word),
    "letters of a PDF's font": on_paper,
    "gzip": gzip.compress,
    "zlib inside a file": lambda word: b"stream\n" + zlib.compress(b"text " + word) + b"\nendstream",
    "gzip in base64": lambda word: base64.b64encode(gzip.compress(word)),
    "soft hyphens": lambda word: "\u00ad".join(word.decode()).encode(),
    "zero-width spaces": lambda word: "\u200b".join(word.decode()).encode(),
    "full-width letters": lambda word: "".join(chr(byte + 0xFEE0) for byte in word).encode(),
    "accents": lambda word: "".join(chr(byte) + "\u0301" for byte in word).encode(),
    "tags between": lambda word: b"<i>" + b"</i><i>".join(bytes([byte]) for byte in word) + b"</i>",
    "backwards": lambda word: word[::-1],
    "rot13": lambda word: bytes((byte - 97 + 13) % 26 + 97 for byte in word),
}


@pytest.mark.parametrize("hiding", HIDING)
def test_the_search_finds_a_word_that_is_hidden(hiding: str) -> None:
    word = next(iter(words()))
    hidden = b"Some text before. " + HIDING[hiding](word.encode()) + b" And after."
    turned = {"backwards": MARK[::-1], "rot13": codecs.encode(MARK, "rot13")}.get(hiding, word)
    assert [found for found in found_in(hidden) if turned in found] != []


def test_no_word_is_anywhere_in_what_a_build_leaves_behind(canary_site: CanarySite) -> None:
    looked_at = 0
    for path in sorted(canary_site.folder.rglob("*")):
        own = path.relative_to(canary_site.folder)
        if own.parts[0] == "content" or not path.is_file():
            continue
        looked_at += 1
        name = str(own).encode()
        assert found_in(name) == set(), own
        assert found_in(path.read_bytes()) == set(), own
    assert looked_at > 80
    assert found_in(canary_site.said.encode()) == set()
    assert {path.name for path in canary_site.folder.iterdir()} >= {".communique", ".releases", "content", "output"}


@pytest.fixture(scope="module")
def opened(canary_site: CanarySite, slots: Mapping[str, Slot]) -> list[tuple[str, Opened]]:
    """Everything that each member gets to see."""
    objects = objects_of(canary_site.folder / "output")
    found = ((login, one.opened_with(slot)) for login, slot in slots.items() for one in objects)
    return [(login, shown) for login, shown in found if shown is not None]


def test_each_word_is_in_objects_for_its_own_readers_only_and_all_of_them_see_it(
    canary_site: CanarySite, opened: list[tuple[str, Opened]]
) -> None:
    seen: defaultdict[str, set[str]] = defaultdict(set)
    papers: set[str] = set()
    for login, shown in opened:
        context = shown.context
        text = shown.body.decode("utf-8", "replace") + json.dumps(shown.meta)
        if shown.body.startswith(b"%PDF-"):
            papers.add(str(shown.context["part"]))
            text += on_pages(shown.body)
        for word in re.findall(MARK + "[a-z]*", text):
            # An index folds a word's accents as a reader's typing is folded: "…é" is a letter more.
            word = word.removesuffix("e") if context["kind"] == "index" and word not in canary_site.canaries else word
            canary = canary_site.canaries[word]
            # The list of translations is for the tier that may read what every tier may; it names nothing of one state.
            in_list = context["part"].startswith("translations/") and canary.audience == "oeg"
            assert names_of(context["aud"]) == ({"core"} if in_list else {canary.audience}), canary
            # A file serves all languages; what stands in lists is shown in each, and found in each that lacks it.
            assert context["lang"] == canary.lang or context["kind"] in ("attachment", "feed", "index"), canary
            seen[login].add(word)
    assert len(papers) > len(AUDIENCES), "the issues and statements are offered as PDF"
    for login, reads in READS.items():
        assert seen[login] == {
            word
            for word, canary in canary_site.canaries.items()
            # A folder's name is the editors' own; not even the readers are told.
            if canary.audience in reads and canary.kind != "folder"
        }, login


def test_every_word_of_a_text_is_found_by_those_who_may_read_it(
    canary_site: CanarySite, opened: list[tuple[str, Opened]]
) -> None:
    """The sealed indexes hold each word for its readers: those of the text, its facts and what a picture is called."""
    found: set[str] = set()
    for _, shown in opened:
        if shown.context["kind"] == "index":
            found |= set(re.findall(MARK + "[a-z]*", shown.body.decode("utf-8")))
    missing = {canary.kind for word, canary in canary_site.canaries.items() if word not in found}
    assert missing == NOT_LOOKED_FOR


def test_what_is_sealed_is_shown_where_it_is_opened_and_not_in_an_attribute_only(
    canary_site: CanarySite, opened: list[tuple[str, Opened]]
) -> None:
    """The text a reader sees, without its tags: all words but those of addresses, titles and names of files."""
    shown: set[str] = set()
    for _, one in opened:
        # A search finds an image by its words; they are not shown.
        if one.context["kind"] == "index":
            continue
        text = html.unescape(_TAG.sub(" ", one.body.decode("utf-8", "replace")))
        shown |= set(re.findall(MARK + "[a-z]*", text + str(one.meta.get("summary"))))
    assert {canary.kind for word, canary in canary_site.canaries.items() if word not in shown} == IN_ATTRIBUTES
