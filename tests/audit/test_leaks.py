"""Every disguise in which sealed words may leave a site, planted one at a time in a clean one."""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import json
import lzma
import re
import urllib.parse
import zipfile
import zlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from communique.audit import Known, PublicText, SealedText, Tree
from communique.audit.leaks import leaks
from communique.problems import Place

SECRET = "Der Frachter Ocean Lily lädt am fünften Kai zwölf Kisten Kohlefaser"
SEALED = SealedText(
    "debriefings/lily",
    "en",
    "s3",
    ("oeg", "state:nz"),
    Place("content/debriefings/lily/en.md", 41),
    f"The case.\n\n{SECRET}, see [the *annex*](doc:plans/small#p4).\n\n- Pier Nine {{oeg}}\n- 14,250 kg\n",
    f"<p>The case.</p><p>{SECRET}, see <a href='../x'>the <em>annex</em></a>.</p>"
    "<ul><li>Pier Nine</li><li>14,250 kg</li></ul>",
)
SPAN = SealedText(
    "meetings/paris",
    "en",
    "s1",
    ("core",),
    Place("content/meetings/paris/en.md", 9),
    "[Zarathustra]{core}",
    "Zarathustra",
)
PUBLIC = PublicText(
    "A statement of the meeting in Paris, open to all.",
    "body",
    Place("content/meetings/paris/en.md"),
    "meetings/paris",
    "en",
)
KNOWN = Known(sealed=(SEALED, SPAN), public=(PUBLIC,))
CLEAN = {
    "en/index.html": b"<!DOCTYPE html><title>Portal</title><p>A statement of the meeting in Paris, open.",
    "feed.xml": b"<feed><title>Portal</title><summary>A statement &amp; more</summary></feed>",
    "theme/app.0123456789abcdef.js": b'"use strict"; const a = "\\u00e9t\\u00e9 100%";\n',
    "sealed/keyring.0123456789abcdef.js": b'CQ1_DATA("keyring","'
    + base64.urlsafe_b64encode(bytes(range(256)) * 16)
    + b'");',
}

NO_ACCENTS = "Der Frachter Ocean Lily ladt am funften Kai zwolf Kisten Kohlefaser"
ESCAPED = json.dumps(SECRET)[1:-1]


def zipped(name: str, text: str) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as members:
        members.writestr(name, text)
    return archive.getvalue()


def in_page(markup: str) -> dict[str, bytes]:
    return {"en/x/index.html": f"<html><p>before</p>{markup}<p>after</p></html>".encode()}


def folded(text: str, width: int = 7) -> str:
    return "\r\n ".join(text[at : at + width] for at in range(0, len(text), width))


PLANTED = {
    "plain text of a page": (in_page(f"<p>{SECRET}</p>"), "in the text"),
    "five words only": (in_page("<p>lädt am fünften Kai zwölf</p>"), "in the text"),
    "split by tags": (in_page("<p>lädt <b>am</b> <i>fünften <u>Kai</u></i><br>zwölf</p>"), "in the text"),
    "split inside a word": (in_page("<p>lädt am f<b>ünf</b>ten Kai zwö<i></i>lf</p>"), "in the text"),
    "split by a comment": (in_page("<p>lädt am <!-- nothing > here -->fünften Kai zwölf</p>"), "in the text"),
    "split by a tag with > in it": (
        in_page('<p>lädt am <b title="a > b">fünften</b> Kai zwölf</p>'),
        "in the text",
    ),
    "table cells": (
        in_page("<tr><td>lädt</td><td>am</td><td>fünften</td><td>Kai</td><td>zwölf</td></tr>"),
        "text",
    ),
    "attribute": (in_page(f'<a title="{SECRET}">x</a>'), "in the markup"),
    "meta description": (in_page(f'<meta name=description content="{SECRET}">'), "in the markup"),
    "comment": (in_page(f"<!-- {SECRET} -->"), "in the markup"),
    "markup in an attribute": (in_page('<a title="lädt am <b>fünften</b> Kai zwölf">x</a>'), "in the markup"),
    "escaped markup in an attribute": (
        in_page('<a title="lädt am &lt;b>fünften&lt;/b> Kai zwölf">x</a>'),
        "in the markup",
    ),
    "markup in a comment": (in_page("<!-- lädt am <b>fünften</b> Kai zwölf -->"), "in the markup"),
    "script": (in_page(f"<script>var a = '{SECRET}'</script>"), "in the text"),
    "named entities": (in_page("<p>l&auml;dt am f&uuml;nften Kai zw&ouml;lf</p>"), "in the text"),
    "numeric entities": (in_page("<p>" + "".join(f"&#{ord(c)};" for c in SECRET) + "</p>"), "in the text"),
    "entities in an attribute": (
        in_page(f'<a title="{"".join(f"&#x{ord(c):x};" for c in SECRET)}">x</a>'),
        "escapes",
    ),
    "entities twice": (in_page("<p>l&amp;auml;dt am f&amp;uuml;nften Kai zw&amp;ouml;lf</p>"), "escapes"),
    "percent-encoding": (in_page(f'<a href="?q={urllib.parse.quote(SECRET)}">x</a>'), "escapes"),
    "percent-encoding with plus": (
        in_page(f'<a href="?q={urllib.parse.quote_plus(SECRET)}">x</a>'),
        "escapes",
    ),
    "every letter percent-encoded": (
        {"a.txt": "".join(f"%{byte:02x}" for byte in SECRET.encode()).encode()},
        "escapes",
    ),
    "JSON escapes": ({"search.json": json.dumps({"t": SECRET}).encode()}, "escapes"),
    "JSON escapes throughout": ({"s.js": "".join(f"\\u{ord(c):04x}" for c in SECRET).encode()}, "escapes"),
    "JSON line breaks": ({"s.json": json.dumps({"t": SECRET.replace(" ", "\n")}).encode()}, "escapes"),
    "JSON word list": ({"s.json": json.dumps(SECRET.split()).encode()}, ""),
    "JavaScript escapes": ({"s.js": "".join(f"\\u{{{ord(c):x}}}" for c in SECRET).encode()}, "escapes"),
    "hexadecimal escapes": ({"s.js": "".join(f"\\x{ord(c):02x}" for c in SECRET).encode()}, "escapes"),
    "CSS escapes": (
        {"s.css": ('a::after{content:"' + SECRET.replace("ü", "\\fc ").replace("ä", "\\0000e4") + '"}').encode()},
        "",
    ),
    "HTML in JSON": (
        {"s.json": json.dumps({"html": f"<p>{SECRET.replace(' ', '</b> <b>')}</p>"}).encode()},
        "escapes",
    ),
    "HTML in a feed": (
        {"feed.xml": f"<content>&lt;p&gt;{SECRET.replace(' ', '&lt;b&gt; ')}</content>".encode()},
        "escapes",
    ),
    "CDATA in a feed": ({"feed.xml": f"<content><![CDATA[<p>{SECRET}</p>]]></content>".encode()}, ""),
    "feed": (
        {"feeds/all.atom.xml": f"<feed><entry><summary>{SECRET}</summary></entry></feed>".encode()},
        "in the text",
    ),
    "sitemap": (
        {"sitemap.xml": f"<url><loc>https://a.example/{urllib.parse.quote(SECRET)}</loc></url>".encode()},
        "escapes",
    ),
    "calendar": ({"c.ics": f"DESCRIPTION:{folded(SECRET)}\r\n".encode()}, "lines are joined"),
    "mail": ({"m.eml": b"l=C3=A4dt am f=C3=BCnf=\r\nten Kai zw=C3=B6lf"}, "lines are joined"),
    "drawing": ({"a.svg": f"<svg><text>{SECRET}</text></svg>".encode()}, "in the text"),
    "style sheet comment": ({"a.css": f"/* {SECRET} */".encode()}, "as it stands"),
    "text file": ({"robots.txt": SECRET.encode()}, "as it stands"),
    "file without suffix": ({"x": SECRET.encode()}, "as it stands"),
    "file name": ({"en/l%C3%A4dt-am-funften-kai-zwolf.html": b"<html></html>"}, "file's name"),
    "folder names": ({"ladt/am/funften/kai/zwolf.txt": b"x"}, "file's name"),
    "id": (in_page('<p id="ladt-am-funften-kai-zwolf">x</p>'), "in the markup"),
    "underscores": (in_page('<p id="ladt_am_funften_kai_zwolf">x</p>'), "in the markup"),
    "accents removed": (in_page(f"<p>{NO_ACCENTS}</p>"), "in the text"),
    "accents decomposed": (in_page("<p>la\u0308dt am fu\u0308nften Kai zwo\u0308lf</p>"), "in the text"),
    "upper case": (in_page(f"<p>{SECRET.upper()}</p>"), "in the text"),
    "other punctuation": (in_page("<p>lädt, am «fünften» Kai — zwölf</p>"), "in the text"),
    "other spaces": (in_page("<p>lädt\u00a0am\u202ffünften&nbsp;Kai&thinsp;zwölf</p>"), "in the text"),
    "soft hyphens": (in_page("<p>lädt am fünf\u00adten Kai zwö&shy;lf</p>"), "in the text"),
    "zero-width spaces": (in_page("<p>l\u200bä\u200bd\u200bt am fünften Kai zwölf</p>"), "in the text"),
    "full width": (
        in_page("<p>" + "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in SECRET) + "</p>"),
        "",
    ),
    "base64": ({"a.js": b'var a="' + base64.b64encode(SECRET.encode()) + b'"'}, "base64"),
    "base64url": (
        {"a.js": b'var a="' + base64.urlsafe_b64encode(f"\xff\xfe{SECRET}".encode()) + b'"'},
        "base64",
    ),
    "base64 after a path": ({"a.txt": b"/blob/" + base64.b64encode(SECRET.encode())}, "base64"),
    "base64 in lines": ({"a.eml": base64.encodebytes((SECRET * 3).encode())}, "base64"),
    "base64 in a page": (
        in_page(f'<img src="data:;base64,{base64.b64encode(SECRET.encode()).decode()}">'),
        "base64",
    ),
    "base64 twice": ({"a.txt": base64.b64encode(base64.b64encode(SECRET.encode()))}, "base64"),
    "unsealed ciphertext": (
        in_page(
            '<script type="application/jose+json" data-cq="s3">{"ciphertext":"'
            + base64.urlsafe_b64encode(bytes(44) + SECRET.encode() + bytes(300)).decode()
            + '"}</script>'
        ),
        "base64",
    ),
    "compressed ciphertext": (
        in_page(
            '<script type="application/jose+json" data-cq="s3">{"ciphertext":"'
            + base64.urlsafe_b64encode(bytes(44) + zlib.compress(SECRET.encode())).decode()
            + '"}</script>'
        ),
        "decompressed",
    ),
    "hexadecimal": ({"a.txt": SECRET.encode().hex().encode()}, "hexadecimal"),
    "gzip": ({"a.gz": gzip.compress(SECRET.encode())}, "decompressed"),
    "gzip with a broken end": ({"a.gz": gzip.compress((SECRET * 400).encode())[:-9]}, "decompressed"),
    "zlib": ({"a.bin": zlib.compress(SECRET.encode())}, "decompressed"),
    "zlib inside other bytes": (
        {"a.pdf": b"%PDF\x80stream\n" + zlib.compress(SECRET.encode()) + b"endstream"},
        "decompressed",
    ),
    "bzip2": ({"a.bz2": bz2.compress(SECRET.encode())}, "decompressed"),
    "xz": ({"a.xz": lzma.compress(SECRET.encode())}, ""),
    "zip": ({"a.zip": zipped("x.txt", SECRET)}, "inside a zip"),
    "zip member's name": ({"a.zip": zipped("ladt am funften kai zwolf.txt", "x")}, "member's name"),
    "zip in base64": ({"a.js": base64.b64encode(zipped("x.html", f"<p>{SECRET}"))}, "inside a zip"),
    "UTF-16": ({"a.txt": SECRET.encode("utf-16")}, "UTF-16"),
    "UTF-16 without a mark": ({"a.txt": SECRET.encode("utf-16-le")}, "UTF-16"),
    "UTF-16, big end first": ({"a.txt": b"\x80" + SECRET.encode("utf-16-be")}, "UTF-16"),
    "Latin-1": ({"a.txt": SECRET.encode("latin-1")}, ""),
    "among binary bytes": (
        {"a.png": b"\x89PNG\xff\xfe\x00\x00tEXt" + SECRET.encode() + b"\x00\xd8\xff"},
        "other bytes",
    ),
    "Markdown as written": ({"a.md": b"Kisten Kohlefaser, see [the *annex*](doc:plans/small#p4)."}, ""),
    "link text with its neighbours": (
        in_page("<p>zwölf Kisten Kohlefaser, see the annex</p>"),
        "in the text",
    ),
}


@pytest.mark.parametrize("case", PLANTED)
def test_sealed_words_are_found_however_they_are_disguised(case):
    files, how = PLANTED[case]
    found = leaks(Tree({**CLEAN, **files}), KNOWN)
    assert [(problem.place.file, problem.code) for problem in found] == [(f"output/{next(iter(files))}", "sealed-run")]
    assert how in found[0].what
    assert "section s3 of debriefings/lily (en), sealed for oeg, state:nz" in found[0].what
    assert "content/debriefings/lily/en.md:41" in found[0].next


def test_a_zip_inside_a_zip_is_opened():
    inner = zipped("x.txt", SECRET)
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w") as members:
        members.writestr("b.zip", inner)
    assert [problem.code for problem in leaks(Tree({"a.zip": outer.getvalue()}), KNOWN)] == ["sealed-run"]


def test_a_number_that_a_line_of_a_message_cuts_is_not_two():
    dated = replace(SEALED, markdown="From 2 to 6 days of September 2008.", html="From 2 to 6 days of September 2008.")
    head = b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    for cut, found in (
        (b"all 2=\r\n6 days of September 2008", []),
        (b"6 da=\r\nys of =\r\nSeptember 2008", ["sealed-run"]),
    ):
        tree = Tree({"m.eml": head + cut})
        assert [problem.code for problem in leaks(tree, Known(sealed=(dated,)))] == found


def test_a_clean_site_has_no_findings():
    assert leaks(Tree(CLEAN), KNOWN) == []


@pytest.mark.parametrize("case", PLANTED)
def test_no_message_quotes_what_it_protects(case):
    files, _ = PLANTED[case]
    if "name" in case:
        return
    for problem in leaks(Tree(files), KNOWN):
        said = re.findall(r"\w+", f"{problem} {problem!r}".casefold())
        assert not {"frachter", "lädt", "fünften", "zwölf", "kisten", "kohlefaser"} & set(said)
    assert "Frachter" not in repr(KNOWN)


@pytest.mark.parametrize(
    "text",
    ["Zarathustra", "Pier Nine", "PIER&nbsp;NINE", "14 250 kg", "p<b>ier</b> nine", "zarathustra-2008"],
)
def test_a_short_sealed_text_is_found_whole(text):
    assert [problem.code for problem in leaks(Tree(in_page(f"<p>{text}</p>")), KNOWN)] == ["sealed-span"]


@pytest.mark.parametrize("text", ["Pier", "Nine Pier", "14,250", "the annex", "Pier of Nine", "Zarathustras"])
def test_a_part_of_a_short_sealed_text_is_no_finding(text):
    assert leaks(Tree(in_page(f"<p>{text}</p>")), KNOWN) == []


def test_four_words_in_a_row_are_no_finding():
    assert leaks(Tree(in_page("<p>lädt am fünften Kai</p>")), KNOWN) == []


@pytest.mark.parametrize("files", [in_page("<title>Ocean Lily</title>"), {"en/ocean-lily/index.html": b"<p>x</p>"}])
def test_a_name_that_stands_only_in_sealed_text_is_found_alone(files):
    found = leaks(Tree(files), KNOWN)
    assert [problem.code for problem in found] == ["sealed-name"]
    assert "Lily" not in found[0].what
    public = PublicText("The frachter Ocean Lily sails.", "front", Place("content/news/one/en.md"))
    assert leaks(Tree(files), Known(sealed=(SEALED, SPAN), public=(public,))) == []


def test_words_that_also_stand_in_a_public_source_are_no_finding():
    said = PublicText(f"It is known: {SECRET.upper()}!", "data", Place("content/data/events.yaml"))
    spans = PublicText("Pier Nine; Zarathustra", "interface", Place("translations/en.po"))
    tree = Tree(in_page(f"<p>{SECRET}. Pier Nine. Zarathustra</p>"))
    assert leaks(tree, Known(sealed=(SEALED, SPAN), public=(said, spans))) == []


def test_one_file_with_many_leaked_words_is_reported_once_for_each_part():
    found = leaks(Tree(in_page(f"<p>{SECRET}</p><p>Zarathustra</p><!-- {SECRET} -->")), KNOWN)
    assert sorted(problem.code for problem in found) == ["sealed-run", "sealed-span"]


def test_an_archive_that_cannot_be_read_is_a_finding():
    locked = bytearray(zipped("x.txt", SECRET))
    locked[6] |= 1
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert [problem.code for problem in leaks(Tree({"a.zip": bytes(locked)}), KNOWN)] == ["not-read"]
    assert [problem.code for problem in leaks(Tree({"a.zip": b"PK\x03\x04" + bytes(40)}), KNOWN)] == ["not-read"]


def test_random_bytes_and_their_base64_are_no_finding():
    import random

    noise = random.Random(20081103).randbytes(400_000)
    tree = Tree({"a.bin": noise, "a.js": base64.urlsafe_b64encode(noise)})
    assert leaks(tree, KNOWN) == []


WORDS = SECRET.split()
disguises = st.sampled_from(
    [
        lambda text: text.replace(" ", " <b></b> "),
        lambda text: "".join(f"&#{ord(c)};" for c in text),
        lambda text: urllib.parse.quote(text),
        lambda text: json.dumps(text),
        lambda text: base64.b64encode(text.encode()).decode(),
        lambda text: f'<p title="{text.replace(chr(34), "&quot;")}">',
        lambda text: f"<!-- {text} -->",
        lambda text: f"x{text}".replace(" ", "_", 1)[1:],
    ]
)


@settings(max_examples=80, deadline=None)
@given(
    start=st.integers(0, len(WORDS) - 5),
    case=st.sampled_from([str.upper, str.lower, str.title]),
    layers=st.lists(disguises, min_size=1, max_size=2),
    around=st.text(max_size=20),
)
def test_any_five_words_are_found_under_two_disguises_at_once(start, case, layers, around):
    text = case(" ".join(WORDS[start : start + 5]))
    for disguise in layers:
        text = disguise(text)
    around = "".join(
        character for character in around if not character.isalnum() and character not in "\\<>&%{}\"'-+/_="
    )
    assert leaks(Tree({"a.html": f"<p> {text} </p>".encode()}), KNOWN)
    assert leaks(Tree({"a.txt": f"{around} {text} {around}".encode("utf-8", "replace")}), KNOWN)


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=400), path=st.sampled_from(["a.html", "a.css", "a.ics", "a.eml", "a.zip", "a"]))
def test_no_content_makes_the_scan_fail(content, path):
    tree = Tree({path: content, f"z{path}": b"PK\x03\x04" + content, f"g{path}": b"\x1f\x8b\x08" + content})
    assert {problem.code for problem in leaks(tree, KNOWN)} <= {"not-read"}


def test_a_file_that_is_the_same_on_every_site_is_not_searched_but_any_change_to_it_is():
    part = SealedText("news/one", "en", "s1", ("oeg",), Place("content/news/one/en.md", 3), "We met at Vela House.")
    lists = b'CQ1_DATA("words","vela house")\n'
    fixed = {"sealed/words.js": lists}
    assert leaks(Tree({"sealed/words.js": lists}), Known(sealed=(part,), fixed=fixed)) == []
    changed = Tree({"sealed/words.js": lists + b"vela house"})
    assert leaks(changed, Known(sealed=(part,), fixed=fixed))
    elsewhere = Tree({"sealed/other.js": lists})
    assert leaks(elsewhere, Known(sealed=(part,), fixed=fixed))
