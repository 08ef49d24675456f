"""A good document of every kind, and ten mistakes in each: every one is refused at its own line and column.

The documents lie in `tests/kinds/content`; a mistake replaces one piece of one language file.
"""

from __future__ import annotations

import functools
from collections import Counter
from pathlib import Path

import pytest

from communique.documents.catalogue import assemble, read_catalogue
from communique.documents.document import Text
from communique.documents.fields import BLOCK_FIELDS, COMMON_FIELDS, KIND_FIELDS, KINDS
from communique.documents.listing import read_data
from communique.documents.text_files import read_document_text
from communique.languages.parity import check_parity
from communique.problems import Problem, Refused

CONTENT = Path(__file__).resolve().parents[1] / "kinds" / "content"
#: Kind, language, what stands in the good file, what stands in its place, and line, column and code of the refusal.
MISTAKES = [
    ("newsletter", "en", "kind: newsletter", "kind: newsleter", "2:7 unknown-value"),
    ("newsletter", "en", "volume: 1\n", "", "2:1 missing-key"),
    ("newsletter", "en", "number: 2\n", "", "2:1 missing-key"),
    ("newsletter", "en", "volume: 1", "volume: first", "9:9 not-a-number"),
    ("newsletter", "en", "number: 2", "number: 2a", "10:9 not-a-number"),
    ("newsletter", "en", "number: 2", "number: 2\nnumber: 3", "11:1 duplicate-key"),
    ("newsletter", "en", "editor: nz", "editor: nzl", "11:9 unknown-value"),
    ("newsletter", "en", "editor: nz", "editors: nz", "11:1 unknown-key"),
    ("newsletter", "en", "editor: nz", "editor: [nz]", "11:9 not-text"),
    ("newsletter", "es", "summary: Una", "volume: 1\nsummary: Una", "4:1 inherited-key"),
    ("meeting", "en", "event: experts-2008", "event: expert-2008", "9:1 unknown-event"),
    ("meeting", "en", "event: experts-2008\n", "", "2:1 missing-key"),
    ("meeting", "en", "event: experts-2008", "event: Experts 2008", "9:8 bad-event"),
    ("meeting", "en", "event: experts-2008", "event: harbour-2008", "9:1 event-kind"),
    ("meeting", "en", "delegations: [fr, nz, us]", "delegations: [fr, nz, uk]", "11:23 unknown-value"),
    ("meeting", "en", "delegations: [fr, nz, us]", "delegations: [fr, nz, fr]", "11:23 named-twice"),
    ("meeting", "en", "delegations: [fr, nz, us]", "delegations: fr, nz, us", "11:14 not-a-list"),
    ("meeting", "en", "invited: [An institute, A bank]", "invited: []", "12:10 empty-list"),
    ("meeting", "en", "next: experts-2009", "following: experts-2009", "13:1 unknown-key"),
    ("meeting", "es", "chair: Director de un instituto\n", "", "2:1 twin-front-matter"),
    ("meeting-summary", "en", "kind: meeting-summary", "kind: meeting_summary", "2:7 unknown-value"),
    ("meeting-summary", "en", "meeting: papers/meeting\n", "", "2:1 missing-key"),
    ("meeting-summary", "en", "meeting: papers/meeting", "meeting: papers/meting", "9:1 unknown-document"),
    ("meeting-summary", "en", "meeting: papers/meeting", "meeting: The meeting", "9:10 bad-document"),
    ("meeting-summary", "en", "meeting: papers/meeting", "meeting: papers/page", "9:1 document-of-another-kind"),
    ("meeting-summary", "en", "meeting: papers/meeting", "meeting: [papers/meeting]", "9:10 not-text"),
    ("meeting-summary", "en", "meeting: papers/meeting", "meetings: papers/meeting", "9:1 unknown-key"),
    ("meeting-summary", "en", "date: 2008-10-01", "date: 2008-10-32", "4:7 bad-date"),
    ("meeting-summary", "en", "numbering: paragraphs", "numbering: true", "8:12 unknown-value"),
    ("meeting-summary", "es", "summary: Una", "meeting: papers/meeting\nsummary: Una", "4:1 inherited-key"),
    ("statement", "en", "by: The Chair", "by: '{The Chair}'", "10:5 plain-text"),
    ("statement", "en", "by: The Chair", "by:", "10:4 not-text"),
    ("statement", "en", "by: The Chair", "bye: The Chair", "10:1 unknown-key"),
    ("statement", "en", "by: The Chair", "volume: 1", "10:1 unknown-key"),
    ("statement", "en", "meeting: papers/meeting", "meeting: papers/", "9:10 bad-document"),
    ("statement", "en", "meeting: papers/meeting", "meeting: papers/statement", "9:1 document-of-another-kind"),
    ("statement", "en", "symbol: KINDS/4", "symbol: kinds 4", "3:9 bad-symbol"),
    ("statement", "en", "audience: public", "audience: publik", "5:11 unknown-audience"),
    ("statement", "es", "by: La Presidencia\n", "", "2:1 twin-front-matter"),
    ("statement", "es", "by: La", "by: 'La <b>'\nx: La", "6:1 unknown-key"),
    ("debriefing", "en", "states: [fr, us]", "states: [fr, usa]", "10:14 unknown-value"),
    ("debriefing", "en", "states: [fr, us]", "states: fr", "10:9 not-a-list"),
    ("debriefing", "en", "states: [fr, us]", "states: [us, us]", "10:14 named-twice"),
    ("debriefing", "en", "states: [fr, us]", "states: []", "10:9 empty-list"),
    ("debriefing", "en", "states: [fr, us]", "state: [fr, us]", "10:1 unknown-key"),
    ("debriefing", "en", "year: 2008", "year: two thousand", "11:7 not-a-number"),
    ("debriefing", "en", "year: 2008", "year: 2008-10-01", "11:7 not-a-number"),
    ("debriefing", "en", "year: 2008", "chair: The Chair", "11:1 unknown-key"),
    ("debriefing", "en", "summary: One sentence on it.\n", "", "1:1 missing-key"),
    ("debriefing", "es", "summary: Una", "states: [fr, us]\nsummary: Una", "4:1 inherited-key"),
    ("exercise", "en", "event: harbour-2008\n", "", "2:1 missing-key"),
    ("exercise", "en", "event: harbour-2008", "event: harbor-2008", "9:1 unknown-event"),
    ("exercise", "en", "event: harbour-2008", "event: experts-2009", "9:1 event-kind"),
    ("exercise", "en", "event: harbour-2008", "event: [harbour-2008]", "9:8 not-text"),
    ("exercise", "en", "event: harbour-2008", "events: harbour-2008\nevent: harbour-2008", "9:1 unknown-key"),
    ("exercise", "en", "lead: Customs", "lead: 'Customs ::: oeg'", "10:7 plain-text"),
    ("exercise", "en", "lead: Customs", "host: nz", "10:1 unknown-key"),
    ("exercise", "en", "lead: Customs", "lead: &customs Customs", "10:7 yaml-feature"),
    ("exercise", "es", "lead: Aduanas\n", "", "2:1 twin-front-matter"),
    ("exercise", "es", "lead: Aduanas", "lead: Aduanas\nchair: Aduanas", "6:1 unknown-key"),
    ("workshop", "en", "event: outreach-2008\n", "", "2:1 missing-key"),
    ("workshop", "en", "event: outreach-2008", "event: experts-2008", "9:1 event-kind"),
    ("workshop", "en", "event: outreach-2008", "event: 2008/outreach", "9:8 bad-event"),
    ("workshop", "en", "chair: Head of a desk", "chair: [Head of a desk]", "10:8 not-text"),
    ("workshop", "en", "chair: Head of a desk", "chairs: Head of a desk", "10:1 unknown-key"),
    ("workshop", "en", "delegations: [fr, us]", "delegations: [fr, mars]", "11:19 unknown-value"),
    ("workshop", "en", "delegations: [fr, us]", "delegation: [fr, us]", "11:1 unknown-key"),
    ("workshop", "en", "delegations: [fr, us]", "invited: [A bank]", "11:1 unknown-key"),
    ("workshop", "es", "chair: Jefatura de una oficina", "chair: Jefatura\nlead: Jefatura", "6:1 unknown-key"),
    ("workshop", "es", "chair: Jefatura de una oficina", "delegations: [fr, us]", "5:1 inherited-key"),
    ("plan", "en", "kind: plan", "kind: plans", "2:7 unknown-value"),
    ("plan", "en", "kind: plan", "kind: [plan]", "2:7 not-text"),
    ("plan", "en", "date: 2008-10-01\n", "", "1:1 missing-key"),
    ("plan", "en", "date: 2008-10-01", "date: October 2008", "4:7 bad-date"),
    ("plan", "en", "original: en", "original: eng", "6:11 unknown-value"),
    ("plan", "en", "summary: One sentence on it.", "summary: One [sentence]{oeg} on it.", "7:10 summary-markup"),
    ("plan", "en", "numbering: paragraphs", "numbering: paragraphs\ndraft: yes", "9:8 not-true-or-false"),
    ("plan", "en", "numbering: paragraphs", "numbering: paragraphs\nexpires: 2008-13-01", "9:10 bad-date"),
    ("plan", "en", "numbering: paragraphs", "numbering: paragraphs\nmeeting: papers/meeting", "9:1 unknown-key"),
    ("plan", "es", "original: en", "original: en\nkind: plan", "4:1 inherited-key"),
    ("guidance", "en", "reviewed: 2008-10-01", "reviewed: 2008-02-30", "9:11 bad-date"),
    ("guidance", "en", "reviewed: 2008-10-01", "reviewed: yesterday", "9:11 bad-date"),
    ("guidance", "en", "reviewed: 2008-10-01", "reviewed: [2008-10-01]", "9:11 bad-date"),
    ("guidance", "en", "reviewed: 2008-10-01", "review: 2008-10-01", "9:9 not-a-mapping"),
    ("guidance", "en", "reviewed: 2008-10-01", "reviewd: 2008-10-01", "9:1 unknown-key"),
    ("guidance", "en", "reviewed: 2008-10-01", "reviewed: 2008-10-01\nparts: 2", "10:1 bad-part"),
    ("guidance", "en", "reviewed: 2008-10-01", "reviewed: 2008-10-01\nembargo: 2008-10-01T12:00", "10:10 no-time-zone"),
    ("guidance", "en", "audience: public\n", "", "1:1 missing-audience"),
    ("guidance", "es", "audience: public", "audience: oeg", "2:1 twin-audience"),
    ("guidance", "es", "original: en", "original: en\nreviewed: 2008-10-01", "4:1 inherited-key"),
    ("notice", "en", "until: 2008-11-15", "until: 15 November 2008", "9:8 bad-date"),
    ("notice", "en", "until: 2008-11-15", "until: 2008-11-31", "9:8 bad-date"),
    ("notice", "en", "until: 2008-11-15", "untill: 2008-11-15", "9:1 unknown-key"),
    ("notice", "en", "until: 2008-11-15", "until: 2008-11-15\nuntil: 2008-11-16", "10:1 duplicate-key"),
    ("notice", "en", "until: 2008-11-15", "until: 2008-11-15\n  more: 1", "10:7 bad-yaml"),
    ("notice", "en", "until: 2008-11-15", "until: 2008-11-15\ntitle: Notice", "10:1 unknown-key"),
    ("notice", "en", "symbol: KINDS/10", "symbol: KINDS/9", "3:1 symbol-twice"),
    ("notice", "en", "summary: One sentence on it.", "sumary: One sentence on it.", "7:1 unknown-key"),
    ("notice", "es", "original: en", "original: en\ntranslater: A desk", "4:1 unknown-key"),
    ("notice", "es", "original: en", "original: en\nuntil: 2008-11-15", "4:1 inherited-key"),
    ("non-paper", "en", "kind: non-paper", "kind: nonpaper", "2:7 unknown-value"),
    ("non-paper", "en", "meeting: papers/meeting", "meeting: papers/metting", "9:1 unknown-document"),
    ("non-paper", "en", "handed-to: Every", "handed_to: Every", "10:1 unknown-key"),
    ("non-paper", "en", "handed-to: Every endorsing state", "handed-to: [fr, us]", "10:12 not-text"),
    ("non-paper", "en", "handed-to: Every endorsing state", "handed-to: '[words]{oeg}'", "10:12 plain-text"),
    ("non-paper", "es", "handed-to: Todos los Estados que se adhieren\n", "", "2:1 twin-front-matter"),
    ("non-paper", "en", "handed-to: Every endorsing state", "year: 2008", "10:1 unknown-key"),
    ("non-paper", "en", "date: 2008-10-01", "date: 01.10.2008", "4:7 bad-date"),
    ("non-paper", "es", "handed-to: Todos", "handed-too: Todos", "5:1 unknown-key"),
    ("non-paper", "es", "handed-to: Todos los Estados que se adhieren", "handed-to:", "5:11 not-text"),
    ("page", "en", "kind: page", "kind: Page", "2:7 unknown-value"),
    ("page", "en", "kind: page", "kind: page\nlayout: wide", "3:1 unknown-key"),
    ("page", "en", "kind: page\n", "", "1:1 missing-key"),
    ("page", "en", "audience: public", "audience: public, oeg", "5:11 audience-public"),
    ("page", "en", "audience: public", "audience: state:xx", "5:11 unknown-audience"),
    ("page", "en", "summary: One sentence on it.", "summary: [One, sentence]", "7:10 not-text"),
    ("page", "en", "numbering: paragraphs", "numbering: Paragraphs", "8:12 unknown-value"),
    ("page", "en", "numbering: paragraphs", "numbering: paragraphs\npart: 2\nparts: 1", "9:1 bad-part"),
    ("page", "en", "numbering: paragraphs", "numbering: paragraphs\nfollows: papers/plan", "9:1 bad-follows"),
    ("page", "es", "summary: Una frase sobre ello.\n", "", "1:1 missing-key"),
]


@functools.cache
def good_texts() -> dict[tuple[str, str], Text]:
    site, policy, _ = read_data(CONTENT)
    files = sorted((CONTENT / "papers").rglob("*.md"))
    return {(path.parent.name, path.stem): read_document_text(CONTENT, path, path.stem, site, policy) for path in files}


def problems_with(kind: str, lang: str, there: str, here: str, folder: Path) -> tuple[Problem, ...]:
    """What is refused when a piece of one good file is replaced."""
    site, policy, data_texts = read_data(CONTENT)
    good = (CONTENT / "papers" / kind / f"{lang}.md").read_text(encoding="utf-8")
    assert good.count(there) == 1, there
    path = folder / "content" / "papers" / kind / f"{lang}.md"
    path.parent.mkdir(parents=True)
    path.write_text(good.replace(there, here), encoding="utf-8")
    try:
        changed = read_document_text(folder / "content", path, lang, site, policy)
        texts = {**good_texts(), (kind, lang): changed}
        catalogue = assemble(site, policy, ((f"papers/{name}", text) for (name, _), text in texts.items()), data_texts)
    except Refused as refused:
        return refused.problems
    return tuple(check_parity(catalogue))


def test_a_good_document_of_every_kind_is_read() -> None:
    catalogue = read_catalogue(CONTENT)

    assert {document.front.kind for document in catalogue.documents.values()} == set(KINDS)
    assert check_parity(catalogue) == []
    for document in catalogue.documents.values():
        assert set(document.front.facts) == {field.name for field in KIND_FIELDS[document.front.kind]}


def test_each_kind_has_ten_mistakes_here() -> None:
    assert Counter(kind for kind, *_ in MISTAKES) == dict.fromkeys(KINDS, 10)
    assert len(set(MISTAKES)) == len(MISTAKES)


@pytest.mark.parametrize(
    ("kind", "lang", "there", "here", "expected"),
    MISTAKES,
    ids=[f"{kind}-{index % 10 + 1}" for index, (kind, *_) in enumerate(MISTAKES)],
)
def test_a_mistake_is_refused_at_its_line_and_column(
    kind: str, lang: str, there: str, here: str, expected: str, tmp_path: Path
) -> None:
    found = problems_with(kind, lang, there, here, tmp_path)

    told = [f"{problem.place} {problem.code}" for problem in found]
    file = f"content/papers/{kind}/{lang}.md"
    assert f"{file}:{expected}" in told, told
    # Nothing else is blamed: at most the key that is missing where another was misspelt, or its translation.
    assert {problem.place.file for problem in found} <= {file, f"content/papers/{kind}/es.md"}
    assert len(told) <= 2, told


def test_the_nearest_valid_name_is_told(tmp_path: Path) -> None:
    nearest = [
        (("newsletter", "en", "kind: newsletter", "kind: newsleter"), 'did you mean "newsletter"?'),
        (("statement", "en", "by: The", "bye: The"), 'did you mean "by"?'),
        (("meeting", "en", "event: experts-2008", "event: expert-2008"), 'did you mean "experts-2008"?'),
        (("statement", "en", "papers/meeting", "papers/meting"), 'did you mean "papers/meeting"?'),
        (("debriefing", "en", "[fr, us]", "[fr, usa]"), 'did you mean "us"?'),
        (("non-paper", "es", "handed-to:", "handed-too:"), 'did you mean "handed-to"?'),
        (("plan", "en", "numbering: paragraphs", "meeting: papers/meeting"), "meeting-summary, statement"),
    ]
    for index, (mistake, fix) in enumerate(nearest):
        assert any(fix in problem.next for problem in problems_with(*mistake, tmp_path / str(index))), mistake


def test_no_two_kinds_mean_different_things_by_one_name() -> None:
    types: dict[str, set[tuple[str, bool]]] = {}
    for fields in KIND_FIELDS.values():
        for field in fields:
            types.setdefault(field.name, set()).add((field.type, field.translated))

    assert [name for name, found in types.items() if len(found) > 1] == []
    assert not set(types) & {field.name for field in COMMON_FIELDS}


def test_every_field_says_what_it_is_for_and_gives_an_example() -> None:
    for fields in (COMMON_FIELDS, *KIND_FIELDS.values(), *BLOCK_FIELDS.values()):
        for field in fields:
            assert field.about.endswith("."), field.name
            assert field.example, field.name
            assert bool(field.words) or field.type not in ("word", "words") or field.name == "kind", field.name
