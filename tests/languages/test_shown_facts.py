"""What a kind of document says besides: in the page's language and alphabet, never more than its readers may know."""

from __future__ import annotations

import functools
from dataclasses import replace
from pathlib import Path

from communique.documents.catalogue import Catalogue, read_catalogue
from communique.documents.document import Document
from communique.documents.fields import KIND_FIELDS
from communique.languages.shown_facts import as_panel, own_words, shown_facts, without_panel
from communique.policy import Audience, State

CONTENT = Path(__file__).resolve().parents[1] / "kinds" / "content"


@functools.cache
def site() -> Catalogue:
    return read_catalogue(CONTENT)


def told(catalogue: Catalogue, name: str, lang: str) -> dict[str, str]:
    document = catalogue.documents[f"papers/{name}"]
    shown = shown_facts(catalogue, document, document.text_for(lang), lang, str.upper)
    return {fact.name: fact.words for fact in shown}


def with_audience(document: Document, *names: str) -> Document:
    texts = {
        lang: replace(text, front=replace(text.front, audience=Audience(names)))
        for lang, text in document.texts.items()
    }
    return replace(document, texts=texts)


def test_each_kind_shows_its_facts_and_first_what_is_known_of_its_event() -> None:
    for document in site().documents.values():
        shown = told(site(), document.id.partition("/")[2], "en")
        fields = KIND_FIELDS[document.front.kind]
        own = [field.name for field in fields if field.label]
        assert list(shown)[len(shown) - len(own) :] == own, document.id
        assert ("when" in shown) is any(field.name == "event" for field in fields), document.id


def test_words_are_those_of_the_page_and_days_are_written_out() -> None:
    assert told(site(), "statement", "es") == {"meeting": "Reunión", "by": "La Presidencia"}
    assert told(site(), "notice", "es") == {"until": "15 de noviembre de 2008"}
    assert told(site(), "newsletter", "es") == {"volume": "1", "number": "2", "editor": "Nueva Zelanda"}


def test_states_stand_in_the_alphabet_of_the_language() -> None:
    labels = {"at": ("Austria", "Österreich"), "au": ("Australia", "Australien"), "zz": ("Zeeland", "Zeeland")}
    states = {code: State(code, {"en": en, "es": de}, True, False) for code, (en, de) in labels.items()}
    catalogue = replace(site(), policy=replace(site().policy, states=states))
    case = catalogue.documents["papers/debriefing"]
    text = replace(case.texts["en"], front=replace(case.front, facts={"states": ("zz", "at", "au")}))
    document = replace(case, texts={"en": text, "es": text})

    by_language = {
        lang: shown_facts(catalogue, document, text, lang, str)[0].words.replace(" and ", ", ").replace(" y ", ", ")
        for lang in ("en", "es")
    }
    assert by_language == {"en": "Australia, Austria, Zeeland", "es": "Australien, Österreich, Zeeland"}


def test_a_document_that_some_reader_may_not_read_is_not_named() -> None:
    meeting = with_audience(site().documents["papers/meeting"], "oeg")
    sealed = replace(site(), documents={**site().documents, "papers/meeting": meeting})

    assert "meeting" not in told(sealed, "statement", "en")
    for names, may in ((("oeg",), True), (("partner",), False), (("oeg", "state:nz"), False)):
        paper = with_audience(site().documents["papers/statement"], *names)
        shown = shown_facts(sealed, paper, paper.texts["en"], "en", str)
        assert ("meeting" in {fact.name for fact in shown}) is may, names


def test_the_panel_of_a_sealed_text_is_html_and_can_be_told_from_the_text_below_it() -> None:
    catalogue = site()
    paper = catalogue.documents["papers/statement"]
    front = replace(paper.front, facts={**paper.front.facts, "by": 'A & B "C"'})
    text = replace(paper.texts["en"], front=front)
    paper = replace(paper, texts={**paper.texts, "en": text})

    panel = as_panel(shown_facts(catalogue, paper, text, "en", str), "en", lambda target: f"../{target.id}")

    assert '<a href="../papers/meeting">Meeting</a>' in panel
    assert "A &amp; B" in panel
    assert without_panel(panel + "<p>Text</p>") == "<p>Text</p>"
    assert without_panel('<p>Text</p><dl class="facts facts--inside"></dl>\n') != "<p>Text</p>"
    assert as_panel((), "en", lambda _: "") == ""


def test_a_value_in_another_language_than_the_page_says_so() -> None:
    paper = site().documents["papers/statement"]
    shown = {fact.name: fact for fact in shown_facts(site(), paper, paper.texts["en"], "es", str)}

    assert (shown["by"].lang, shown["meeting"].lang) == ("en", "es")
    assert 'lang="en" dir="ltr"' in as_panel((shown["by"],), "es", lambda _: "")


def test_the_words_that_the_audit_looks_for_are_sentences_and_no_codes() -> None:
    found = {document.front.kind: own_words(document, document.texts["en"]) for document in site().documents.values()}

    assert found["statement"] == ("The Chair",)
    assert found["meeting"] == ("Director of an institute", "An institute", "A bank")
    assert found["debriefing"] == found["newsletter"] == ()
