"""Papers as files: what is printed on a page is searched like any other text, for each reader by what is closed."""

from __future__ import annotations

from dataclasses import replace

import typst

from communique.audit import HandedFile, Known, SealedText, Tree, audit
from communique.audit.leaks import leaks
from communique.problems import Place
from communique_pelican.pdf_text import shown_in, text_of_pdf

SAID = "The vessel of a third state was boarded at the request of its flag."
KNOWN = Known(
    sealed=(SealedText("papers/one", "en", "s1", ("core",), Place("content/papers/one/en.md", 7), SAID),),
    shown=shown_in,
)


def page(said: str) -> bytes:
    """Narrow, so that lines end within the words."""
    source = (
        f'#set page(width: 6cm, height: auto)\n#set text(lang: "en", hyphenate: true)\n#set par(justify: true)\n{said}'
    )
    made: bytes = typst.compile(source.encode(), format="pdf")
    return made


def test_sealed_words_on_a_page_of_a_pdf_are_found() -> None:
    found = leaks(Tree({"en/a.pdf": page(f"Published. {SAID}"), "en/b.pdf": page("Published.")}), KNOWN)

    assert [(str(problem.place), problem.code) for problem in found] == [("output/en/a.pdf", "sealed-run")]
    assert "on its pages" in found[0].what
    assert leaks(Tree({"en/a.pdf": page(SAID)}), replace(KNOWN, shown=lambda *_: "")) == [], "its bytes do not tell"


def test_a_pdf_that_no_program_can_show_is_not_published() -> None:
    (found,) = leaks(Tree({"en/a.pdf": b"%PDF-1.7\nnothing"}), KNOWN)

    assert found.code == "not-read"


def test_a_word_that_ends_a_line_with_a_hyphen_is_one_word() -> None:
    shown = text_of_pdf(page("An incomprehensible counterproliferation responsibility, notwithstanding interdictions."))

    assert shown is not None
    assert "counterproliferation" in shown


def test_a_sealed_paper_is_searched_for_what_its_own_readers_may_not_read() -> None:
    def handed(*readers: str) -> Known:
        may_hold = frozenset(readers)
        return replace(KNOWN, handed=(HandedFile("en/a.pdf", page(SAID), lambda names: bool(may_hold & {*names})),))

    codes = {problem.code for problem in audit(Tree({}), handed("oeg")) if problem.place.file.startswith("editions/")}
    assert codes == {"sealed-run"}
    assert not [problem for problem in audit(Tree({}), handed("core")) if problem.place.file.startswith("editions/")]
