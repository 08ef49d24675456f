"""Verbs speak the language of whoever runs them: what they print, ask, refuse and explain."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

import pytest
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from communique.languages.wording import VOCABULARY, Wording, faults
from communique_pelican.speaking import SpeakingConsole, said_by, spoken, wished, yes_words
from communique_pelican.terminal import Terminal
from communique_pelican.wording_catalogues import what_editors_are_told
from tests.site_building import REFUSED, SITES, copy_site, environment, make_mistake, run

PROJECT = Path(__file__).resolve().parents[1]
LANGUAGES = ("es", "fr")
#: What a letter quotes of other programs, and a command that is the whole hint.
OF_OTHERS = re.compile(
    r"chmod 600 keys/keystore\.json|.*\[(?:pelican-warned|plugin-failed|pelican-failed|bad-yaml)\]", re.DOTALL
)
#: Words that an English sentence can hardly do without, and that no Spanish or French one has.
ENGLISH = re.compile(r"(?<![\w.:/-])(?:the|this|is|of|for|it|not|with|write|there|stands|where|and)(?![\w.:/-])")
#: What is quoted is as the editor has it: file names, keys, words of the text.
QUOTED = re.compile(r"“[^”]*”|«[^»]*»|\"[^\"]*\"|`[^`]*`|\([^()]*\)|--[a-z-]+ [A-Z]+|\[[^\]]*\]")


def speaking(lang: str) -> Wording:
    return spoken({"COMMUNIQUE_LANG": lang})


@cache
def told() -> list[tuple[str, str]]:
    """Every line that the refused sites tell, with the mistake it is about."""
    return [
        (path.parent.name, line.strip())
        for path in sorted(REFUSED.glob("*/expected.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("exit status")
    ]


@pytest.mark.parametrize(
    ("environ", "lang"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "es_MX.UTF-8"}, "es"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "es_ES", "LC_MESSAGES": "fr_FR"}, "fr"),
        ({"LANG": "es_ES", "LC_MESSAGES": "fr_FR", "LC_ALL": "C"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "nl:fr_CH:es"}, "fr"),
        ({"LANG": "C", "LANGUAGE": "fr"}, "en"),
        ({"LANG": "ja_JP.UTF-8"}, "en"),
        ({"COMMUNIQUE_LANG": "es", "LC_ALL": "fr_FR.UTF-8"}, "es"),
        ({"COMMUNIQUE_LANG": "en", "LANG": "fr_FR.UTF-8"}, "en"),
        ({"COMMUNIQUE_LANG": "../../etc", "LANG": "fr_FR"}, "en"),
    ],
)
def test_the_language_is_the_one_the_environment_asks_for_as_far_as_there_is_a_catalogue(environ, lang) -> None:
    assert spoken(environ).lang == lang


def test_a_region_falls_back_to_its_language_before_the_next_wish() -> None:
    assert wished({"LANG": "x", "LANGUAGE": "pt_BR.UTF-8@x:es"}) == ["pt-br", "pt", "es"]


def test_a_damaged_catalogue_leaves_english_so_that_it_can_be_repaired(tmp_path: Path) -> None:
    path = tmp_path / "fr" / "LC_MESSAGES" / "editors.po"
    path.parent.mkdir(parents=True)
    path.write_text('msgid "open\nmsgstr', encoding="utf-8")

    assert spoken({"LANG": "fr_FR"}, tmp_path).lang == "en"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_letter_of_the_refused_sites_is_recognised_and_wholly_translated(lang: str) -> None:
    wording = speaking(lang)

    left: list[str] = []
    for mistake, line in told():
        if OF_OTHERS.fullmatch(line):
            continue
        said = wording.said(line)
        if said is None or not said.whole or ENGLISH.search(QUOTED.sub("", said.text)):
            left.append(f"{mistake}: {line} -> {said.text if said else None}")

    assert left == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_translated_letter_keeps_its_place_its_code_and_what_it_quotes(lang: str) -> None:
    wording = speaking(lang)

    for _, line in told():
        said = wording.translated(line)
        place = re.match(r"\S+?(?::\d+)+(?=: )", line)
        assert re.findall(r"\[[a-z-]+\]\Z", said) == re.findall(r"\[[a-z-]+\]\Z", line)
        if place and re.search(r"\[[a-z-]+\]\Z", line):
            assert said.startswith(place[0] + ":")
        assert sorted(re.findall(r"(?<!\w)invoke [a-z.]+", said)) == sorted(re.findall(r"(?<!\w)invoke [a-z.]+", line))


@cache
def wanted():
    return what_editors_are_told(PROJECT)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_sentence_that_the_sources_can_say_is_translated(lang: str) -> None:
    assert [str(one) for one in faults(PROJECT / "translations", lang, wanted())] == []


def test_the_sources_are_read_for_problems_prints_questions_tables_and_what_verbs_are_for() -> None:
    found = {message.id if isinstance(message.id, str) else message.id[0] for message in wanted()}

    assert {
        'there is no audience called "{audience}"',
        "{count} problem; {kept}",
        "nothing was published",
        "record the approval?",
        "who may approve",
        "catalogue",
        "Tell what is missing or unsafe on this machine, and the command that mends it.",
    } <= found
    assert not [one for one in found if one.startswith(("_(", "<span", "content/"))]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_yes_counts_in_the_editors_language_and_in_english(lang: str) -> None:
    asked: list[str] = []

    def answering(answer: str) -> Terminal:
        def ask(question: str) -> str:
            asked.append(question)
            return answer

        return Terminal(SpeakingConsole(speaking(lang), file=io.StringIO()), ask, yes_words(speaking(lang)))

    theirs = {"es": ("s", "sí", "si", "Sí"), "fr": ("o", "oui", "Oui")}[lang]
    assert all(answering(word).agrees("change the register?", yes=False) for word in (*theirs, "y", "yes"))
    assert not any(answering(word).agrees("change the register?", yes=False) for word in ("", "no", "non", "n"))
    assert speaking(lang).translated(asked[0]) != asked[0]


def shown_by(console: Console, *given: object) -> str:
    for one in given:
        console.print(one, highlight=False, soft_wrap=True)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def table() -> Table:
    made = Table("document", "en", box=None, pad_edge=False)
    made.add_row("notes/new", "missing")
    return made


def test_in_english_the_console_prints_what_any_console_would() -> None:
    given = ("1 problem", "[bold]unsafe  [/bold] x", escape("a.md: it is so [a-code]"), table(), "a \\")

    plain = shown_by(Console(file=io.StringIO(), width=80), *given)

    assert shown_by(SpeakingConsole(spoken({}), file=io.StringIO(), width=80), *given) == plain


def test_lines_tables_and_what_is_marked_are_said_in_the_language() -> None:
    console = SpeakingConsole(speaking("es"), file=io.StringIO(), width=200)
    letter = 'content/x.md:4:1: there is no audience called "oge" [unknown-audience]\n    did you mean "oeg"?'

    said = shown_by(console, escape(letter), table(), "[bold]unsafe  [/bold] nothing was published", "notes/x.md")

    assert "there is" not in said
    assert "[unknown-audience]" in said
    assert "did you" not in said
    assert "missing" not in said
    assert "notes/new" in said
    assert "nothing was" not in said
    assert said.endswith("notes/x.md\n")
    assert said_by(console, "catalogue") == speaking("es").translated("catalogue") != "catalogue"
    assert said_by(None, "catalogue") == "catalogue"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_word_of_a_passphrase_or_of_the_paper_backup_is_taken_for_one_of_ours(lang: str) -> None:
    wording = speaking(lang)
    ours = [one for one in sorted(VOCABULARY) if " " not in one and wording.translated(one) != one]

    assert ours
    for one in ours:
        for line in (f"   3.  {one}", f"  24.  {one}", f"  oeg-01   {one} {one} acid", f"{one} {one} {one}"):
            assert wording.translated(line) == line
        shown = wording.translated(f"         DEMO passphrase: {one}")
        assert shown.endswith(f" {one}")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_line_of_a_document_is_shown_as_it_stands(lang: str) -> None:
    text = (PROJECT / "content/meetings/paris-2008/en.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.count(" ") > 4]
    wording = speaking(lang)

    assert len(lines) > 20
    assert [line for line in lines if wording.translated(f"    en.md:18  … {line}") != f"    en.md:18  … {line}"] == []
    changed = [line for line in lines if wording.translated(line) != line]
    assert changed == []


def test_what_doctor_finds_is_said_with_its_state() -> None:
    line = "look at  the demonstration's keys are in use: everybody can open what they seal"
    said = speaking("fr").translated(line)

    assert not said.startswith("look at")
    assert "keys are" not in said
    assert "stale" not in speaking("fr").translated("78 current, 2 missing, 41 original, 2 stale")


def test_a_long_line_that_nobody_knows_is_given_up_soon() -> None:
    line = ", ".join(f"name-{number}: Nr {number}; x" for number in range(120))
    wording = speaking("es")
    wording.translated("nothing")
    begun = time.process_time()

    assert wording.translated(line) == line
    assert time.process_time() - begun < 2


def test_what_a_verb_is_for_is_told_in_the_editors_language() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "invoke", "--help", "doctor"],
        cwd=PROJECT,
        env=environment(PROJECT, {"LANG": "es_ES.UTF-8"}),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )

    told = speaking("es").translated("Tell what is missing or unsafe on this machine, and the command that mends it.")
    assert told.split()[0] in ran.stdout
    assert "Tell what" not in ran.stdout


@pytest.mark.site
def test_a_refused_build_writes_its_letter_in_the_editors_language(tmp_path: Path) -> None:
    site = copy_site(SITES / "minimal", tmp_path / "site")
    verb = make_mistake(site, REFUSED / "misspelt-audiences")

    ran = run(verb, site, env={"LC_ALL": "fr_FR.UTF-8"})

    expected = (REFUSED / "misspelt-audiences" / "expected.txt").read_text(encoding="utf-8")
    letters = expected.split("\n\n")[0]
    assert speaking("fr").translated(letters) in ran.said
    assert ran.status == 1
