"""`invoke new`: files that correspond to each other in every language, that are drafts, and that cannot slip out."""

from __future__ import annotations

import io
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from communique.documents.catalogue import assemble, read_catalogue
from communique.documents.fields import HINT, KIND_FIELDS, KINDS
from communique.documents.listing import read_data
from communique.documents.outlines import FOLDER, Wanted, new_files
from communique.documents.plan_checks import check_plans
from communique.documents.text_files import read_document_text
from communique.languages.parity import check_parity
from communique.languages.typography import french_space_faults
from communique.problems import Refused
from communique_pelican.new_document import new_document

PROJECT = Path(__file__).resolve().parents[2]
GIVEN = {
    "newsletter": {"volume": "1", "number": "1"},
    "meeting": {"event": "experts-2009"},
    "meeting-summary": {"meeting": "papers/meeting"},
    "exercise": {"event": "experts-2009"},
    "workshop": {"event": "experts-2009"},
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    shutil.copytree(PROJECT / "tests/kinds", tmp_path / "site")
    data = tmp_path / "site/content/data/site.yaml"
    # French besides: the outlines are written in three languages.
    text = data.read_text(encoding="utf-8").replace("languages: [en, es]", "languages: [en, es, fr]")
    data.write_text(text.replace(', es: "', ', fr: "X", es: "'), encoding="utf-8")
    for name in ("tiers", "states", "events"):
        path = data.with_name(f"{name}.yaml")
        path.write_text(path.read_text(encoding="utf-8").replace(', es: "', ', fr: "X", es: "'), encoding="utf-8")
    return tmp_path / "site"


def begin(site: Path, kind: str, document: str, *facts: str, original: str = "") -> str:
    shown = io.StringIO()
    console = Console(file=shown, width=200)
    assert new_document(site, kind=kind, document=document, original=original, facts=facts, console=console) == 0
    return shown.getvalue()


def refused(site: Path, kind: str, document: str, *facts: str) -> str:
    before = sorted((site / "content").rglob("*"))
    with pytest.raises(Refused) as error:
        begin(site, kind, document, *facts)
    assert sorted((site / "content").rglob("*")) == before
    return str(error.value)


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_document_is_a_draft_in_every_language_that_a_build_accepts(kind: str, site: Path) -> None:
    event = {"exercise": "harbour-2008", "workshop": "outreach-2008"}.get(kind)
    if event or kind == "meeting":
        # Two pages of one event would be refused; the good ones make room.
        shutil.rmtree(site / "content/papers" / kind)
        shutil.rmtree(site / "content/papers/statement")
        for other in ("meeting-summary", "debriefing", "non-paper") if kind == "meeting" else ():
            shutil.rmtree(site / "content/papers" / other)
    given = {**GIVEN.get(kind, {}), **({"event": event} if event else {})}
    begin(site, kind, "papers/new", *(f"{key}={value}" for key, value in given.items()))

    catalogue = read_catalogue(site / "content")
    document = catalogue.documents["papers/new"]

    assert check_parity(catalogue) == []
    assert (document.front.kind, document.front.draft, set(document.texts)) == (kind, True, {"en", "es", "fr"})
    assert all(HINT.search(text.raw) for text in document.texts.values())


@pytest.mark.parametrize("kind", KINDS)
def test_a_hint_that_is_left_in_what_is_no_draft_is_refused_at_its_place(kind: str, site: Path) -> None:
    site_data, policy, data_texts = read_data(site / "content")
    files = new_files(Wanted(kind, "papers/new", "en", GIVEN.get(kind, {})), site_data, policy)
    folder = site / "content/papers/new"
    folder.mkdir()
    texts = []
    for lang, text in files.items():
        (folder / f"{lang}.md").write_text(text.replace("draft: true\n", ""), encoding="utf-8")
        texts.append(
            ("papers/new", read_document_text(site / "content", folder / f"{lang}.md", lang, site_data, policy))
        )

    with pytest.raises(Refused) as error:
        assemble(site_data, policy, texts, data_texts)

    left = [str(problem.place) for problem in error.value.problems if problem.code == "hint-left"]
    wanted = []
    for lang in files:
        lines = (folder / f"{lang}.md").read_text(encoding="utf-8").splitlines()
        wanted += [
            f"content/papers/new/{lang}.md:{number}:{line.index('⟦') + 1}"
            for number, line in enumerate(lines, 1)
            if "⟦" in line
        ]
    assert sorted(left) == sorted(wanted)


def test_a_new_plan_has_a_blank_to_begin_with(site: Path) -> None:
    begin(site, "plan", "papers/new")

    document = read_catalogue(site / "content").documents["papers/new"]

    assert check_plans([document]) == []
    assert [[blank.name for blank in text.source.blanks] for text in document.texts.values()] == [["lead-office"]] * 3


def test_the_build_waits_for_names_numbers_and_dates_that_nobody_gave(site: Path) -> None:
    shutil.rmtree(site / "content/papers/newsletter")
    said = begin(site, "newsletter", "papers/new")

    assert "content/papers/new/en.md:10:9: volume" in said
    with pytest.raises(Refused) as error:
        read_catalogue(site / "content")
    assert [(str(one.place), one.code) for one in error.value.problems] == [
        ("content/papers/new/en.md:10:9", "hint-left"),
        ("content/papers/new/en.md:11:9", "hint-left"),
    ]


def test_a_new_issue_has_the_number_that_comes_next(site: Path) -> None:
    said = begin(site, "newsletter", "papers/new")

    assert "it is volume 1, number 3, since papers/newsletter is number 2" in said
    assert "the build waits for" not in said
    facts = read_catalogue(site / "content").documents["papers/new"].front.facts
    assert (facts["volume"], facts["number"]) == (1, 3)


def test_a_new_issue_has_the_number_that_is_given(site: Path) -> None:
    said = begin(site, "newsletter", "papers/new", "volume=2", "number=1")

    assert "it is volume" not in said
    facts = read_catalogue(site / "content").documents["papers/new"].front.facts
    assert (facts["volume"], facts["number"]) == (2, 1)


def test_an_issue_under_embargo_is_not_counted(site: Path) -> None:
    path = site / "content/papers/newsletter/en.md"
    path.write_text(path.read_text("utf-8").replace("\nvolume:", "\nembargo: 2999-01-01\nvolume:"), "utf-8")

    assert "it is volume" not in begin(site, "newsletter", "papers/new")


def test_nothing_that_lies_there_is_ever_changed(site: Path) -> None:
    before = (site / "content/papers/meeting/en.md").read_bytes()

    assert "[document-exists]" in refused(site, "meeting", "papers/meeting", "event=experts-2009")
    assert (site / "content/papers/meeting/en.md").read_bytes() == before


@pytest.mark.parametrize(
    ("kind", "document", "facts", "told"),
    [
        ("meating", "papers/new", (), 'did you mean "meeting"?'),
        ("notice", "paper/new", (), 'did you mean "papers"?'),
        ("notice", "papers/../../new", (), "[bad-name]"),
        ("notice", "new", (), "[bad-name]"),
        ("notice", "data/new", (), "[unknown-collection]"),
        ("notice", "papers/new", ("untill=2008-11-15",), 'did you mean "until"?'),
        ("notice", "papers/new", ("until=15 November",), "[bad-date]"),
        ("notice", "papers/new", ("until",), "[bad-fact]"),
        ("statement", "papers/new", ("by=The Chair",), "each language gives"),
        ("notice", "papers/new", ("audience=oeg",), "[unknown-key]"),
    ],
)
def test_what_is_not_understood_is_refused_and_nothing_is_written(
    kind: str, document: str, facts: tuple[str, ...], told: str, site: Path
) -> None:
    assert told in refused(site, kind, document, *facts)


def test_an_original_may_be_in_another_language(site: Path) -> None:
    begin(site, "notice", "papers/new", "until=2008-12-01", original="fr")

    document = read_catalogue(site / "content").documents["papers/new"]
    assert (document.original, document.front.facts["until"].isoformat()) == ("fr", "2008-12-01")  # type: ignore[union-attr]


def test_a_language_without_an_outline_gets_the_english_one_and_says_so(site: Path) -> None:
    data = site / "content/data"
    for path in data.glob("*.yaml"):
        text = path.read_text(encoding="utf-8").replace("[en, es, fr]", "[en, es, fr, de]")
        path.write_text(text.replace(', fr: "X"', ', de: "Y", fr: "X"'), encoding="utf-8")

    assert "headings and hints of de are those of en" in begin(site, "page", "papers/new")


def test_a_policy_without_narrower_readers_gets_no_sealed_section(site: Path) -> None:
    data, policy, _ = read_data(site / "content")
    alone = replace(policy, tiers={"public": policy.tiers["public"]})

    files = new_files(Wanted("debriefing", "papers/new", "en", {}), data, alone)

    assert all(":::" not in text for text in files.values())
    assert "```case" not in files["en"]


def test_outlines_are_well_written_in_every_language() -> None:
    for path in sorted(FOLDER.glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        assert text.count("⟦") == text.count("⟧")
        assert "'" not in text, f"{path.name}: a straight apostrophe"
        if path.stem == "fr":
            bodies = [line for line in text.splitlines() if "⟦" in line]
            assert [fault for line in bodies for fault in french_space_faults(line.partition("⟦")[2])] == []


def test_every_kind_asks_for_each_of_its_required_fields() -> None:
    for lang in ("en", "es", "fr"):
        text = (FOLDER / f"{lang}.yaml").read_text(encoding="utf-8")
        for fields in KIND_FIELDS.values():
            for field in fields:
                if field.required or field.type in ("text", "texts"):
                    assert f"\n  {field.name}: " in text, (lang, field.name)
