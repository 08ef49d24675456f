"""The page for translators as it is handed out, and the reply as it is read back."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import html.parser
import json
import re
from gettext import NullTranslations
from pathlib import Path
from typing import Any

import pytest

from communique.documents.listing import read_data
from communique.languages.handoff import Package, TermNote, Unit
from communique.languages.messages import load_messages
from communique.policy import Audience
from communique.problems import Refused
from communique.sealing.envelope import frame
from communique.sealing.keystore import Keystore
from communique.sealing.packages import reply_context
from communique.sealing.primitives import cj
from communique.sealing.register import MemberEntry
from communique.sealing.sealer import Sealer
from communique_pelican.keys import Keys, find_keys
from communique_pelican.side_by_side import is_reply, is_sealed_reply, package_name, read_back, side_by_side
from tests.vectors.make_replies import reply

PROJECT = Path(__file__).resolve().parents[1]
IDENT = "7f3a09c2d15be8460a91"
PUBLIC, OEG = Audience(("public",)), Audience(("oeg",))
HOSTILE = "</script><script>zkq()</script><img src=x onerror=zkq()> \u2028 <!--"
SITE, POLICY, _ = read_data(PROJECT / "content")


def unit(ident: str, source: str, **more: Any) -> Unit:
    told = {"document": "meetings/zkqfolder", "heading": "The meeting", "original": "en", "form": "paragraph"}
    return Unit(ident, source=source, **{**told, "audience": PUBLIC, **more})


UNITS = (
    unit("a1", "The meeting", form="title"),
    unit("a2", "A new text", form="summary", state="changed", old_source="An old text", target="Un texto"),
    unit("a3", HOSTILE, number="3", terms=(TermNote("text", "texto"),), previous="before", following="after"),
    unit("a4", "outcome", form="field", name="case outcome", number="3"),
    unit("b1", "zkqsealed [words](doc:about/portal) {{1}}", audience=OEG, number="4", form="list"),
)


def package(login: str = "", lang: str = "es") -> Package:
    units = UNITS if login else tuple(one for one in UNITS if one.is_public)
    return Package(IDENT, SITE.id, lang, units, login)


@pytest.fixture(scope="module")
def keys() -> Keys:
    found = find_keys(PROJECT, PROJECT, {})
    members = {login: MemberEntry(login, "es", "es", 9, 1, {"oeg": 1}) for login in ("nz-01", "t-ana", "t-mar")}
    return dataclasses.replace(found, register=dataclasses.replace(found.register, members=members))


@pytest.fixture(scope="module")
def messages() -> NullTranslations:
    return load_messages(PROJECT / "translations", "es", "en")


def made(package: Package, messages: NullTranslations, keys: Keys) -> str:
    sealer = Sealer(keys.keystore, keys.register)
    return side_by_side(package, SITE, POLICY, messages, PROJECT, sealer).decode("utf-8")


@pytest.fixture(scope="module")
def plain(messages, keys) -> str:
    return made(package(), messages, keys)


@pytest.fixture(scope="module")
def sealed(messages, keys) -> str:
    return made(package("t-mar"), messages, keys)


class Scripts(html.parser.HTMLParser):
    """Every script and style element as a browser would see it, with what stands in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None], str]] = []
        self.names: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        if tag in ("script", "style"):
            self.found.append((tag, dict(attrs), ""))

    def handle_data(self, data: str) -> None:
        if self.found and self.names[-1] in ("script", "style") and not self.found[-1][2]:
            tag, attrs, _ = self.found[-1]
            self.found[-1] = (tag, attrs, data)


def data_in(page: str, ident: str) -> Any:
    return json.loads(next(text for _, attrs, text in Scripts(page).found if attrs.get("id") == ident))


@pytest.mark.parametrize("which", ["plain", "sealed"])
def test_only_the_pages_own_scripts_and_style_may_run_and_it_may_load_and_send_nothing(which, request) -> None:
    page = request.getfixturevalue(which)
    csp = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert csp
    rules = dict(rule.strip().split(" ", 1) for rule in csp[1].replace("&#39;", "'").split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["trusted-types"] == "'none'"
    assert {"base-uri", "form-action", "require-trusted-types-for"} < set(rules)
    found = Scripts(page).found
    running = [text for tag, attrs, text in found if tag == "script" and "type" not in attrs]
    assert len(running) == (2 if which == "plain" else 4)
    for name, texts in (("script-src", running), ("style-src", [text for tag, _, text in found if tag == "style"])):
        digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts]
        assert rules[name].split() == [f"'sha256-{digest}'" for digest in digests]
    assert not re.search(
        r'\s(?:src|href|srcset|action|style|on\w+)="', re.sub(r"<script.*?</script>", "", page, flags=re.S)
    )


def test_the_plain_page_holds_its_texts_as_data_that_no_text_can_leave(plain) -> None:
    told = data_in(plain, "package")
    assert [one["source"] for one in told["units"]] == [one.source for one in UNITS[:4]]
    assert told["units"][1]["changed"] == [["-", "An old "], ["+", "A new "], [" ", "text"]]
    assert told["units"][2]["terms"] == [["text", "texto", ""]]
    assert told["marking"] == "TLP:CLEAR"
    assert "zkq()" not in "".join(text for _, attrs, text in Scripts(plain).found if "type" not in attrs)
    assert "img" not in Scripts(plain).names


def test_where_nobody_knows_the_old_words_the_page_says_so(messages, keys) -> None:
    unknown = dataclasses.replace(UNITS[1], old_source="")
    page = made(Package(IDENT, SITE.id, "es", (UNITS[1], unknown)), messages, keys)
    assert [one["state"] for one in data_in(page, "package")["units"]] == ["changed", "unseen"]
    assert 'data-msg-is-unseen="original modificado; no se conoce su texto anterior"' in page


def test_without_a_script_the_plain_page_shows_its_texts_and_says_what_to_do(plain, sealed) -> None:
    shown = "".join(re.findall(r"<noscript>(.*?)</noscript>", plain, re.S))
    assert "JavaScript" in shown
    assert "A new text" in shown
    assert "Un texto" in shown
    assert "&lt;script&gt;zkq" in shown
    told = "".join(re.findall(r"<noscript>(.*?)</noscript>", sealed, re.S))
    assert "JavaScript" in told
    assert "article" not in told


def test_a_sealed_page_tells_nothing_of_what_is_in_it_nor_whom_it_is_for(sealed) -> None:
    for word in ("zkq", "t-mar", "The meeting", "new text", "¶", "outcome", "TLP:AMBER", "Expertos"):
        assert word not in sealed


def test_the_same_package_gives_the_same_bytes(plain, sealed, messages, keys) -> None:
    assert made(package(), messages, keys) == plain
    assert made(package("t-mar"), messages, keys) == sealed


def test_sealed_text_is_never_put_into_a_page_for_nobody_in_particular(messages, keys) -> None:
    everything = dataclasses.replace(package("t-mar"), login="")
    with pytest.raises(ValueError, match="for one login"):
        made(everything, messages, keys)


def test_a_file_name_tells_neither_documents_nor_readers() -> None:
    assert package_name(package("t-mar")) == f"translate-es-{IDENT}.html"


def test_a_page_into_a_language_from_the_right_is_laid_out_from_the_right(keys) -> None:
    site = dataclasses.replace(SITE, names={**SITE.names, "ar": "بوابة"})
    labels = {**POLICY.tiers["public"].labels, "ar": "عام"}
    policy = dataclasses.replace(POLICY, tiers={"public": dataclasses.replace(POLICY.tiers["public"], labels=labels)})
    page = side_by_side(package(lang="ar"), site, policy, NullTranslations(), PROJECT, None).decode("utf-8")
    assert '<html lang="ar" dir="rtl"' in page
    assert data_in(page, "package")["units"][0]["dir"] == "ltr"


# What comes back.


def written(**more: Any) -> dict[str, Any]:
    told = {"format": "communique-reply", "version": 1, "package": IDENT, "lang": "es", "saved": 3, "note": "¿?"}
    return {
        **told,
        "units": {
            "a1": {"done": True, "text": "La reunión", "was": ["Una"]},
            "b1": {"done": False, "text": "", "was": []},
        },
        **more,
    }


def as_file(told: Any) -> bytes:
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def sealed_file(told: Any, keys: Keys, login: str = "t-mar", lang: str = "es", ident: str = IDENT) -> bytes:
    held = keys.keystore.package_keys(login, 1, ident, lang)
    body = frame({"ct": "application/json"}, as_file(told))
    place = reply_context(keys.register.site, ident, lang)
    return (cj(reply(place=place, framed=body, key=held.back, kid=held.kid)) + "\n").encode("ascii")


def no_keys() -> Keys:
    raise AssertionError("nobody is asked for a passphrase where nothing is sealed")


def codes(raw: bytes, keys: Any = no_keys) -> list[str]:
    with pytest.raises(Refused) as refused:
        read_back(raw, "reply.json", keys)
    assert "La reuni" not in str(refused.value)
    return [problem.code for problem in refused.value.problems]


def test_a_plain_reply_is_read_with_the_line_of_each_answer() -> None:
    found = read_back(as_file(written()), "reply.json", no_keys)
    assert found.login == ""
    assert (found.returned.saved, found.returned.reply.note) == (3, "¿?")
    told = found.returned.reply
    assert (told.package, told.language) == (IDENT, "es")
    assert [(one.id, one.text, one.done, one.line) for one in told.answers] == [
        ("a1", "La reunión", True, 9),
        ("b1", "", False, 16),
    ]
    assert read_back(b"\xef\xbb\xbf" + as_file(written()), "reply.json", no_keys).returned == found.returned


def test_a_sealed_reply_is_opened_and_says_whose_it_is(keys) -> None:
    raw = sealed_file(written(), keys)
    assert is_reply(raw)
    found = read_back(raw, "reply.json", lambda: keys)
    assert found.login == "t-mar"
    assert found.returned.reply.answers[0].text == "La reunión"


@pytest.mark.parametrize(
    "change",
    [
        {"format": "communique-plan"},
        {"version": 2},
        {"version": True},
        {"saved": 0},
        {"saved": 1.0},
        {"saved": True},
        {"saved": 2**31},
        {"note": "a\u202eb"},
        {"note": None},
        {"package": "../x"},
        {"package": 7},
        {"lang": None},
        {"units": []},
        {"units": {"a1": {"done": True, "text": "x"}}},
        {"units": {"a1": {"done": True, "text": "x", "was": "y"}}},
        {"units": {"a1": {"done": True, "text": "x", "was": [1]}}},
        {"units": {"a1": {"done": True, "text": "x", "was": ["y"] * 33}}},
        {"units": {"a1": {"done": 1, "text": "x", "was": []}}},
        {"units": {"a1": {"done": True, "text": "x", "html": "y", "was": []}}},
        {"units": {"a1": {"done": True, "text": "x\x00", "was": []}}},
        {"units": {"a1": {"done": True, "text": "x\ud800", "was": []}}},
        {"units": {"a1": {"done": True, "text": "x" * 65537, "was": []}}},
        {"units": {"A 1": {"done": True, "text": "x", "was": []}}},
        {"units": {"a1": "x"}},
        {"more": 1},
    ],
    ids=str,
)
def test_a_reply_that_is_not_as_the_page_writes_it_is_refused(change) -> None:
    raw = json.dumps(written(**change)).encode("ascii")
    assert codes(raw) == ["not-a-reply"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"null",
        b"\xff\xfe",
        as_file(written())[:-4],
        as_file(written()).replace(b'"saved": 3', b'"saved": 3, "saved": 4'),
        as_file(written()).replace(b'"saved": 3', b'"saved": NaN'),
        b"[" * 100_000,
        b'{"format": "communique-reply", "saved": ' + b"9" * 5000 + b"}",
    ],
    ids=range(9),
)
def test_what_is_no_reply_ends_with_one_letter_and_never_otherwise(raw) -> None:
    assert codes(raw) == ["not-a-reply"]


def test_another_translators_key_another_package_and_another_language_do_not_open(keys) -> None:
    for raw in (
        sealed_file(written(), keys, login="nz-01"),
        sealed_file(written(), dataclasses.replace(keys, keystore=Keystore(SITE.id, bytes(32)))),
        sealed_file(written(package="0" * 20), keys),
        sealed_file(written(lang="fr"), keys),
        sealed_file(written(), keys).replace(b'"tag":"', b'"tag":"A', 1),
    ):
        assert is_sealed_reply(raw)
        assert codes(raw, lambda: keys) == ["reply-does-not-open"]


def test_what_is_sealed_inside_is_read_as_strictly_as_what_is_not(keys) -> None:
    assert codes(sealed_file(written(more=1), keys), lambda: keys) == ["not-a-reply"]
    assert codes(sealed_file("text", keys), lambda: keys) == ["not-a-reply"]


def test_a_reply_is_told_from_other_files() -> None:
    assert is_reply(as_file(written()))
    for raw in (b"", b'msgid ""\n', b"<?xml?>", b"{}", b'{"protected": 7}', b'{"protected": "e30"}'):
        assert not is_reply(raw)
        assert not is_sealed_reply(raw)


def test_no_text_of_a_reply_is_printed_with_it(keys) -> None:
    shown = repr(read_back(sealed_file(written(), keys), "reply.json", lambda: keys))
    assert "La reuni" not in shown
    assert "¿" not in shown
    assert "t-mar" not in shown
