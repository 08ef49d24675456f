"""Plans: their variables and blanks correspond, in every language, and the shorter form follows from the same text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from communique.documents.catalogue import Catalogue, read_catalogue
from communique.documents.listing import TRIPWIRE, TRIPWIRE_TEXT
from communique.documents.plan_checks import check_plans
from communique.documents.plans import plan_of, revision
from tests.documents.reading import STATES, TIERS, cut, found, rendered
from tests.documents.test_catalogue import SITE, SPANISH, write

LEAD = "```variable\nname: lead\ntype: text\nlabel: Lead office\nguidance: One office.\nexample: Duty desk\n```\n"
BORDER = "```variable\nname: border\ntype: text\nlabel: Border office\nguidance: Customs.\nmerge: lead\n```\n"
CHIEF = (
    "```variable\nname: chief\ntype: choice\nlabel: Chief\nguidance: By law.\nchoices: [minister, other]\n"
    "choice-labels: [the minister, another]\n```\n"
)
SHORTER = "```small-state\nparagraph: replace\ninstead: One office, <<lead>>, does both.\n```\n"
LEFT_OUT = "```small-state\nparagraph: leave-out\n```\n"
FINISHED = "```finished\nparagraph: leave-out\n```\n"
TEXT = (
    f"## Who\n\n<<lead>> leads, *<<border>>* holds.\n\n- See <<border>>.\n\n{LEAD}\n{BORDER}\n{SHORTER}\n"
    f"Then <<chief>> decides.\n\n{CHIEF}\n{LEFT_OUT}\nAbout this `<<form>>`.\n\n{FINISHED}"
)
HEAD = "---\nkind: {kind}\ndate: 2008-10-01\naudience: {audience}\noriginal: en\nsummary: S.\n---\n# T\n\n"


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plans") / "content"
    both = (TIERS + STATES).replace("{en: ", "{es: X, en: ")
    write(folder / "data/site.yaml", SITE)
    write(folder / "data/tiers.yaml", both[: both.index("states:")])
    write(folder / "data/states.yaml", both[both.index("states:") :])
    write(folder / TRIPWIRE, TRIPWIRE_TEXT)
    return folder


def catalogue(
    content: Path, english: str, spanish: str = "", *, kind: str = "plan", audience: str = "public"
) -> Catalogue:
    write(content / "notes/one/en.md", HEAD.format(kind=kind, audience=audience) + english)
    twin = content / "notes/one/es.md"
    twin.unlink(missing_ok=True)
    if spanish:
        write(twin, SPANISH + spanish)
    return read_catalogue(content)


def refused(content: Path, english: str, spanish: str = "", **more: str) -> list[tuple[str, str]]:
    problems = check_plans(catalogue(content, english, spanish, **more).documents.values())
    return [(problem.code, str(problem.place).removeprefix("content/notes/one/")) for problem in problems]


def test_a_blank_shows_what_belongs_there_and_its_variable_what_to_consider() -> None:
    html = rendered(TEXT)[""]

    assert '<span class="blank" data-plan-blank="lead">Lead office</span> leads' in html
    assert 'data-plan-field="lead" data-plan-type="text"><p class="plan-field__label">Lead office</p>' in html
    assert "One office." in html
    assert "Duty desk" in html
    assert '<li data-plan-choice="minister">the minister</li>' in html
    assert "<code>&lt;&lt;form&gt;&gt;</code>" in html
    assert "```" not in html


def test_the_shorter_form_stands_beside_the_usual_one_under_the_same_number() -> None:
    html = rendered(TEXT, show_numbers=True)[""]

    first = re.search(r'<p class="para" id="p1">(.*?)</p>', html, re.DOTALL)
    assert first
    assert first.group(1).startswith('<a class="para__number" href="#p1">1</a> <span data-plan-long="">')
    assert first.group(1).endswith("does both.</span>")
    assert html.count("data-plan-short") == 3
    assert '<ul data-plan-long="">' in html
    assert '<p class="para" data-plan-long="" id="p2">' in html
    assert '<p class="para" data-plan-note="" id="p3">' in html


def test_the_shorter_form_asks_for_what_its_own_text_mentions() -> None:
    plan = plan_of(cut(TEXT).numbered(None))

    assert plan is not None
    assert {name: variable.short for name, variable in plan.variables.items()} == {
        "lead": True,
        "border": False,
        "chief": False,
    }
    assert plan.standing_for("border") == "lead"
    assert plan.instead == {"1": "One office, <<lead>>, does both.", "2": ""}


def test_what_looks_like_a_blank_and_is_none_is_refused_where_it_stands() -> None:
    assert found("A <<Lead>> and <<lead office>>.\n") == [("bad-blank", 3, 3), ("bad-blank", 3, 16)]
    assert found("A <lead>> and <<lead>.\n") == [("raw-html", 3, 3), ("raw-html", 3, 16)]


@pytest.mark.parametrize(
    "body", ["::: oeg\n<<lead>>\n:::\n", "Words [of <<lead>>]{oeg}.\n", "A.\n\n- item <<lead>> {oeg}\n"]
)
def test_a_blank_in_sealed_text_is_refused(body: str) -> None:
    assert {code for code, _, _ in found(body)} == {"sealed-blank"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (TEXT, []),
        (TEXT.replace("<<lead>> leads", "<<leed>> leads"), [("unknown-blank", "en.md:12:1")]),
        (TEXT.replace("One office, <<lead>>", "One <<leda>>"), [("unknown-blank", "en.md:32:1")]),
        (TEXT.replace("Then <<chief>>", "Then who"), [("unused-variable", "en.md:39:1")]),
        (
            TEXT.replace("name: border", "name: lead").replace("<<border>>", "it"),
            [("variable-twice", "en.md:24:1"), ("bad-merge", "en.md:24:1")],
        ),
        (TEXT.replace("merge: lead", "merge: led"), [("bad-merge", "en.md:24:1")]),
        (TEXT.replace("merge: lead", "merge: chief"), [("bad-merge", "en.md:24:1")]),
        (TEXT.replace("[the minister, another]", "[the minister]"), [("bad-choices", "en.md:39:1")]),
        (TEXT.replace("type: choice", "type: text"), [("bad-choices", "en.md:39:1")]),
        (
            TEXT.replace("paragraph: leave-out\n```\n\nAbout", "paragraph: replace\n```\n\nAbout"),
            [("shorter-unclear", "en.md:48:1")],
        ),
        (TEXT.replace("About this", f"{LEFT_OUT}\nAbout this"), [("shorter-twice", "en.md:52:1")]),
    ],
)
def test_variables_and_blanks_that_do_not_correspond_are_refused_where_they_stand(
    content: Path, body: str, expected: list[tuple[str, str]]
) -> None:
    assert refused(content, body) == expected


def test_the_nearest_variable_is_offered(content: Path) -> None:
    problems = check_plans(catalogue(content, TEXT.replace("<<lead>> leads", "<<leed>> leads")).documents.values())
    assert problems[0].next == 'did you mean "lead"?'


def test_only_a_public_plan_is_filled_in(content: Path) -> None:
    body = f"{LEAD}".join(["Words.\n\n", ""])
    assert ("not-a-plan", "en.md:12:1") in refused(content, body, kind="notice")
    assert ("sealed-blank", "en.md:12:1") in refused(content, body, audience="oeg")
    blank = next(iter(check_plans(catalogue(content, "A <<lead>>.\n", kind="notice").documents.values())))
    assert (blank.code, "only a plan" in blank.next) == ("unknown-blank", True)


def test_a_translation_has_the_same_blanks_in_the_same_paragraphs_in_its_own_order(content: Path) -> None:
    turned = TEXT.replace("<<lead>> leads, *<<border>>* holds.", "*<<border>>* retiene, <<lead>> dirige.")
    assert refused(content, TEXT, turned) == []

    moved = TEXT.replace("<<lead>> leads", "Alguien").replace("About this", "Con <<lead>>,")
    assert refused(content, TEXT, moved) == [("twin-rule", "es.md:10:1"), ("twin-rule", "es.md:50:1")]


def test_the_revision_changes_with_the_public_text_and_not_with_sealed_text() -> None:
    first = revision(cut(TEXT).numbered(None))

    assert re.fullmatch("[0-9a-f]{12}", first)
    assert revision(cut(TEXT.replace("leads", "heads")).numbered(None)) != first
    assert revision(cut(TEXT.replace("Customs.", "Police.")).numbered(None)) != first
    one, other = (revision(cut(f"{TEXT}\n::: oeg\n{words}.\n:::\n").numbered(None)) for words in ("One", "Other"))
    assert one == other
