"""Terms of the glossary in a rendered text: what is linked, what is spelt out, and for whom."""

from __future__ import annotations

import random
from collections.abc import Mapping
from xml.etree import ElementTree

from communique.documents.term_links import TermLinks, without_terms
from communique.glossary import read_glossary
from communique.problems import Refused
from communique.strict_yaml import load_yaml
from tests.documents.reading import PHRASES, RENDERER, cut

GLOSSARY = read_glossary(
    load_yaml(
        """\
terms:
  - id: oeg
    term: {en: "Operational Experts Group"}
    abbreviation: {en: OEG}
    definition: {en: "Twenty states & \\"more\\"."}
  - id: psi
    term: {en: "Security Initiative"}
    abbreviation: {en: PSI}
    expand: false
    definition: {en: "A partnership."}
  - id: marking
    term: {en: marking}
    everyday: true
    definition: {en: "A label."}
""",
        "g.yaml",
    ),
    ("en",),
)
TWO_LANGUAGES = """\
terms:
  - id: oeg
    term: {en: Experts Group, fr: Groupe d’experts}
    abbreviation: {en: OEG, fr: GEO}
    definition: {en: "Twenty states.", fr: "Vingt États."}
"""
LINK = '<a class="term" href="to:doc:glossary#term-oeg" title="{}">{}</a>'
LONG = LINK.format("Twenty states &amp; &quot;more&quot;.", "Operational Experts Group")
SHORT = LINK.format("Operational Experts Group – Twenty states &amp; &quot;more&quot;.", "OEG")
NOTE = '<span class="term__note">(Operational Experts Group)</span>'


def linked(body: str) -> Mapping[str, str]:
    def resolve(target: str) -> str:
        return "to:" + target

    terms = TermLinks(GLOSSARY, "en", resolve)
    return RENDERER.render(cut(body).numbered(None), resolve, show_numbers=False, phrases=PHRASES, terms=terms).html


def said(body: str, part: str = "") -> str:
    """The HTML of a part without its paragraphs' own tags."""
    html = linked(body)[part]
    return html.removeprefix('<p class="para" id="p1">').removesuffix("</p>")


def test_the_first_use_is_linked_and_tells_what_the_term_means() -> None:
    assert said("The Operational Experts Group and the Operational Experts Group.") == (
        f"The {LONG} and the Operational Experts Group."
    )


def test_an_abbreviation_that_the_text_does_not_spell_out_is_spelt_out_once() -> None:
    assert said("The OEG met; the OEG left.") == f"The {SHORT} {NOTE} met; the OEG left."


def test_an_abbreviation_is_left_as_it_is_where_the_text_spells_it_out() -> None:
    assert said("The Operational Experts Group (OEG) and the OEG.") == f"The {LONG} (OEG) and the OEG."
    assert said("The OEG (Operational Experts Group) and the OEG.") == (
        f"The {SHORT} (Operational Experts Group) and the OEG."
    )


def test_what_binds_an_abbreviation_to_the_next_word_leaves_no_place_for_a_note_but_the_next_use_has_one() -> None:
    assert said(
        "The OEG’s chair of the (OEG) spoke to the OEG."
    ) == f"The {SHORT}’s chair of the (OEG) spoke to the " + (f"{SHORT} {NOTE}.")


def test_what_everybody_knows_is_not_spelt_out_and_an_everyday_word_not_linked() -> None:
    html = said("The PSI needs a marking.")

    assert "PSI</a> needs a marking." in html
    assert "term__note" not in html


def test_links_code_headings_and_citations_stay_as_they_are() -> None:
    html = linked("## The OEG\n\n[The OEG](https://x.example), `OEG`, PSI/OEG/17.\n\n```\nOEG\n```")[""]

    assert "term" not in html


def test_each_part_stands_for_itself_and_public_text_tells_nothing_of_sealed_text() -> None:
    body = "Public.\n\n::: oeg\nThe OEG.\n\n::: state:nz\nTo the OEG.\n:::\n:::\n\nMore."
    html = linked(body)

    assert "term" not in html[""]
    assert f"The {SHORT} {NOTE}." in html["s1"]
    assert f"To the {SHORT} {NOTE}." in html["s2"], "who reads this may not read what stands around it"


def test_what_public_text_says_is_said_to_the_readers_of_all_parts() -> None:
    html = linked("The OEG.\n\n::: oeg\nThe OEG.\n:::\n\n- The OEG {core}\n")

    assert f"The {SHORT} {NOTE}." in html[""]
    assert html["s1"].endswith(f"The {SHORT}.</p>")
    assert html["s2"] == "The OEG"


def test_words_sealed_within_a_sentence_are_linked_and_bear_no_note() -> None:
    html = linked("Words [of the OEG]{oeg}.")

    assert html["s1"] == f"of the {SHORT}"
    assert "term" not in html[""]


def test_without_terms_a_text_is_as_its_author_wrote_it() -> None:
    body = "The OEG met the Operational Experts Group.\n\n- *OEG* and PSI\n"
    plain = RENDERER.render(cut(body).numbered(None), str, show_numbers=False, phrases=PHRASES).html[""]

    assert without_terms(linked(body)[""]) == plain


def test_whatever_a_text_is_made_of_its_own_words_are_left_untouched() -> None:
    pieces = ["OEG", "the Operational Experts Group", "*PSI*", "(OEG)", "[OEG](https://x.example)", "`OEG`", "’s", " "]
    pieces += ["\n\n", "\n\n- ", "a & b", "marking", "**the OEG**", "[^1]", "\\{", "–", ". ", "[the OEG]{oeg}"]
    chance = random.Random(17)
    compared = 0
    for _ in range(150):
        body = "X " + "".join(chance.choice(pieces) for _ in range(chance.randrange(14)))
        body += "\n\n[^1]: The OEG." if "[^1]" in body else ""
        try:
            source = cut(body).numbered(None)
            plain = RENDERER.render(source, str, show_numbers=False, phrases=PHRASES).html
        except Refused:
            continue
        terms = TermLinks(GLOSSARY, "en", str)
        marked = RENDERER.render(source, str, show_numbers=False, phrases=PHRASES, terms=terms).html
        compared += 1

        assert {name: without_terms(html) for name, html in marked.items()} == plain, body
    assert compared > 100


def test_words_in_another_language_are_explained_in_that_language() -> None:
    two = read_glossary(load_yaml(TWO_LANGUAGES, "g.yaml"), ("en", "fr"))
    root = ElementTree.Element("div")
    ElementTree.SubElement(root, "p").text = "Le GEO."
    ElementTree.SubElement(root, "p", {"lang": "en"}).text = "The OEG, the GEO."
    terms = TermLinks(two, "fr", str)

    terms.begin(cut("X.").parts[0])
    terms.mark(root)
    first = [(link.text, link.get("title")) for link in root.iter("a")]
    del root[0]
    terms.begin(cut("X.").parts[0])
    terms.mark(root)
    alone = [(link.text, link.get("title")) for link in root.iter("a")]

    assert first == [("GEO", "Groupe d’experts – Vingt États.")]
    assert alone == [("OEG", "Experts Group – Twenty states.")], "what this language does not call so is no term in it"
