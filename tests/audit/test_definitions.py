"""Definitions that repeat sealed text are found at their own line, before every page that would show them."""

from __future__ import annotations

from communique.audit.definitions import quoted_in_definitions
from communique.audit.known import Known, PublicText, SealedText
from communique.audit.leaks import secrets_of
from communique.glossary import Glossary, Term
from communique.problems import Place

SENTENCE = "the harbour master kept the second set of keys"
SEALED = SealedText("a/b", "en", "s1", ("oeg",), Place("a/b/en.md", 9), SENTENCE)


def glossary(definition: str) -> Glossary:
    return Glossary((Term("key", {"en": "key"}, {"en": definition}, Place("content/data/glossary.yaml", 7, 5)),))


def test_a_definition_copied_from_sealed_text_is_found_and_not_quoted() -> None:
    (found,) = quoted_in_definitions(glossary("What the harbour master kept the second of."), Known(sealed=(SEALED,)))

    assert (str(found.place), found.code) == ("content/data/glossary.yaml:7:5", "glossary-quotes")
    assert "a/b/en.md:9" in found.next
    assert "harbour" not in str(found)


def test_what_any_public_text_says_a_definition_may_say() -> None:
    public = PublicText(SENTENCE, "body", Place("c/d/en.md", 3))
    known = Known(sealed=(SEALED,), public=(public,))

    assert list(quoted_in_definitions(glossary(SENTENCE), known)) == []


def test_a_definition_itself_excuses_no_page() -> None:
    definition = PublicText(SENTENCE, "data", Place("content/data/glossary.yaml", 7), excuses=False)

    assert secrets_of([SEALED], [definition]).runs
    assert not secrets_of([SEALED], [PublicText(SENTENCE, "data", Place("x.yaml"))]).runs
