"""What editors ask and record between builds, tried on a copy of the shipped content."""

from __future__ import annotations

import datetime
import io
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from communique.problems import Refused
from communique_pelican import desk, translation_desk
from communique_pelican.speaking import SpeakingConsole, spoken

PROJECT = Path(__file__).resolve().parents[1]
DOCUMENT = "meetings/paris-2008"
PASSPHRASE_OF_A_MEMBER = "sort angry surprise"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    shutil.copytree(PROJECT / "content", tmp_path / "content")
    for path in (tmp_path / "content" / DOCUMENT).glob("*.pins"):
        path.unlink()
    return tmp_path


def said(verb: Callable[..., int], site: Path, **options: object) -> str:
    console = Console(file=io.StringIO(), width=200)
    assert verb(site, PROJECT, console=console, environ={}, **options) == 0
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def edit(site: Path, lang: str, old: str, new: str) -> None:
    path = site / "content" / DOCUMENT / f"{lang}.md"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_pinned_translation_is_current_until_its_original_changes(site: Path) -> None:
    assert "es.pins: es is current" in said(translation_desk.pin, site, document=DOCUMENT, language="es")
    body = (site / "content" / DOCUMENT / "en.md").read_text(encoding="utf-8").split("\n\n")
    paragraph = next(block for block in body[1:] if block[0].isalpha())
    edit(site, "en", paragraph, "Since then, " + paragraph)

    line = next(line for line in said(desk.status, site).splitlines() if line.startswith(f"{DOCUMENT} "))

    assert "stale (¶" in line


@pytest.mark.parametrize("lost", ["emptied", "of other keys", "deleted"])
def test_pins_that_were_lost_are_written_again_only_by_who_has_read_everything(site: Path, lost: str) -> None:
    said(translation_desk.pin, site, document=DOCUMENT, language="es")
    pins = site / "content" / DOCUMENT / "es.pins"
    if lost == "emptied":
        pins.write_text("", encoding="utf-8")
    elif lost == "of other keys":
        other = re.sub(r"^key: .*$", 'key: "00000000"', pins.read_text(encoding="utf-8"), flags=re.MULTILINE)
        pins.write_text(other, encoding="utf-8")
    else:
        for words in (["init", "-q"], ["add", "content"], ["commit", "-qm", "content"]):
            who = ["-c", "user.name=editor", "-c", "user.email=editor@psi-portal.example"]
            subprocess.run(["git", *who, *words], cwd=site, check=True)
        pins.unlink()

    with pytest.raises(Refused, match="pins-lost"):
        said(translation_desk.pin, site, document=DOCUMENT, language="es")
    with pytest.raises(Refused, match="pins-lost"):
        said(translation_desk.pin, site, document=DOCUMENT, language="es", read=["1"])
    assert "es is current" in said(translation_desk.pin, site, document=DOCUMENT, language="es", read=["all"])


def test_a_change_is_shown_declared_cosmetic_and_not_stale_any_more(site: Path) -> None:
    said(translation_desk.pin, site, document=DOCUMENT, language="es")
    body = (site / "content" / DOCUMENT / "en.md").read_text(encoding="utf-8").split("\n\n")
    paragraph = next(block for block in body[1:] if block[0].isalpha())
    edit(site, "en", paragraph, "Since then, from 9 a.m. to 6 p.m., " + paragraph)

    shown = said(translation_desk.diff, site, document=DOCUMENT, language="es")
    assert "¶ 1: paragraph: changed" in shown
    assert "+ Since then, " in shown
    heard = io.StringIO()
    spanish = SpeakingConsole(spoken({"COMMUNIQUE_LANG": "es"}), file=heard, width=200)
    translation_desk.diff(site, PROJECT, document=DOCUMENT, language="es", console=spanish, environ={})
    assert "¶ 1: párrafo: cambiado" in heard.getvalue()
    assert f"+ Since then, from 9 a.m. to 6 p.m., {paragraph[:40]}" in heard.getvalue()
    with pytest.raises(Refused, match="not-changed"):
        said(translation_desk.acknowledge, site, document=DOCUMENT, language="es", paragraphs=["2"])
    told = said(translation_desk.acknowledge, site, document=DOCUMENT, language="es", paragraphs=["1"])
    assert "cosmetic changes acknowledged: ¶ 1" in told


def test_contacts_that_nobody_has_confirmed_for_long_are_told_to_editors(site: Path) -> None:
    text = said(desk.status, site)

    assert "national-gr: last confirmed on 2008-05-19 by Portal editors" in text
    assert "verification-survey: never confirmed" in text
    assert "national-nz" not in text


def test_the_state_of_every_document_is_listed_and_counted(site: Path) -> None:
    text = said(desk.status, site)

    documents = [path.parent.relative_to(site / "content").as_posix() for path in site.glob("content/*/*/en.md")]
    assert documents
    assert all(document in text for document in documents)
    # A paper with a tearline holds a second document.
    released = sum(path.read_text("utf-8").count("```tearline") for path in site.glob("content/*/*/en.md"))
    assert f"{len(documents) + released} original" in text


def test_a_misspelt_document_or_language_is_refused_and_the_nearest_name_is_offered(site: Path) -> None:
    with pytest.raises(Refused, match='did you mean "meetings/paris-2008"'):
        said(translation_desk.pin, site, document="meetings/pariss-2008", language="es")
    with pytest.raises(Refused, match="no-translation"):
        said(translation_desk.pin, site, document=DOCUMENT, language="en")


def test_a_translation_that_lacks_a_section_cannot_be_pinned(site: Path) -> None:
    edit(site, "es", "\n## ", "\nUn párrafo de más.\n\n## ")

    with pytest.raises(Refused):
        said(translation_desk.pin, site, document=DOCUMENT, language="es")
    assert not (site / "content" / DOCUMENT / "es.pins").exists()


def test_the_demonstration_s_members_are_listed_with_their_passphrases(site: Path) -> None:
    text = said(desk.list_members, site)

    assert "nz-01    reads: group:plan, oeg, state:nz\n" in text
    assert PASSPHRASE_OF_A_MEMBER in text


def test_what_waits_for_a_confirmation_is_recorded_once_with_name_day_and_reason(site: Path) -> None:
    recorded = site / "content" / "data" / "confirmed.yaml"
    recorded.unlink(missing_ok=True)
    answers = {
        "by": "A. Editor",
        "reason": "public since 2008",
        "on": datetime.date(2008, 11, 3),
        "document": "",
    }

    said(desk.confirm, site, **answers)
    text = recorded.read_text(encoding="utf-8") if recorded.exists() else ""

    assert text.count("- term:") == text.count('by: "A. Editor"') == text.count("on: 2008-11-03")
    assert "nothing waits for a confirmation" in said(desk.confirm, site, **answers)


def test_a_confirmation_without_a_name_or_reason_is_refused(site: Path) -> None:
    with pytest.raises(Refused, match="a confirmation needs a name and a reason"):
        said(desk.confirm, site, by=" ", reason="x", on=datetime.date(2008, 11, 3), document="")
