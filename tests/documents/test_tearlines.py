"""What stands below a tearline: a document of its own, on terms that its paper allows, quoting nothing it may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from communique.audit.tearlines import quoted_below_tearlines
from communique.documents.catalogue import Catalogue, read_catalogue
from communique.languages.parity import check_parity
from communique.languages.pins import PinsFile, key_of, pins_of, read_pins, render_pins
from communique.problems import Place
from tests.documents.test_catalogue import content, document, refused, write
from tests.languages.pinned_texts import pin

__all__ = ["content"]

PAPER = "---\nkind: notice\ndate: 2008-10-01\naudience: {audience}\noriginal: en\nsummary: S.\n{more}---\n# T\n\n"
TEAR = "```tearline\ndocument: notes/released\nkind: non-paper\naudience: {audience}\nsummary: S.\n{more}```\n\n# U\n\n"
SPANISH = "---\naudience: oeg\noriginal: en\nsummary: S.\n---\n# T\n\nA.\n\n"
SPANISH_TEAR = "```tearline\ndocument: notes/released\naudience: partner\nsummary: R.\n```\n\n# Ü\n\nZ.\n"


def paper(
    content: Path,
    above: str = "A.\n\n",
    below: str = "Z.\n",
    *,
    audience: str = "oeg",
    wider: str = "partner",
    more: str = "",
    terms: str = "",
) -> None:
    head, tear = PAPER.format(audience=audience, more=more), TEAR.format(audience=wider, more=terms)
    write(content / "notes/paper/en.md", head + above + tear + below)


def test_what_stands_below_is_a_document_of_its_own(content: Path) -> None:
    paper(content, "A.\n\n::: core\nB.\n:::\n\n", "Z.\n\n::: core\nY.\n:::\n")

    catalogue = read_catalogue(content)
    above, below = catalogue.documents["notes/paper"], catalogue.documents["notes/released"]

    assert (above.texts["en"].source.title, below.texts["en"].source.title) == ("T", "U")
    assert (str(above.front.audience), str(below.front.audience)) == ("oeg", "partner")
    assert (above.front.kind, below.front.kind) == ("notice", "non-paper")
    assert below.front.date == above.front.date
    assert [str(number) for number in below.numbers] == ["1", "2"]
    assert catalogue.released_by(above) == below
    assert catalogue.released_by(below) is None
    assert "Z" not in above.texts["en"].source.parts[0].text


def test_it_is_translated_and_compared_as_any_other(content: Path) -> None:
    paper(content)
    write(content / "notes/paper/es.md", SPANISH + SPANISH_TEAR)

    assert sorted(read_catalogue(content).documents["notes/released"].texts) == ["en", "es"]
    assert check_parity(read_catalogue(content)) == []

    write(content / "notes/paper/es.md", SPANISH + SPANISH_TEAR.replace("Z.", "## Z\n\nZ."))
    assert [(one.code, one.place.line) for one in check_parity(read_catalogue(content))] == [("twin-rule", 18)]


def test_a_translation_without_it_leaves_it_untranslated(content: Path) -> None:
    paper(content)
    write(content / "notes/paper/es.md", SPANISH)

    assert sorted(read_catalogue(content).documents["notes/released"].texts) == ["en"]


def test_a_translation_cannot_release_what_the_original_does_not(content: Path) -> None:
    write(content / "notes/paper/en.md", PAPER.format(audience="oeg", more="") + "A.\n")
    write(content / "notes/paper/es.md", SPANISH + SPANISH_TEAR)

    assert [code for code, _ in refused(content)] == ["no-original"]


def test_one_pins_file_holds_both(content: Path) -> None:
    paper(content, below="Z.\n\nY.\n")
    documents = read_catalogue(content).documents
    above, below = (documents[name].texts["en"] for name in ("notes/paper", "notes/released"))
    written = render_pins(PinsFile(key_of(pin), pins_of(above, above, [0], pin), pins_of(below, below, [0, 1], pin)))
    read = read_pins(written, "es.pins")

    assert read.released is not None
    assert (len(read.text.blocks), len(read.released.blocks)) == (1, 2)


@pytest.mark.parametrize(
    ("audience", "wider", "more", "terms", "codes"),
    [
        ("public", "public", "", "", []),
        ("oeg", "public", "", "", []),
        ("state:nz", "partner, state:nz", "", "", []),
        ("partner", "oeg", "", "", ["tearline-narrower"]),
        ("state:nz", "partner", "", "", ["tearline-narrower"]),
        ("oeg", "partner", "review: {by: 2008-11-28, audience-after: public}\n", "", ["tearline-narrower"]),
        ("oeg", "partner", "embargo: 2008-11-01\n", "", ["tearline-terms"]),
        ("oeg", "partner", "embargo: 2008-11-01\n", "embargo: 2008-10-31\n", ["tearline-terms"]),
        ("oeg", "partner", "embargo: 2008-11-01\n", "embargo: 2008-11-02\n", []),
        ("oeg", "partner", "expires: 2009-11-01\n", "", ["tearline-terms"]),
        ("oeg", "partner", "expires: 2009-11-01\n", "expires: 2009-11-02\n", ["tearline-terms"]),
        ("oeg", "partner", "expires: 2009-11-01\n", "expires: 2009-11-01\n", []),
        ("oeg", "partner", "draft: true\n", "", []),
    ],
)
def test_it_is_for_all_readers_of_its_paper_and_never_there_without_it(
    content: Path, audience: str, wider: str, more: str, terms: str, codes: list[str]
) -> None:
    paper(content, audience=audience, wider=wider, more=more, terms=terms)

    if codes:
        assert [code for code, _ in refused(content)] == codes
    else:
        assert "notes/released" in read_catalogue(content).documents


def test_under_embargo_neither_is_there(content: Path) -> None:
    paper(content, more="embargo: 2009-01-01\n", terms="embargo: 2009-01-02\n")

    assert list(read_catalogue(content).documents) == ["notes/one"]


@pytest.mark.parametrize(
    ("was", "now", "code", "place"),
    [
        ("document: notes/released\n", "", "missing-key", "12:1"),
        ("notes/released", "released", "bad-document", "13:11"),
        ("notes/released", "note/released", "unknown-collection", "13:11"),
        ("notes/released", "notes/one", "document-twice", "13:11"),
        ("kind: non-paper", "kind: nonpaper", "unknown-value", "14:7"),
        ("kind: non-paper\n", "", "missing-key", "12:1"),
        ("audience: partner", "audience: patner", "unknown-audience", "15:11"),
        ("summary: S.\n```", "summary: S.\npart: 1\n```", "unknown-key", "17:1"),
        ("summary: S.\n```", "summary: S.\nhanded: X\n```", "unknown-key", "17:1"),
        ("```\n\n# U", "``\n\n# U", "unclosed-code", "12:1"),
        ("# U\n\n", "", "no-title", "19:1"),
        ("Z.", "[Z](file:z.pdf).", "tearline-file", "21:5"),
        ("```tearline", "::: core\nB.\n\n```tearline", "tearline-in-section", "15:1"),
        ("```tearline", "```tearlin", "unknown-data-block", "12:1"),
        ("Z.", "Z.\n\n```tearline\ndocument: notes/more\n```", "tearline-misplaced", "23:1"),
        ("Z.", "::: oeg\nZ.", "unclosed-section", "21:1"),
    ],
)
def test_a_tearline_that_is_not_clear_is_refused_at_its_place(
    content: Path, was: str, now: str, code: str, place: str
) -> None:
    paper(content)
    path = content / "notes/paper/en.md"
    text = path.read_text(encoding="utf-8")
    assert was in text
    head, tear = text.split("```tearline", 1)
    write(path, head + ("```tearline" + tear).replace(was, now, 1))

    assert (code, f"content/notes/paper/en.md:{place}") in refused(content)


SECRET = "The consignment left the quay by night, and the master of Port Solace heard of it in 1973.\n\n"


def quoted(catalogue: Catalogue) -> list[Place]:
    problems = set(quoted_below_tearlines(catalogue))
    assert {problem.code for problem in problems} <= {"tearline-quotes"}
    return sorted({Place(problem.place.file, problem.place.line) for problem in problems})


@pytest.mark.parametrize(
    ("below", "lines"),
    [
        ("Nothing of it.\n", []),
        ("The consignment left the quay.\n", [23]),
        ("A consignment  LEFT the *quay* by\nnight.\n", [23]),
        ("Nobody asked in Port Solace.\n", [23]),
        ("Nobody asked before 1973.\n", [23]),
        ("Nothing.\n\n- The consignment left the quay by night.\n", [25]),
        ("Nothing.\n\n::: core\nThe consignment left the quay by night.\n:::\n", []),
    ],
)
def test_it_quotes_no_text_of_its_paper_that_its_readers_may_not_read(
    content: Path, below: str, lines: list[int]
) -> None:
    paper(content, "A.\n\n" + SECRET, below)

    assert [place.line for place in quoted(read_catalogue(content))] == lines


def test_it_may_quote_what_its_readers_may_read_in_the_paper_or_elsewhere(content: Path) -> None:
    above = "::: partner\n" + SECRET + ":::\n\n::: oeg\nThe wind turned to the north.\n:::\n\n"
    below = "The consignment left the quay. The wind turned to the north.\n"
    paper(content, above, below, audience="public", wider="public")
    assert [place.line for place in quoted(read_catalogue(content))] == [28]

    document(content, "told", SECRET + "The wind turned to the north.")
    assert quoted(read_catalogue(content)) == []


def test_a_title_or_summary_that_quotes_is_found_too(content: Path) -> None:
    paper(content, "A.\n\n" + SECRET)
    path = content / "notes/paper/en.md"
    write(path, path.read_text(encoding="utf-8").replace("# U", "# What Port Solace knew"))

    assert len(quoted(read_catalogue(content))) == 1


def test_no_message_quotes(content: Path) -> None:
    paper(content, "A.\n\n" + SECRET, SECRET)

    said = " ".join(f"{one.what} {one.next}" for one in quoted_below_tearlines(read_catalogue(content)))
    assert said
    assert not {"consignment", "Solace", "1973"} & set(said.replace(",", "").split())
