"""Two more languages are data: a catalogue, labels, texts. What stands in for texts that there are not yet is no dead
end, says what it is, and is sealed, named and linked as what it is.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from icalendar import Calendar

from communique.documents.listing import read_data
from communique.languages import typography
from communique.languages.messages import check_messages, load_messages
from communique.sealing.demo import open_demo
from communique.sealing.envelope import verify_sealed
from communique.sealing.membership import add
from communique_pelican.letter_sheets import typeset_letter
from communique_pelican.letters import Letter, write_letter
from tests.five_languages import ADDED, FOLDER, LANGUAGES, PSEUDO, built, wanted_messages
from tests.languages.pseudo_locale import CLOSES, OPENS
from tests.site_building import PROJECT, published

pytestmark = pytest.mark.site

HOME = "https://psi-portal.example/"
#: In which language each page shows its document: written out by hand from `fallback: {ar: [fr, en], de: [en]}`.
SHOWN = {
    "notes/plain": {"en": "en", "es": "es", "fr": "fr", "ar": "fr", "de": "en", PSEUDO: "en"},
    "notes/english-only": {"en": "en", "es": "en", "fr": "en", "ar": "en", "de": "en", PSEUDO: "en"},
    "papers/forms": {"en": "en", "es": "es", "fr": "fr", "ar": "ar", "de": "de", PSEUDO: "en"},
    "papers/reply": {"en": "en", "es": "en", "fr": "en", "ar": "ar", "de": "de", PSEUDO: "en"},
    "papers/begun-in-spanish": {"en": "en", "es": "es", "fr": "es", "ar": "en", "de": "en", PSEUDO: "es"},
    "papers/begun-in-arabic": {"en": "ar", "es": "ar", "fr": "ar", "ar": "ar", "de": "de", PSEUDO: "ar"},
}
ORIGINALS = {"papers/begun-in-spanish": "es", "papers/begun-in-arabic": "ar"}
_VOID = {"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_TOLD = ("aria-label", "title", "alt", "placeholder", "content")
_OBJECT = re.compile(r'<script type="application/jose\+json" data-cq="[^"]+">(.*?)</script>', re.DOTALL)
#: What stands on a page in no language's words: numbers, codes, addresses, names of programs and of formats.
_WORDLESS = re.compile(
    r"[\W\d_]+|TLP:[A-Z+]+|[A-Z]{2,}(?:/[A-Z0-9]+)+|[A-Z]{2}|\S+@\S+|https?://\S+|UTC\S*|ICS|psi-portal\S*|p"
)


@dataclass
class Element:
    tag: str
    attributes: Mapping[str, str]
    lang: str


@dataclass
class Page(HTMLParser):
    """A page's elements, and its texts with the language each is said to be in."""

    html: str
    elements: list[Element] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[Element] = []
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        lang = attributes.get("lang") or (self._open[-1].lang if self._open else "")
        self.elements.append(Element(tag, attributes, lang))
        if tag not in _VOID:
            self._open.append(self.elements[-1])

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        # A window's title cannot say which language it is in.
        if data.strip() and self._open[-1].tag not in ("script", "style", "title"):
            self.texts.append((self._open[-1].lang, data))

    def links(self, rel: str) -> list[Mapping[str, str]]:
        return [one.attributes for one in self.elements if one.tag == "link" and one.attributes.get("rel") == rel]

    def first(self, **wanted: str) -> Element:
        return next(
            one
            for one in self.elements
            if all(value in one.attributes.get(name.rstrip("_"), "").split() for name, value in wanted.items())
        )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory)


@pytest.fixture(scope="module")
def tree(site: Path) -> Mapping[str, bytes]:
    return published(site)


@pytest.fixture(scope="module")
def pages(tree: Mapping[str, bytes]) -> Mapping[str, Page]:
    return {path: Page(data.decode("utf-8")) for path, data in tree.items() if path.endswith(".html")}


def shown() -> Iterator[tuple[str, str, str]]:
    for document, languages in SHOWN.items():
        for lang, other in languages.items():
            yield document, lang, other


@pytest.mark.parametrize("lang", ADDED)
def test_the_catalogues_of_the_new_languages_are_translations_without_a_fault(lang: str) -> None:
    wanted = wanted_messages()
    problems = check_messages(FOLDER / "translations", lang, wanted)
    # What the theme has come to say since is said in the pseudo-locale meanwhile.
    assert [problem for problem in problems if problem.code != "missing-message"] == []
    assert len(problems) < len(wanted) / 4
    messages = load_messages(FOLDER / "translations", lang, "en")
    assert messages.gettext("Lock") == {"ar": "إقفال", "de": "Sperren"}[lang]
    opened = "{n} sealed section opened.", "{n} sealed sections opened."
    few, many = messages.ngettext(*opened, 3), messages.ngettext(*opened, 11)
    assert (few != many) == (lang == "ar")


def test_every_page_says_its_language_and_runs_its_way(pages: Mapping[str, Page]) -> None:
    for path, page in pages.items():
        lang = path.split("/")[0] if "/" in path else "en"
        html = page.elements[0].attributes
        assert (html["lang"], html["dir"]) == (lang, "rtl" if lang == "ar" else "ltr"), path
        for one in page.elements:
            # Whatever is in letters that run the other way says so, and nothing else does.
            if "lang" in one.attributes and "dir" in one.attributes and one.attributes["dir"] != "auto":
                expected = "ltr" if one.attributes["lang"] == "zxx" else typography.direction(one.attributes["lang"])
                assert one.attributes["dir"] == expected, f"{path}: {one}"


def test_every_page_offers_every_language_at_the_same_place(pages: Mapping[str, Page]) -> None:
    for path, page in pages.items():
        if "/" not in path:
            continue
        folder, below = "../" * path.count("/"), path.split("/", 1)[1]
        links = {
            (one.attributes.get("hreflang"), one.attributes.get("href")) for one in page.elements if one.tag == "a"
        }
        for lang in LANGUAGES:
            assert (lang, f"{folder}{lang}/{below}") in links, path
            assert f"{lang}/{below}" in pages


def test_alternates_name_each_other_and_nothing_that_only_stands_in(pages: Mapping[str, Page]) -> None:
    named: dict[str, dict[str, str]] = {}
    for path, page in pages.items():
        named[HOME + path] = {one["hreflang"]: one["href"] for one in page.links("alternate") if "hreflang" in one}
    for document, lang, other in shown():
        address = f"{HOME}{lang}/{document}/index.html"
        page = pages[f"{lang}/{document}/index.html"]
        assert page.links("canonical")[0]["href"] == f"{HOME}{other}/{document}/index.html"
        expected = {
            code: f"{HOME}{code}/{document}/index.html" for code, is_in in SHOWN[document].items() if is_in == code
        }
        expected["x-default"] = f"{HOME}{ORIGINALS.get(document, 'en')}/{document}/index.html"
        assert named[address] == (expected if other == lang else {}), address
    for address, others in named.items():
        for lang, other in others.items():
            if lang != "x-default":
                assert named[other] == others, f"{address} names {other}, which names other pages"


def test_the_sitemap_lists_each_text_once_in_each_language_that_has_it(tree: Mapping[str, bytes]) -> None:
    root = ElementTree.fromstring(tree["sitemap.xml"])  # noqa: S314  our own
    name = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
    listed = [str(one.text).removeprefix(HOME) for one in root.iter(name)]
    assert len(listed) == len(set(listed))
    for document, lang, other in shown():
        assert (f"{lang}/{document}/index.html" in listed) == (lang == other)


def test_what_stands_in_says_so_and_is_in_the_language_it_is_in(pages: Mapping[str, Page]) -> None:
    for document, lang, other in shown():
        page = pages[f"{lang}/{document}/index.html"]
        html = page.elements[0].attributes
        assert (html["data-lang"], html["data-original"]) == (lang, other)
        prose = page.first(class_="prose")
        title = page.first(class_="document__title")
        notices = [one for one in page.elements if "notice--missing" in one.attributes.get("class", "")]
        crumb = next(one for one in page.elements if one.tag == "span" and "aria-current" in one.attributes)
        if other == lang:
            assert (prose.lang, title.lang, crumb.lang, notices) == (lang, lang, lang, [])
            continue
        for one in (prose, title, crumb):
            assert (one.attributes["lang"], one.attributes["dir"]) == (other, typography.direction(other))
        assert len(notices) == 1
        said = [text for of, text in page.texts if of == lang and typography.language_name(other, lang) in text]
        assert said, f"{lang}/{document} does not name the language it is in"
        # A translation of a translation's place leads on to the original.
        original = ORIGINALS.get(document, "en")
        way = f"../../../{original}/{document}/index.html"
        links = [one for one in page.elements if one.attributes.get("href") == way]
        assert [one for one in links if one.attributes.get("hreflang") == original]


def test_lists_feeds_and_feet_name_the_language_of_what_they_show(
    pages: Mapping[str, Page], tree: Mapping[str, bytes]
) -> None:
    for document, lang, other in shown():
        listing = pages[f"{lang}/{document.split('/')[0]}/index.html"]
        name = document.split("/")[1]
        entry = next(
            one for one in listing.elements if one.tag == "a" and one.attributes["href"].endswith(f"{name}/index.html")
        )
        assert (entry.lang, entry.attributes.get("hreflang", lang)) == (other, other), f"{lang}: {document}"
        feed = ElementTree.fromstring(tree[f"{lang}/feed.xml"])  # noqa: S314  our own
        atom, xml = "{http://www.w3.org/2005/Atom}", "{http://www.w3.org/XML/1998/namespace}lang"
        entries = [
            one for one in feed.iter(f"{atom}entry") if f"/{lang}/{document}/" in ElementTree.tostring(one, "unicode")
        ]
        assert [one.get(xml, feed.get(xml)) for one in entries] == [other]
    foot = [
        one for one in pages["ar/index.html"].elements if one.attributes.get("href") == "../ar/notes/plain/index.html"
    ]
    assert {one.lang for one in foot} == {"fr"}


def test_sealed_parts_are_sealed_as_the_language_they_are_in(tree: Mapping[str, bytes]) -> None:
    sealer = open_demo(PROJECT / "keys/demo")
    for document, lang, other in shown():
        page = tree[f"{lang}/{document}/index.html"].decode("utf-8")
        objects = _OBJECT.findall(page)
        assert {verify_sealed(text, sealer.signers).lang for text in objects} <= {other}, f"{lang}/{document}"
        # The same text is the same object wherever it stands in.
        assert objects == _OBJECT.findall(tree[f"{other}/{document}/index.html"].decode("utf-8"))


def test_calendar_files_speak_their_language_and_name_that_of_what_stands_in(tree: Mapping[str, bytes]) -> None:
    expected = {
        "ar": ("تمرين في الميناء", "ar", "أجل التنفيذ: تسمية مراقبي التمرين", "ar"),
        "de": ("Übung im Hafen", "de", "Frist: Die Beobachter der Übung nennen", "de"),
        "fr": ("Exercice au port", "fr", "Name the observers of the exercise", "en"),
    }
    for lang, (label, of, asked, asked_in) in expected.items():
        calendar = Calendar.from_ical(tree[f"{lang}/calendar.ics"])
        told = [(str(one["summary"]), one["summary"].params["LANGUAGE"]) for one in calendar.walk("VEVENT")]
        assert (label, of) in told
        assert [language for text, language in told if asked in text] == [asked_in]
        assert (
            calendar["x-wr-calname"] == {"ar": "البوابة الصغيرة", "de": "Kleines Portal", "fr": "Petit portail"}[lang]
        )
    assert all(b"BEGIN:VCALENDAR" in tree[f"{lang}/calendar.ics"] for lang in LANGUAGES)


@pytest.mark.parametrize("lang", ADDED)
def test_members_are_written_to_in_their_language_and_sign_in_with_english_words(lang: str, site: Path) -> None:
    of_site, policy, _ = read_data(site / "content")
    sealer = open_demo(PROJECT / "keys/demo")
    register = add(sealer.register, policy, "xx-01", lang, ["partner"]).register
    member = register.members["xx-01"]
    words = sealer.keystore.passphrase(member.login, member.number, member.words, member.wordlist).split(" ")
    assert member.wordlist == "en"
    assert all(re.fullmatch("[a-z]+", word) for word in words)
    letter = Letter(member, tuple(words), datetime.date(2008, 11, 1))
    messages = load_messages(FOLDER / "translations", lang, "en")
    told = " ".join(write_letter(letter, of_site, policy, messages).split())
    expected = {
        "ar": (
            typography.format_date(letter.on, "ar"),
            "الكلمات بهذه اللغة: الإنجليزية.",
            "الدول المشاركة",
            "اختر «تسجيل الدخول»",
        ),
        "de": ("1. November 2008", "Sprache: Englisch.", "Teilnehmerstaaten", "„Anmelden“"),
    }
    assert [words for words in expected[lang] if words not in told] == []
    assert typeset_letter(letter, of_site, policy, messages).startswith(b"%PDF")


def test_dates_lists_and_commas_are_those_of_the_language(pages: Mapping[str, Page]) -> None:
    arabic = " ".join(text for lang, text in pages["ar/states/index.html"].texts if lang == "ar")
    assert "تمرين في الميناء، " in arabic
    assert ", " not in arabic
    german = " ".join(text for lang, text in pages["de/papers/forms/index.html"].texts if lang == "de")
    assert typography.format_date(datetime.date(2008, 9, 26), "de") in german
    assert "26. September 2008" in german


def test_no_sentence_of_the_interface_was_kept_from_translators(pages: Mapping[str, Page]) -> None:
    """On pages in the pseudo-locale everything that is said stands in its brackets."""
    bare: set[str] = set()
    for path, page in pages.items():
        if not path.startswith(f"{PSEUDO}/"):
            continue
        depth = 0
        for lang, text in page.texts:
            if lang != PSEUDO:
                continue
            for piece in re.split(f"([{OPENS}{CLOSES}])", text):
                depth += {OPENS: 1, CLOSES: -1}.get(piece, 0)
                if depth == 0 and piece not in (CLOSES, "") and not _is_wordless(piece):
                    bare.add(f"{path}: {piece.strip()!r}")
        for one in page.elements:
            for name, value in one.attributes.items():
                told = (name in _TOLD and one.tag not in ("meta", "link")) or name.startswith("data-msg-")
                said = OPENS in value or json.dumps(OPENS)[1:-1] in value
                if told and one.lang == PSEUDO and not said and not _is_wordless(value):
                    bare.add(f"{path}: {name}={value!r}")
    assert sorted(bare) == []


def _is_wordless(text: str) -> bool:
    """Whether it is a name, a date or a sign that no translator is asked for."""
    words = re.sub(r"\d{4}-\w+-\d\d|\w+ \d{4}|kaj|Esperanto", " ", text).split()
    return all(_WORDLESS.fullmatch(word.strip(".,:;()") or "-") for word in words)
