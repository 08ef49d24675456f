"""Citations by symbol: what they lead to, what they may tell to whom, and where a document is cited."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from communique.documents.catalogue import Catalogue, read_catalogue
from communique.documents.citation import CitationWords
from communique.documents.references import Targets, check_references, citations, cite, told_to
from communique.documents.versions import check_versions
from communique.languages.parity import check_parity
from communique.problems import Refused
from tests.documents.reading import PHRASES, RENDERER
from tests.documents.test_catalogue import HEAD, SPANISH, content, write

__all__ = ["content"]
WORDS = CitationWords(
    "párrafo %(number)s",
    "párrafo %(number)s de %(document)s",
    "un documento sellado",
    "párrafo %(number)s de un documento sellado",
)


def paper(folder: Path, name: str, body: str, more: str = "", *, audience: str = "public", title: str = "T") -> None:
    head = HEAD.format(more=more + "numbering: paragraphs\n").replace("audience: public", f"audience: {audience}")
    write(folder / f"notes/{name}/en.md", head.replace("# T", f"# {title}") + body + "\n")


def shown(catalogue: Catalogue, ident: str, words: CitationWords = PHRASES.citing) -> dict[str, str]:
    document = catalogue.documents[ident]
    text = document.texts["en"]
    targets = Targets(catalogue.documents)
    return dict(
        RENDERER.render(
            text.source,
            lambda target: target,
            show_numbers=True,
            phrases=PHRASES,
            cite=lambda part, target: cite(catalogue, targets, document, text, part, target, words),
        ).html
    )


def refused(folder: Path) -> list[str]:
    """Every reason, of whichever check, in reading order."""
    try:
        catalogue = read_catalogue(folder)
        found = sorted([*check_references(catalogue), *check_versions(catalogue)])
    except Refused as error:
        found = list(error.problems)
    return [f"{problem.code}: {problem.what}; {problem.next}" for problem in found]


def test_a_paragraph_of_another_document_is_cited_with_its_title(content: Path) -> None:
    paper(content, "rules", "A.\n\nB.", "symbol: PSI/R/1\n", title="Rules & ways")
    paper(content, "two", "As [](ref:PSI/R/1#2) says. [](ref:PSI/R/1#2) says it.\n\n[Read this](ref:PSI/R/1).")

    html = shown(read_catalogue(content), "notes/two")[""]

    link = '<a class="ref ref--made" href="doc:notes/rules#p2">{} 2 of <cite>Rules &amp; ways</cite></a>'
    assert f"As {link.format('paragraph')} says. {link.format('Paragraph')} says it." in html
    note = '(<bdi class="symbol">PSI/R/1</bdi>)'
    assert f'<a class="ref" href="doc:notes/rules">Read this</a>\u00a0<span class="ref__note">{note}</span>.' in html


def test_the_words_of_a_citation_follow_from_the_languages_messages(content: Path) -> None:
    paper(content, "rules", "A.", "symbol: PSI/R/1\n")
    paper(content, "two", "En el [](ref:PSI/R/1#1).", "symbol: PSI/R/2\n")

    html = shown(read_catalogue(content), "notes/two", WORDS)[""]

    assert ">párrafo 1 de <cite>T</cite></a>" in html


def test_within_one_paper_a_paragraph_is_cited_by_its_number_alone(content: Path) -> None:
    paper(content, "p1", "A. See [](ref:PSI/C/1#2) and [](ref:PSI/C/1#1).", "symbol: PSI/C/1-1\npart: 1\nparts: 2\n")
    paper(content, "p2", "B.", "symbol: PSI/C/1-2\npart: 2\nparts: 2\nfollows: notes/p1\n")

    html = shown(read_catalogue(content), "notes/p1")[""]

    assert '<a class="ref ref--made" href="doc:notes/p2#p2">paragraph 2</a>' in html
    assert '<a class="ref ref--made" href="#p1">paragraph 1</a>' in html


def test_a_paragraph_put_in_later_is_cited_as_it_is_printed(content: Path) -> None:
    paper(content, "rules", "A.\n\n¶1 bis B.", "symbol: PSI/R/1\n")
    paper(content, "two", "See [](ref:PSI/R/1#1 bis) and [B](<ref:PSI/R/1#1 bis>).")

    html = shown(read_catalogue(content), "notes/two")[""]

    assert html.count('href="doc:notes/rules#p1-bis"') == 2
    assert "paragraph 1 bis of" in html


def test_no_title_and_no_symbol_is_told_to_a_reader_who_may_not_read_the_target(content: Path) -> None:
    paper(content, "secret", "A.", "symbol: PSI/S/1\n", audience="oeg", title="Hidden words")
    body = "See [](ref:PSI/S/1#1), [that](ref:PSI/S/1).\n\n::: partner\nSee [](ref:PSI/S/1#1).\n:::"
    body += "\n\n::: oeg\nSee [](ref:PSI/S/1#1).\n\n::: state:nz\nSee [](ref:PSI/S/1).\n:::\n:::"
    paper(content, "open", body + "\n\nAnd [[](ref:PSI/S/1#1)]{core}.")

    html = shown(read_catalogue(content), "notes/open")

    told = {name: "Hidden words" in text for name, text in html.items()}
    assert told == {"": False, "s1": False, "s2": True, "s3": False, "s4": True}
    assert "PSI/S/1" not in html[""] + html["s1"] + html["s3"]
    assert ">paragraph 1 of a sealed document</a>" in html[""]
    assert '>that</a>\u00a0<span class="ref__note">(a sealed document)</span>' in html[""]


def test_a_reference_that_leads_nowhere_is_refused_with_the_nearest_symbol(content: Path) -> None:
    paper(content, "rules", "A.\n\nB.", "symbol: PSI/RULES/1\n")
    paper(content, "secret", "A.", "symbol: PSI/HIDDEN/1\n", audience="oeg")
    body = "[](ref:PSI/RULES/2) [](ref:PSI/RULES/1#3)\n\n::: oeg\n[](ref:PSI/HIDDEN/2)\n:::"
    paper(content, "two", body)

    assert refused(content) == [
        'unknown-symbol: no document has the symbol PSI/RULES/2; did you mean "PSI/RULES/1"?',
        "unknown-paragraph: notes/rules has no paragraph 3; its paragraphs are 1 to 2",
        "unknown-symbol: no document has this symbol; write the symbol as the document's front matter does",
    ]


def test_small_letters_in_a_symbol_lead_to_the_same_document_or_to_the_nearest(content: Path) -> None:
    paper(content, "rules", "A.", "symbol: PSI/TEST/2\n")
    paper(content, "two", "See [](ref:psi/test/2#1).")

    assert refused(content) == []
    assert 'href="doc:notes/rules#p1">paragraph 1 of' in shown(read_catalogue(content), "notes/two")[""]

    paper(content, "two", "See [](ref:psi/test/3).")
    assert refused(content) == ['unknown-symbol: no document has the symbol psi/test/3; did you mean "PSI/TEST/2"?']


def test_a_number_that_readers_cannot_see_is_not_cited(content: Path) -> None:
    write(content / "notes/bare/en.md", HEAD.format(more="symbol: PSI/B/1\n") + "A.\n")
    paper(content, "two", "[](ref:PSI/B/1#1)")

    assert [line.split(":")[0] for line in refused(content)] == ["unnumbered-target"]


@pytest.mark.parametrize("written", ["ref:", "ref:-psi", "ref:PSI/R/1#", "ref:PSI/R/1#p2", "ref:PSI/R/1#x"])
def test_what_is_no_citation_is_refused_and_not_quoted(content: Path, written: str) -> None:
    paper(content, "rules", f"A [w]({written}).", "symbol: PSI/R/1\n")

    [said] = refused(content)

    assert said.startswith("bad-link: this reference names no ")


def test_a_translation_cites_the_same_in_the_same_paragraphs(content: Path) -> None:
    paper(content, "rules", "A.\n\nB.", "symbol: PSI/R/1\n")
    paper(content, "two", "[](ref:PSI/R/1#1) and [](ref:PSI/R/1#2).\n\nC.")
    write(content / "notes/two/es.md", SPANISH + "[](ref:PSI/R/1#2) y [](ref:PSI/R/1#1).\n\nC.\n")
    assert check_parity(read_catalogue(content)) == []

    write(content / "notes/two/es.md", SPANISH + "[](ref:PSI/R/1#2).\n\nC [](ref:PSI/R/1#1).\n")
    assert [problem.place.line for problem in check_parity(read_catalogue(content))] == [8, 10]


def test_a_document_knows_where_it_is_cited_and_tells_it_to_those_who_may_read_there(content: Path) -> None:
    paper(content, "rules", "A.\n\nB.", "symbol: PSI/R/1\n")
    body = "C.\n\n- [](ref:PSI/R/1#2)\n\n::: oeg\nD [](ref:PSI/R/1).\n:::"
    paper(content, "two", body)
    paper(content, "secret", "[](ref:PSI/R/1#1)", audience="oeg")
    catalogue = read_catalogue(content)

    places = citations(catalogue)["notes/rules"]
    seen = partial(told_to, catalogue, places=places)

    assert [(one.document.id, one.number, one.cited) for one in seen(("public",))] == [("notes/two", "1", "2")]
    assert [(one.document.id, one.number, one.cited) for one in seen(("oeg",))] == [
        ("notes/secret", "1", "1"),
        ("notes/two", "1", "2"),
        ("notes/two", "2", ""),
    ]
    assert len(seen(("oeg", "state:nz"))) == 1
