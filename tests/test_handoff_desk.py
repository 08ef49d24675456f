"""`invoke translate.export` and `translate.import` on a small site: what goes out, for whom, and what comes back."""

from __future__ import annotations

import dataclasses
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polib
import pytest
from rich.console import Console

from communique.problems import Refused
from communique.sealing.envelope import frame
from communique.sealing.packages import reply_context
from communique.sealing.primitives import cj
from communique.sealing.register import MemberEntry
from communique_pelican import handoff_desk
from communique_pelican.keys import Keys, find_keys
from communique_pelican.terminal import Terminal
from tests.site_building import PROJECT, SITES
from tests.vectors.make_replies import reply

BEFORE = "Los expertos leen un cambio qxthrushes."
NOTICE = "content/papers/moved-on"
#: What stands in sealed text of the site alone, each in another tier.
SEALED = "qx"


@pytest.fixture(scope="module")
def keys() -> Keys:
    found = find_keys(PROJECT, PROJECT, {})
    members = {
        "t-ana": MemberEntry("t-ana", "es", "es", 9, 1, {"partner": 1, "oeg": 1}),
        "t-ber": MemberEntry("t-ber", "es", "es", 9, 1, {"partner": 1}),
    }
    register = dataclasses.replace(found.register, members={**found.register.members, **members})
    return dataclasses.replace(found, register=register)


@pytest.fixture
def site(tmp_path: Path, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(SITES / "minimal/content", tmp_path / "content")
    original = tmp_path / NOTICE / "en.md"
    changed = original.read_text(encoding="utf-8").replace("qxthrushen change", "qxthrushen turn of things")
    original.write_text(changed, encoding="utf-8")
    monkeypatch.setattr(handoff_desk, "find_keys", lambda *_: keys)
    return tmp_path


def terminal() -> tuple[Terminal, io.StringIO]:
    out = io.StringIO()
    return Terminal(Console(file=out, width=200)), out


def exported(site: Path, **options: object) -> tuple[str, dict[str, Path]]:
    shutil.rmtree(site / ".communique", ignore_errors=True)
    told, out = terminal()
    asked: dict[str, Any] = {"to": "es", **options}
    assert handoff_desk.export(site, PROJECT, terminal=told, environ={}, **asked) == 0
    return out.getvalue(), {path.suffix: path for path in (site / ".communique/packages").glob("*")}


def imported(site: Path, file: Path) -> str:
    told, out = terminal()
    assert handoff_desk.take_back(site, PROJECT, file=str(file), terminal=told, environ={}) == 0
    return out.getvalue()


def refused(verb: Callable[..., object], site: Path, *given: object, **options: object) -> list[str]:
    before = files_of(site)
    with pytest.raises(Refused) as caught:
        verb(site, *given, **options)
    assert files_of(site) == before
    return [problem.code for problem in caught.value.problems]


def files_of(site: Path) -> dict[str, bytes]:
    return {str(path.relative_to(site)): path.read_bytes() for path in (site / "content").rglob("*") if path.is_file()}


def answered(path: Path, **texts: str) -> Path:
    """The PO file with these answers, by the first words of their sources (with _ for blanks), marked as finished."""
    catalogue = polib.pofile(str(path))
    for begins, text in texts.items():
        entry = next(one for one in catalogue if one.msgid.startswith(begins.replace("_", " ")))
        entry.msgstr, entry.flags = text, []
    back = path.with_name("back.po")
    catalogue.save(str(back))
    return back


def sealed_reply(keys: Keys, login: str, package: str, units: dict[str, str], *, inside: str = "es") -> bytes:
    held = keys.keystore.package_keys(login, 1, package, "es")
    told = {
        "format": "communique-reply", "version": 1, "package": package, "lang": inside, "saved": 1, "note": "",
        "units": {ident: {"done": True, "text": text, "was": [BEFORE]} for ident, text in units.items()},
    }  # fmt: skip
    body = frame({"ct": "application/json"}, json.dumps(told).encode())
    place = reply_context(keys.register.site, package, "es")
    return cj(reply(place=place, framed=body, key=held.back, kid=held.kid)).encode("ascii")


# -- out


def test_a_po_file_tells_at_its_head_in_its_own_language_what_is_to_be_done(site: Path) -> None:
    head = polib.pofile(str(exported(site)[1][".po"])).header
    assert "Escriba cada traducción en su msgstr" in head
    assert "[palabras](doc:about/rules)" in head
    assert "{{1}}" in head


def test_a_package_holds_what_has_changed_and_nothing_that_is_sealed(site: Path) -> None:
    told, files = exported(site, document="papers/moved-on")
    catalogue = polib.pofile(str(files[".po"]))

    assert [one.msgid for one in catalogue] == ["The second paragraph was written anew after it was translated."]
    assert catalogue[0].msgstr == "El segundo párrafo estaba así cuando se tradujo."
    assert "left out, since they are not public: 1;" in told
    assert all(SEALED.encode() not in path.read_bytes() for path in files.values())
    assert sorted(files) == [".html", ".po", ".xlf"]


def test_no_word_and_no_pin_of_sealed_text_is_in_any_plain_package(site: Path) -> None:
    _, files = exported(site, everything=True)
    pins = {
        word.strip('",')
        for path in (site / "content").rglob("*.pins")
        for line in path.read_text(encoding="utf-8").split("\n")
        if '"audience": "' in line and line.lstrip().startswith("-")
        for word in line.split()
        if len(word.strip('",')) >= 16
    }

    assert pins
    for path in files.values():
        text = path.read_text(encoding="utf-8")
        assert SEALED not in text.replace("{{", "")
        assert not [pin for pin in pins if pin in text]


def test_packages_lie_in_private_for_their_owner_alone(site: Path) -> None:
    _, files = exported(site)

    assert {path.stat().st_mode & 0o777 for path in files.values()} == {0o600}
    assert (site / ".communique/packages").stat().st_mode & 0o777 == 0o700
    assert refused(exported, site, output=str(site / "output/packages")) == ["secret-in-public"]


def test_the_same_package_made_twice_is_the_same(site: Path) -> None:
    first = {suffix: path.read_bytes() for suffix, path in exported(site)[1].items()}

    assert {suffix: path.read_bytes() for suffix, path in exported(site)[1].items()} == first


def test_a_translator_with_a_login_gets_one_sealed_page_and_nothing_else(site: Path) -> None:
    told, files = exported(site, document="papers/moved-on", login="t-ana")

    assert list(files) == [".html"]
    assert "texts to translate: 2 (new: 0, changed: 2), in documents: 1" in told
    assert "second paragraph" not in files[".html"].read_text(encoding="utf-8")
    assert "qxthrush" not in files[".html"].read_text(encoding="utf-8")


def test_who_is_not_cleared_is_offered_less(site: Path) -> None:
    told, _ = exported(site, document="papers/moved-on", login="t-ber")

    assert "texts to translate: 1 " in told
    assert "left out, since this translator may not read them: 1" in told


def test_a_package_may_be_narrowed_but_not_widened(site: Path) -> None:
    told, _ = exported(site, document="papers/moved-on", login="t-ana", audience="partner")

    assert "texts to translate: 1 " in told
    assert refused(exported, site, login="t-ber", audience="oeg") == ["not-cleared"]
    assert refused(exported, site, audience="oeg") == ["not-cleared"]


def test_what_does_not_exist_is_refused_with_the_nearest_name(site: Path) -> None:
    assert refused(exported, site, to="ex") == ["unknown-language"]
    assert refused(exported, site, document="papers/moved-one") == ["unknown-document"]
    assert refused(exported, site, document="papers/begun-in-spanish") == ["no-translation"]
    assert refused(exported, site, login="nz-01") == ["no-translator"]
    assert refused(exported, site, audience="patner") == ["unknown-audience"]


# -- back


def test_what_comes_back_unchanged_changes_nothing(site: Path) -> None:
    _, files = exported(site, everything=True)
    before = files_of(site)

    for suffix in (".po", ".xlf"):
        assert "nothing in this file is new" in imported(site, files[suffix])
    assert files_of(site) == before


def test_an_answer_goes_in_and_the_next_package_no_longer_asks_for_it(site: Path) -> None:
    _, files = exported(site, document="papers/moved-on")
    told = imported(site, answered(files[".po"], The_second="El segundo párrafo es nuevo."))
    after, _ = exported(site, document="papers/moved-on")

    assert f"{NOTICE}/es.md: taken over into papers/moved-on: ¶ 2" in told
    before = (SITES / "minimal" / NOTICE / "es.md").read_text(encoding="utf-8")
    now = (site / NOTICE / "es.md").read_text(encoding="utf-8")
    assert now == before.replace("estaba así cuando se tradujo", "es nuevo")
    assert after.startswith("nothing waits to be translated into es\nleft out, since they are not public: 1;")


def test_a_translation_is_begun_with_what_is_there(site: Path) -> None:
    _, files = exported(site, to="es", document="notes/english-only")
    catalogue = polib.pofile(str(files[".po"]))
    title, summary, *rest = [one.msgid for one in catalogue]
    told = imported(
        site, answered(files[".po"], **{title[:9].replace(" ", "_"): "Solo en inglés", summary: "Resumen."})
    )

    assert "es.md: taken over into notes/english-only: summary, title" in told
    assert (site / "content/notes/english-only/es.pins").is_file()
    assert rest
    assert f"texts to translate: {len(rest)} " in exported(site, document="notes/english-only")[0]


def test_a_sealed_answer_goes_in_where_its_sender_may_read(site: Path, keys: Keys) -> None:
    package, ident = offered_to(site, keys, "t-ana", "Experts read")
    back = site / "reply.json"
    back.write_bytes(sealed_reply(keys, "t-ana", package, {ident: "Los expertos leen otro cambio."}))

    assert "papers/moved-on: ¶ 3" in imported(site, back)
    assert "::: oeg\nLos expertos leen otro cambio.\n:::" in (site / NOTICE / "es.md").read_text(encoding="utf-8")


def test_an_answer_to_sealed_text_is_taken_from_nobody_who_may_not_read_it(site: Path, keys: Keys) -> None:
    package, ident = offered_to(site, keys, "t-ana", "Experts read")
    back = site / "reply.json"
    back.write_bytes(sealed_reply(keys, "t-ber", package, {ident: "Otra cosa."}))
    assert refused(imported, site, back) == ["not-a-package"]

    told = {"format": "communique-reply", "version": 1, "package": package, "lang": "es", "saved": 1, "note": ""}
    back.write_text(
        json.dumps({**told, "units": {ident: {"done": True, "text": "Otra cosa.", "was": []}}}), encoding="utf-8"
    )
    assert refused(imported, site, back) == ["not-a-package"]


def offered_to(site: Path, keys: Keys, login: str, begins: str) -> tuple[str, str]:
    """The package of a login, and the id of the text that begins so."""
    _, files = exported(site, document="papers/moved-on", login=login)
    texts = handoff_desk._read(site, PROJECT, {})
    homes = handoff_desk._homes(texts, "es", login)
    ident = next(ident for ident, home in homes.items() if home.unit.source.startswith(begins))
    return files[".html"].stem.rsplit("-", 1)[1], ident


def test_answers_of_which_one_is_wrong_change_nothing(site: Path) -> None:
    _, files = exported(site, everything=True)
    back = answered(
        files[".po"], The_second="El segundo párrafo.", The_first_paragraph_stands="El primero [en secreto]{oeg}."
    )

    assert set(refused(imported, site, back)) == {"answer-sign"}


def test_answers_to_an_original_that_has_changed_since_are_left_and_told(site: Path) -> None:
    _, files = exported(site, document="papers/moved-on", everything=True)
    back = answered(files[".po"], The_second="El segundo.", The_last="El último está igual.")
    path = site / NOTICE / "en.md"
    path.write_text(path.read_text(encoding="utf-8").replace("written anew", "written again"), encoding="utf-8")
    told = imported(site, back)

    assert "not taken over: the original has changed since" in told
    assert "papers/moved-on: ¶ 4" in told
    assert "El segundo." not in (site / NOTICE / "es.md").read_text(encoding="utf-8")


def test_an_older_answer_never_undoes_what_an_editor_has_corrected_meanwhile(site: Path) -> None:
    _, files = exported(site, everything=True)
    path = site / NOTICE / "es.md"
    corrected = path.read_text(encoding="utf-8").replace("El último párrafo", "El párrafo último")
    path.write_text(corrected, encoding="utf-8")

    assert "nothing in this file is new" in imported(site, files[".po"])
    assert "nothing in this file is new" in imported(site, files[".xlf"])
    assert path.read_text(encoding="utf-8") == corrected
    told = imported(site, answered(files[".po"], The_last="El último, de otra manera."))
    assert "papers/moved-on, paragraph, ¶ 4: not taken over: its translation was changed here" in told
    assert path.read_text(encoding="utf-8") == corrected


@pytest.mark.parametrize("content", [b"", b"some text", b"<html/>", b"{}", b"\xff\xfe", b"%PDF-1.4"])
def test_other_files_are_refused(site: Path, content: bytes) -> None:
    file = site / "x.po"
    file.write_bytes(content)

    assert len(refused(imported, site, file)) == 1


def test_a_file_in_another_language_or_that_is_not_there_is_refused(site: Path) -> None:
    _, files = exported(site)
    file = files[".po"]
    file.write_text(file.read_text(encoding="utf-8").replace("Language: es", "Language: pt"), encoding="utf-8")

    assert refused(imported, site, file) == ["unknown-language"]
    assert refused(imported, site, site / "nothing.po") == ["missing-file"]
