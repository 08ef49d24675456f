"""For whom a draft puts what: marks and addresses of a paper narrow it; what may be for some alone is for the fewest.

Also what an editor is told of the requests, lists and names in it.
"""

from __future__ import annotations

import datetime
import re

import pytest

from communique.documents.cutting import parse_source
from communique.documents.kinds import split_front_matter
from communique.importing.drafting import Wishes
from communique.importing.escaping import escaped
from communique.importing.reading import Imported, draft_paper, read_paper
from communique.importing.words import _shown as shown_by
from communique.policy import Audience, Policy
from communique.problems import Place
from tests.importing import word_files

HEAD = "FM DELEGATION EXAMPLE\nTO THE GROUP\nDISTRIBUTION: OEG\nDATE: 3 November 2008\nSUBJECT: STATEMENT ON PORTS\n\n"


def imported(text: str, policy: Policy, *, name: str = "c.txt", lang: str = "en", audience: str = "") -> Imported:
    wishes = Wishes(
        "statements/paper",
        lang,
        datetime.date(2008, 11, 3),
        kind="statement",
        audience=Audience((audience,)) if audience else None,
    )
    got = draft_paper(read_paper(text.encode(), name), policy, wishes)
    assert not [one for one in got.doubts if one.code == "words-differ"]
    for draft in got.drafts:
        _, body, line = split_front_matter(draft.text, "en.md")
        own = policy.parse_audience(re.findall(r"^audience: (.+)$", draft.text, re.MULTILINE)[0], Place("x"))
        parse_source(body, "en.md", policy, own, first_line=line)
    return got


def readers(got: Imported) -> dict[str, str]:
    """Each block's shown line, and for whom it is; "" is the document's own audience."""
    found: dict[str, str] = {}
    for draft in got.drafts:
        current = ""
        for line in draft.text.split("---\n", 2)[2].split("\n"):
            if line.startswith(":::"):
                current = line[4:]
            elif line and not line.startswith("# "):
                found[shown_by(line, title=False)] = current
    return found


def codes(got: Imported, word: str = "") -> list[str]:
    return [one.code for one in got.doubts if word in one.what]


MARKED = (
    "1. (U) Opening.\n\nFOR ANKARA:\n\n2. (U) The account.\n   (a) send it;\n   (b) keep it.\n\n"
    "3. (C) What is sensitive:\n   (a) a first thing;\n\n4. Closing, for everyone again.\n\nGENERAL\n\n5. The rest.\n"
)


@pytest.mark.parametrize(("audience", "few"), [("", "core"), ("core", "")])
def test_a_marked_paragraph_below_an_address_is_for_the_fewest_with_its_items(
    audience: str, few: str, policy: Policy
) -> None:
    got = imported(HEAD + MARKED, policy, audience=audience)

    told = readers(got)
    assert {told[one] for one in ("FOR ANKARA:", "The account.", "(a) send it;", "(b) keep it.")} == {"state:tr"}
    assert told["What is sensitive:"] == told["(a) a first thing;"] == few
    assert told["Closing, for everyone again."] == few
    assert told["Opening."] == told["The rest."] == ""
    reach = [one for one in got.doubts if one.code == "address-reach"]
    assert len(reach) == 3
    assert "it may reach further" in reach[0].what


def test_a_marked_paragraphs_items_are_for_the_fewest_without_an_address_too(policy: Policy) -> None:
    text = "1. (C) Sensitive:\n   (a) a thing;\n\n2. (U) Plain:\n   (a) open;\n   (b) (S//NF) shut;\n   (c) below it.\n"
    text += "\n3. End.\n"
    told = readers(imported(HEAD + text, policy))

    assert told["Sensitive:"] == told["(a) a thing;"] == told["(b) (S//NF) shut;"] == told["(c) below it."] == "core"
    assert told["Plain:"] == told["(a) open;"] == told["End."] == ""


@pytest.mark.parametrize(
    "text",
    [
        "1. (U) A sentence. (C) Another.\n",
        "1. (U) A sentence.\n(C) Another.\n",
        "(C) A paragraph without a number.\n\nAnd what follows it.\n",
        "(C) BACKGROUND\n\n1. (U) A sentence.\n",
        "1. (DR) Une phrase.\n",
    ],
)
def test_a_mark_anywhere_at_a_portions_edge_narrows_it_and_is_told(text: str, policy: Policy) -> None:
    got = imported(HEAD + text, policy)

    assert set(readers(got).values()) == {"core"}
    assert "classification" in codes(got)


def test_unclassified_marks_and_letters_in_words_narrow_nothing(policy: Policy) -> None:
    text = "1. (U) Vessel(s) of annex (C) and section 5(C) wait.\n\n2. (NC) Ports (S) too.\n"
    assert set(readers(imported(text, policy, audience="oeg")).values()) == {""}


@pytest.mark.parametrize(
    "mark",
    [
        "(SECRET)",
        "(Confidential)",
        "(CONFIDENTIEL)",
        "(SECRET DÉFENSE)",
        "(NATO RESTRICTED)",
        "(Reservado)",
        "(C.)",
        "(S/NF):",
        "(S//REL TO USA, AUS, CAN, GBR, NZL, FVEY)",
        "(U//FOUO).",
        "(Unclassified//FOUO)",
        "[C]",
        "(c)",
        "(U) (S)",
        "**(S)**",
    ],
)
@pytest.mark.parametrize(
    "frame", ["1. {} The ship.", "{} The ship.", "1. Open. {} The ship.", "1. One:\n-- {} The ship."]
)
def test_a_mark_in_another_spelling_narrows_and_is_told(mark: str, frame: str, policy: Policy) -> None:
    got = imported("Subject line\n\n" + frame.format(f"{mark} The ship.") + "\n", policy, audience="partner")
    assert [audience for words, audience in readers(got).items() if words.endswith("The ship.")] == ["core"]
    assert "classification" in codes(got)


@pytest.mark.parametrize("text", ["(C)The ship.", "(U)(S) The ship.", "Open.(C)The ship.", "(Secret: the ship."])
def test_a_mark_needs_no_blank_around_it(text: str, policy: Policy) -> None:
    got = imported(f"1. {text}\n", policy, audience="partner")
    assert (readers(got)[text], codes(got).count("classification")) == ("core", 1)


@pytest.mark.parametrize(
    "text",
    [
        "1. Points:\n(a) one;\n(b) two;\n(c) three;\n(d) four.\n",
        "1. Points: (a) one, (b) two; (c) three.\n",
        "(a) One is here.\n\n(b) Two is here.\n\n(c) Three is here.\n",
        "1. (U)The ship.\n\n2. (Unclassified) Another.\n",
        "1. (Secretariat) A note.\n\n2. (see the annex) Two.\n\n3. (C’est dit) Trois.\n",
    ],
)
def test_what_counts_a_list_and_words_in_brackets_are_no_marks(text: str, policy: Policy) -> None:
    got = imported("Subject line\n\n" + text, policy, audience="partner")
    assert set(readers(got).values()) == {""}
    assert "classification" not in codes(got)


def test_a_letter_that_no_list_leads_to_is_a_mark(policy: Policy) -> None:
    text = "1. Points:\n(a) one;\n(b) two.\n\n2. (c) Three.\n\n3. (b) four;\n(c) five.\n"
    told = readers(imported(HEAD + text, policy))
    assert readers(imported("1. Points:\n(a) one;\n(b) (c) two.\n", policy, audience="oeg"))["(b) (c) two."] == "core"
    assert (told["(a) one;"], told["(c) Three."], told["(b) four; (c) five."]) == ("", "core", "core")


def test_an_address_without_a_number_reaches_no_further_than_its_paragraph(policy: Policy) -> None:
    told = readers(imported(HEAD + "FOR ANKARA: one.\n\nAnother paragraph.\n\nGENERAL\n\nFor all.\n", policy))
    assert told["FOR ANKARA: one."] == "state:tr"
    assert told["Another paragraph."] == "core"
    assert told["For all."] == ""
    told = readers(imported(HEAD + "1. FOR ANKARA: one.\n\nA loose paragraph.\n\n2. Two.\n", policy))
    assert told["FOR ANKARA: one."] == "state:tr"
    assert told["A loose paragraph."] == "core"
    assert told["Two."] == ""


def test_another_address_ends_no_doubt_about_the_first_and_for_all_does(policy: Policy) -> None:
    text = "FOR ANKARA:\n\n2. Two.\n\n3. FOR LONDON: three.\n\n4. Four.\n\n5. FOR THE OEG: five.\n\n6. Six.\n"
    told = readers(imported(HEAD + text, policy))
    assert [told[one] for one in ("Two.", "FOR LONDON: three.", "Four.")] == ["state:tr", "state:gb", "core"]
    assert told["FOR THE OEG: five."] == told["Six."] == ""
    text = "(C) BACKGROUND\n\n1. FOR ANKARA: one.\n\n2. FOR THE OEG: two.\n\n3. Three.\n\nGENERAL\n\n4. Four.\n"
    told = readers(imported(HEAD + text, policy))
    assert told["FOR ANKARA: one."] == told["FOR THE OEG: two."] == told["Three."] == "core"
    assert told["Four."] == ""


def test_an_address_reaches_from_one_part_into_the_next(policy: Policy) -> None:
    text = "SECTION 01 OF 02\n\n1. One.\n\nFOR ANKARA:\n\n2. Two.\n\nSECTION 02 OF 02\n\n3. Three.\n\n4. Four.\n"
    told = readers(imported(HEAD + text, policy))
    assert (told["One."], told["Two."], told["Three."], told["Four."]) == ("", "state:tr", "core", "core")


@pytest.mark.parametrize(
    ("line", "lang"),
    [
        ("For Ankara only: please also ask about the port.", "en"),
        ("For Atlantis: please also ask.", "en"),
        ("Ankara only: please also ask.", "en"),
        ("FOR ANKARA (ACTION) AND WARSAW (INFO): please also ask.", "en"),
        ("Para Ankara únicamente: pregunten también por el puerto.", "es"),
        ("A la atención de Ankara: pregunten también por el puerto.", "es"),
        ("Pour Ankara seulement : merci de demander aussi.", "fr"),
        ("À l’attention d’Ankara : merci de demander aussi.", "fr"),
    ],
)
@pytest.mark.parametrize("frame", ["{}", "The port is open. {}", "1. {}", "1. One:\n-- {}", "1. One. {}"])
def test_what_only_looks_like_an_address_is_for_the_fewest(line: str, lang: str, frame: str, policy: Policy) -> None:
    got = imported("Subject line\n\n" + frame.format(line) + "\n", policy, lang=lang, audience="oeg")

    assert next(audience for words, audience in readers(got).items() if line[-12:] in words) == "core"
    assert "address-in-sentence" in codes(got)


def test_a_second_address_inside_a_section_is_told_and_not_followed(policy: Policy) -> None:
    text = "FOR ANKARA AND WARSAW:\n\n2. Both.\n\nFor Ankara only: please also ask.\n\nFOR ANKARA ONLY\n\n3. A third.\n"
    got = imported(HEAD + text, policy)
    told = readers(got)
    assert told["Both."] == "state:pl, state:tr"
    assert told["For Ankara only: please also ask."] == told["FOR ANKARA ONLY"] == told["A third."] == "core"
    assert codes(got).count("address-in-sentence") == 2


@pytest.mark.parametrize("line", ["A. ANKARA: ask.", "Rest. Ankara: ask.", "ANKARA: ask.", "-- TURKEY: ask."])
def test_a_capital_with_a_colon_is_asked(line: str, policy: Policy) -> None:
    told = readers(imported(HEAD + f"1. They are:\n{line}\n\n2. The rest.\n", policy))
    assert next(told[one] for one in told if one.endswith("ask.")) == "core"
    assert told["The rest."] == ""


@pytest.mark.parametrize(
    "address",
    [
        "ANKARA AND WARSAW:",
        "ANKARA, WARSAW:",
        "Ankara/Warsaw:",
        "Ankara and Warsaw:",
        "Ankara y Varsovia:",
        "ANKARA - WARSAW:",
        "Turkey and Poland:",
        "To Ankara:",
        "TO: ANKARA.",
        "À Varsovie :",
        "@Ankara:",
        "ANKARA ONLY.",
        "(ANKARA ONLY)",
        "**FOR ANKARA**:",
        "**ANKARA:**",
    ],
)
@pytest.mark.parametrize("frame", ["{}", "The port is open. {}", "1. {}", "1. One:\n-- {}", "1. One. {}"])
def test_an_address_to_several_or_in_other_signs_is_asked(address: str, frame: str, policy: Policy) -> None:
    got = imported("Subject line\n\n" + frame.format(f"{address} The ship.") + "\n", policy, audience="partner")
    assert [audience for words, audience in readers(got).items() if words.endswith("The ship.")] == ["core"]
    assert "address-in-sentence" in codes(got)


def test_a_title_that_is_marked_stands_in_the_header_alone(policy: Policy) -> None:
    got = imported(HEAD.replace("STATEMENT ON", "(C) DOUBTS ABOUT THE") + "1. One.\n", policy)
    assert got.drafts[0].title == "Imported paper"
    assert readers(got)["SUBJECT: (C) DOUBTS ABOUT THE PORTS"] == "core"
    assert "classification" in codes(got, "the title")
    body = [word_files.paragraph("(C) A title", style="Title"), word_files.paragraph("One sentence of this paper.")]
    data = word_files.packed(word_files.document(*body))
    wishes = Wishes("statements/x", "en", datetime.date(2008, 11, 3), audience=Audience(("oeg",)))
    got = draft_paper(read_paper(data, "w.docx"), policy, wishes)
    assert got.drafts[0].title == "Imported paper"
    assert readers(got)["(C) A title"] == "core"
    got = imported(HEAD.replace("STATEMENT ON", "(SECRET) DOUBTS ABOUT THE") + "1. One.\n", policy)
    assert got.drafts[0].title == "Imported paper"


@pytest.mark.parametrize(
    "text",
    [
        "Turkey: it agreed.",
        "Noted. Poland: it agreed too.",
        "For example: a port.",
        "For the record: no.",
        "The reason for this: none.",
        "Ports only.",
        "Ports only. They agreed.",
        "Ports and ships: they wait.",
        "To the surprise of Poland the port is open.",
        "It went to Ankara: nobody answered.",
    ],
)
def test_prose_is_no_address(text: str, policy: Policy) -> None:
    assert "address-in-sentence" not in codes(imported(HEAD + f"1. {text}\n", policy))


def mail(html: str) -> str:
    fields = "From: Desk <desk@ports.example>\nDate: Mon, 3 Nov 2008 10:00:00 +0100\nSubject: Points\n"
    return f"{fields}Content-Type: text/html; charset=utf-8\n\n{html}\n"


def test_an_item_of_a_message_is_looked_at_as_a_line_is(policy: Policy) -> None:
    due = "POUR ANKARA : prière de répondre avant le 1er décembre 2008 à 18 h (heure de Paris)."
    html = mail(
        f"<p>1. Le groupe remercie.</p><ol start=2><li>{due}</li><li>Un autre<ul><li>dedans</li></ul></li></ol>"
    )
    got = imported(html, policy, name="m.eml", lang="fr", audience="oeg")

    assert readers(got)[due] == "core"
    assert {"address-in-sentence", "action", "word-numbers"} <= set(codes(got))
    assert any("from 2 on" in one.what for one in got.doubts)
    assert "- Un autre\n    - dedans" in got.drafts[0].text


@pytest.mark.parametrize(
    ("asked", "hour"),
    [
        ("by 1800 Paris time on 28 November 2008", "1800 Paris time"),
        ("by 28 November 2008 at noon local time", "noon local time"),
        ("by 28 November 2008, 6 p.m.", "6 p.m."),
        ("avant le 28 novembre 2008 à 18 h (heure de Paris)", "18 h (heure de Paris)"),
        ("hasta el 28 de noviembre de 2008 a las 18:00 hora de Madrid", "18:00 hora de Madrid"),
    ],
)
def test_an_hour_that_is_not_understood_is_not_called_missing(asked: str, hour: str, policy: Policy) -> None:
    got = imported(HEAD + f"ACTION REQUEST\n\n1. Posts should reply {asked}.\n", policy)
    [told] = [one.what for one in got.doubts if one.code == "action"]
    assert told == f"an action is due by 2008-11-28; its hour or time zone was not understood: “{hour}”"


def test_an_hour_that_is_missing_is_called_so(policy: Policy) -> None:
    got = imported(HEAD + "ACTION REQUEST\n\n1. Posts should reply by 28 November 2008 about 1540 and 92.\n", policy)
    assert [one.what for one in got.doubts if one.code == "action"] == [
        "an action is due by 2008-11-28, at an hour that the paper does not say"
    ]


def test_only_the_signs_that_look_like_a_fence_become_code(policy: Policy) -> None:
    got = imported("1. Second; please reply by Friday.\n::: public\n\n::: oeg; next.\n", policy)
    assert "Second; please reply by Friday. `:::` public" in got.drafts[0].text
    assert escaped("Yes; see [a]<oeg> then, and so on.", policy) == "Yes; see \\[a\\]`<`oeg> then, and so on."


@pytest.mark.parametrize("text", ["]{ oeg }", "]{oeg}", "] { oeg, partner }", ":: ]{ oeg } cqpart1"])
def test_a_text_of_nothing_but_signs_and_readers_is_taken_by_the_build(text: str, policy: Policy) -> None:
    # `imported` reads the draft as the build does.
    got = imported(f"Subject line\n\n{text}\n\nOne sentence.\n", policy, audience="partner")
    assert readers(got)[text] == ""


@pytest.mark.parametrize(
    "name", ["RICE", "J. R. RICE, SECRETARY", "ÁLVAREZ", "Kind regards,\nJim", "Cordialement, Jean"]
)
def test_a_name_that_ends_a_paper_is_doubted(name: str, policy: Policy) -> None:
    got = imported(HEAD + f"1. One sentence.\n\n{name}\nBT\n#0001\nNNNN\n", policy)
    assert "contacts" in codes(got, "the last short line")
    shown = " ".join(name.split())
    assert readers(got)[shown] == "core"
    alone = imported(f"1. One sentence.\n\n{name}\n", policy, audience="oeg")
    assert alone.drafts[0].title == "Imported paper"


def test_lists_keep_their_levels(policy: Policy) -> None:
    text = (
        "1. Points:\n-- first\n-- second\n(a) sub item one\n(b) sub item two\n   (i) deep\n   (ii) deeper\n-- third\n\n"
        "2. Letters:\n(a) one;\n  - below;\n  - too;\n(b) two;\n(i) roman;\n(ii) more;\n(c) three.\n"
    )
    levels = [
        (len(line) - len(line.lstrip())) // 4
        for line in imported(text, policy).drafts[0].text.split("\n")
        if line.lstrip().startswith("- ")
    ]
    assert levels == [0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 0, 1, 1, 0]


def test_a_list_that_a_section_parts_begins_anew(policy: Policy) -> None:
    text = "1. Points:\n-- first:\n    (a) (C) shut;\n    (b) and this.\n\n2. End.\n"
    told = readers(imported(HEAD + text, policy))
    assert told["first:"] == ""
    assert told["(a) (C) shut;"] == told["(b) and this."] == "core"


def test_a_word_file_narrows_as_a_cable_does(policy: Policy) -> None:
    body = [
        word_files.paragraph("1. FOR ANKARA: the first sentence of this paper stands here."),
        word_files.paragraph("2. (C) The second sentence of this paper stands here."),
        word_files.paragraph("pour Ankara : un point de cette liste", numbered=(2, 0)),
        word_files.paragraph("3. The third sentence of this paper stands here."),
    ]
    data = word_files.packed(word_files.document(*body))
    wishes = Wishes("statements/x", "en", datetime.date(2008, 11, 3), kind="statement", audience=Audience(("oeg",)))
    told = readers(draft_paper(read_paper(data, "w.docx"), policy, wishes))
    assert list(told.values()) == ["state:tr", "core", "core", ""]
