"""What readers get of a translation whose original has moved on, in a whole content folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from communique.documents.catalogue import Catalogue, Merging, read_catalogue
from communique.documents.document import Text
from communique.documents.listing import Listing
from communique.documents.references import check_references
from communique.documents.source import Source
from communique.languages.parity import check_parity
from communique.languages.pins import PinsFile, key_of, pins_of, render_pins
from communique.languages.status import pins_of_documents, read_pins_files
from communique.languages.translated import follow_pins
from communique.problems import Refused
from tests.documents.reading import POLICY
from tests.documents.test_catalogue import HEAD, SPANISH, content, document, write
from tests.languages.pinned_texts import pin

__all__ = ["content"]


def translate(content: Path, name: str, body: str, head: str = SPANISH) -> None:
    """Write a translation and pin it to the original of now."""
    write(content / f"notes/{name}/es.md", head + body + "\n")
    texts = read_catalogue(content).documents[f"notes/{name}"].texts

    def pins(original: Text, translation: Text) -> object:
        blocks = enumerate(original.source.blocks)
        return pins_of(original, translation, [at for at, block in blocks if block.kind != "definition"], pin)

    write(content / f"notes/{name}/es.pins", render_pins(PinsFile(key_of(pin), pins(texts["en"], texts["es"]))))  # type: ignore[arg-type]


def merged(content: Path) -> Catalogue:
    def merging(listing: Listing) -> Merging:
        files = read_pins_files(content, listing)
        return lambda documents, embargoed: follow_pins(
            documents, pins_of_documents(files, documents, embargoed, pin), POLICY, pin
        )

    return read_catalogue(content, merging=merging)


def spanish(content: Path, name: str = "two") -> Text:
    return merged(content).documents[f"notes/{name}"].texts["es"]


def told(source: Source) -> list[tuple[str, str, bool]]:
    return [(block.text, block.lang, block.stale) for block in source.blocks]


def test_new_text_appears_deleted_text_goes_and_changed_text_stays_with_a_mark(content: Path) -> None:
    document(content, "two", "First of all.\n\nA second one here.\n\nThe third that goes.")
    translate(content, "two", "Primero.\n\nUno segundo.\n\nEl tercero que se va.")
    document(content, "two", "First of all.\n\nSomething new for everybody.\n\nA second one there.")
    text = spanish(content)

    assert told(text.source) == [
        ("Primero.", "", False),
        ("Something new for everybody.", "en", False),
        ("Uno segundo.", "", True),
    ]
    assert [str(number) for number in text.source.all_numbers] == ["1", "2", "3"]
    assert text.own is not None
    assert "tercero" in text.own.source.parts[0].text


def test_a_translation_of_todays_original_is_not_touched(content: Path) -> None:
    document(content, "two", "First.\n\n::: oeg\nSecond [x]{core}.\n:::")
    translate(content, "two", "Primero.\n\n::: oeg\nSegundo [x]{core}.\n:::")
    text = spanish(content)

    assert text.own is not None
    assert text.source == text.own.source


def test_a_link_that_the_original_has_no_more_and_that_leads_nowhere_stops_no_build(content: Path) -> None:
    document(content, "old", "Old.")
    document(content, "two", "See [the old one](doc:notes/old) for all the rest of it.")
    translate(content, "two", "Véase [el viejo](doc:notes/old).")
    (content / "notes/old/en.md").unlink()
    (content / "notes/old").rmdir()
    document(content, "two", "See [the new one](doc:notes/one) for all the rest of it.")

    assert told(spanish(content).source)[0][1] == "en"
    assert [link.target for link in spanish(content).source.links] == ["notes/one"]


def test_a_link_of_the_translation_alone_that_leads_nowhere_is_still_a_mistake(content: Path) -> None:
    document(content, "two", "See [the one](doc:notes/one) for all the rest of it.")
    translate(content, "two", "Véase [el uno](doc:notes/one).")
    write(content / "notes/two/es.md", SPANISH + "Véase [el uno](doc:notes/uno).\n")

    with pytest.raises(Refused) as error:
        merged(content)
    assert [(one.code, one.place.file) for one in error.value.problems] == [
        ("unknown-document", "content/notes/two/es.md")
    ]


def test_nothing_is_merged_and_no_key_asked_for_while_an_original_is_wrong(content: Path) -> None:
    document(content, "two", "First.")
    translate(content, "two", "Primero.")
    document(content, "three", "See [x](doc:notes/none).")

    def merging(_: Listing) -> Merging:
        return lambda *_: pytest.fail("asked for")

    with pytest.raises(Refused) as error:
        read_catalogue(content, merging=merging)
    assert [one.code for one in error.value.problems] == ["unknown-document"]


def test_a_paragraph_that_was_taken_out_says_nothing_in_any_language(content: Path) -> None:
    document(content, "two", "First.\n\nSecond secret.\n\nThird.")
    translate(content, "two", "Primero.\n\nSegundo secreto.\n\nTercero.")
    document(content, "two", "First.\n\n¶2 withdrawn\n\nThird.")
    text = spanish(content)

    assert [block.withdrawn for block in text.source.blocks] == [False, True, False]
    assert "secret" not in text.source.parts[0].text
    assert [block.lang for block in text.source.blocks] == ["", "", ""]


def test_a_file_that_only_an_outdated_paragraph_refers_to_is_not_published(content: Path) -> None:
    document(content, "two", "The annex is [here](file:annex.txt), says the first paragraph.")
    write(content / "notes/two/annex.txt", "Annex.")
    write(content / "notes/two/annex.es.txt", "Anexo.")
    translate(content, "two", "El anexo está [aquí](file:annex.es.txt).")
    (content / "notes/two/annex.txt").unlink()
    document(content, "two", "The annex is no more, says the first paragraph.")

    assert merged(content).documents["notes/two"].files == {}


def test_citations_are_those_of_the_blocks_that_are_shown(content: Path) -> None:
    document(content, "cited", "C.", "symbol: N/1\nnumbering: paragraphs\n")
    document(content, "two", "See [](ref:N/1#1) about all that.\n\nAnother one.")
    translate(content, "two", "Véase [](ref:N/1#1).\n\nOtro.")
    document(content, "two", "New, with [](ref:N/1).\n\nSee [](ref:N/1#1) about all that.\n\nAnother one.")
    catalogue = merged(content)
    source = catalogue.documents["notes/two"].texts["es"].source

    assert [(one.block, one.number) for one in source.references] == [(0, ""), (1, "1")]
    assert list(check_references(catalogue)) == []


def test_the_audience_of_a_document_is_its_originals_and_what_was_translated_for_fewer_is_not_shown(
    content: Path,
) -> None:
    head = HEAD.replace("audience: public", "audience: oeg").format(more="")
    write(content / "notes/two/en.md", head + "What only experts know.\n\nWhat stays.\n")
    translate(content, "two", "Lo que solo saben expertos.\n\nLo que queda.", SPANISH.replace("public", "oeg"))
    document(content, "two", "What all may know by now.\n\nWhat stays.")
    catalogue = merged(content)
    text = catalogue.documents["notes/two"].texts["es"]

    assert text.front.audience.is_public
    assert [block.lang for block in text.source.blocks] == ["en", ""]
    assert "expertos" not in " ".join(part.text for part in text.source.parts)
    assert check_parity(catalogue, {}, pin) == [] or text.own is not None


def test_what_stands_below_a_tearline_is_merged_as_the_rest(content: Path) -> None:
    tear = "\n\n```tearline\ndocument: notes/torn\n{kind}audience: public\nsummary: S.\n```\n\n# U\n\n"
    document(content, "two", "First." + tear.format(kind="kind: non-paper\n") + "Below.")
    write(content / "notes/two/es.md", SPANISH + "Primero." + tear.format(kind="") + "Debajo.\n")
    documents = read_catalogue(content).documents
    above, below = (
        pins_of(documents[ident].texts["en"], documents[ident].texts["es"], [0], pin)
        for ident in ("notes/two", "notes/torn")
    )
    write(content / "notes/two/es.pins", render_pins(PinsFile(key_of(pin), above, below)))
    document(content, "two", "First." + tear.format(kind="kind: non-paper\n") + "New before it.\n\nBelow.")

    assert told(spanish(content, "torn").source) == [("New before it.", "en", False), ("Debajo.", "", False)]
    assert told(spanish(content).source) == [("Primero.", "", False)]


def test_words_behind_an_abbreviation_go_where_the_originals_are_sealed(content: Path) -> None:
    document(content, "two", "The OEG met.\n\n*[OEG]: Secret group\n\nNothing else.")
    translate(content, "two", "El GEO se reunió.\n\n*[GEO]: Grupo SECRETO\n\nNada más.")

    assert "SECRETO" in spanish(content).source.definitions
    document(content, "two", "The OEG met.\n\nNothing else.\n\n::: oeg\nIt is the secret group.\n:::")
    assert "SECRETO" not in "".join(part.text for part in spanish(content).source.parts if part.audience.is_public)
