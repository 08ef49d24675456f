"""No word of a paper is lost: random papers, with what hurts in them, are drafted, built and read again."""

from __future__ import annotations

import datetime
import html
import random
import re
from email.message import EmailMessage

import pytest

from communique.documents.cutting import parse_source
from communique.documents.kinds import split_front_matter
from communique.documents.rendering import Phrases, Rendered, Renderer, place_parts
from communique.importing.audiences import narrowest
from communique.importing.cable import read_cable
from communique.importing.decoding import decode
from communique.importing.drafting import Wishes
from communique.importing.reading import draft_paper, read_paper
from communique.importing.words import compare, draft_words, paper_words, words_of
from communique.policy import Policy
from communique.problems import Place
from tests.importing import word_files

WISHES = Wishes("statements/drawn", "en", datetime.date(2008, 11, 3))
PLAIN = re.split(
    r"\s+",
    "the port of a vessel and its cargo were seen by customs before dawn état señal señor œuvre Łódź Αθήνα 海 שלום",
)
SIGNS = re.split(
    r"\s+",
    """*bold* _low_ `code` [words]{oeg} [link](https://x.example) ![a](b.png) <b> </p> <script> &amp; &#123; &copy; ===
    {oeg} ::: ::::: :: oeg [oeg] (oeg) # ## > - + * 1. 2. 12) (b) a. ii. | |--- || \\ \\* ~~~ ``` --- *** ___ // %%
    !!! ??? ¶ ¶7 ¶7. [^1] [^1]: *[PSI]: [x]: cqpart3q CQPART7Q {{ }} {%x%} «dit» “so” ‘it’ – — … ½ % & < > << >> <<x>>
    « » a|b doc:x #p3 co-operate dual- re- sub- -ed e.g. i.e. U.N. 1540. 2008. 92. 15 100 3.1 3.1.2 § º ª 50% 5/6 @x
    x@y.example http://a.example oeg, core partner: public ：：： ∶∶∶ ｛oeg｝ [a]<oeg> ]<core> (state:tr) state:tr
    FOR ANKARA: PAGE SECTION OF 02 NNNN BT REF TO""",
)
ODDS = ["\u00a0", "\u202f", "\u200b", "\u00ad", "e\u0301", "\u0130", "ﬁ", "\U0001f6a2", "\u2011"]


def drawn(seed: int) -> bytes:
    """A paper as it might be typed, wrapped and paged: words, signs, numbers, page lines, empty lines."""
    chance = random.Random(seed)
    lines: list[str] = []
    number, page = 1, 1
    if chance.random() < 0.4:
        lines += ["FM SOMEWHERE", "TO OTHERS", "SUBJECT: " + " ".join(chance.choices(PLAIN + SIGNS, k=5)), ""]
    for _ in range(chance.randint(1, 12)):
        words = chance.choices(PLAIN, k=chance.randint(1, 40))
        for _ in range(chance.randint(0, 8)):
            words.insert(chance.randrange(len(words) + 1), chance.choice(SIGNS))
        for _ in range(chance.randint(0, 2)):
            where = chance.randrange(len(words))
            words[where] += chance.choice(ODDS) + chance.choice(["", "x"])
        if chance.random() < 0.6:
            words.insert(
                0, chance.choice([f"{number}.", f"{number}. (U)", f"¶{number}.", f"({number})", f"{number + 2}."])
            )
            number += 1
        line = ""
        for word in words:
            if len(line) + len(word) > chance.choice([20, 40, 60]):
                lines.append(line)
                line = " " * chance.choice([0, 0, 0, 3])
                if chance.random() < 0.08:
                    page += 1
                    gap = [""] * chance.randint(0, 2)
                    lines += [*gap, f"UNCLASSIFIED   PAGE {page:02}   OF 09", *gap]
            line += chance.choice([" ", " ", "  "]) * bool(line.strip()) + word
        lines.append(line + chance.choice([".", "", ":", "-"]))
        lines += [""] * chance.randint(0, 2)
        if chance.random() < 0.06:
            lines += [chance.choice(["SECTION 01 OF 02", "SECTION 02 OF 02", "--------", "SUMMARY"]), ""]
    return chance.choice(["\n", "\r\n"]).join(lines).encode()


@pytest.mark.parametrize("block", range(6))
def test_a_draft_has_the_words_of_its_paper_in_their_order(block: int, policy: Policy) -> None:
    for seed in range(block * 50, block * 50 + 50):
        paper = read_cable(decode(drawn(seed), "drawn.txt"), "drawn.txt")
        imported = draft_paper(paper, policy, WISHES)
        before = paper_words(paper.lines, paper.taken_out)
        after = [word for one in imported.drafts for word in draft_words(one.text, title=False)]

        assert str(compare(before, after)) == "", f"seed {seed}"
        assert not [one for one in imported.doubts if one.code == "words-differ"]


@pytest.mark.parametrize("block", range(4))
def test_what_a_reader_sees_of_a_draft_is_its_paper_and_never_markup_or_a_seal_of_its_making(
    block: int, policy: Policy
) -> None:
    renderer = Renderer()
    for seed in range(1000 + block * 25, 1000 + block * 25 + 25):
        paper = read_cable(decode(drawn(seed), "drawn.txt"), "drawn.txt")
        seen: list[str] = []
        for draft in draft_paper(paper, policy, WISHES).drafts:
            _, body, line = split_front_matter(draft.text, "en.md")
            audience = policy.parse_audience(re.findall(r"^audience: (.+)$", draft.text, re.MULTILINE)[0], Place("x"))
            source = parse_source(body, "en.md", policy, audience, first_line=line)
            numbered = source.numbered(None)
            shown = renderer.render(numbered, lambda _: "#", show_numbers=False, phrases=Phrases("back", "table"))
            fenced = draft.text.count("\n::: ")
            assert len(source.parts) == 1 + fenced, f"seed {seed}"

            # Paragraphs that hold the place of a number the paper leaves out say nothing of it.
            page = re.sub(r"<p [^>]*\bwithdrawn\b[^>]*>.*?</p>", "", whole(shown))
            assert not re.search(
                r"<(?!/?(?:p|h2|h3|ul|li|blockquote|table|thead|tbody|tr|t[hd]|div|code|a|pre)\b)", page
            )
            seen += words_of(html.unescape(re.sub(r"</?(?:code|a)\b[^>]*>", "", page_text(page))))
        before = paper_words(paper.lines, paper.taken_out)

        assert str(compare(before, seen)) == "", f"seed {seed}"


def some(chance: random.Random, most: int) -> str:
    """Words and signs in one line, as XML and HTML write them."""
    return html.escape(" ".join(chance.choices(PLAIN + SIGNS, k=chance.randint(1, most))), quote=False)


def test_a_word_file_keeps_its_words_wherever_they_stand(policy: Policy) -> None:
    for seed in range(40):
        chance = random.Random(seed)
        body: list[str] = []
        for _ in range(chance.randint(1, 10)):
            kind = chance.choice(["typed", "counted", "item", "heading", "table", "quote"])
            if kind == "table":
                rows = [tuple(some(chance, 3) for _ in range(2)) for _ in range(chance.randint(1, 3))]
                body.append(word_files.table(*rows))
            elif kind in ("counted", "item"):
                level = (1 if kind == "counted" else 2, chance.choice([0, 0, 1]))
                body.append(word_files.paragraph(some(chance, 20), numbered=level))
            else:
                style = {"heading": "Heading1", "quote": "Quote"}.get(kind, "")
                body.append(word_files.paragraph(word_files.run(some(chance, 12)), style=style))
        body.append(word_files.paragraph(some(chance, 9), word_files.cited(1), word_files.run(" " + some(chance, 3))))
        notes = {"word/footnotes.xml": word_files.footnotes(some(chance, 9))}
        data = word_files.packed(word_files.document(*body), notes)

        paper = read_paper(data, "drawn.docx")
        imported = draft_paper(paper, policy, WISHES)

        assert not [str(one) for one in imported.doubts if one.code == "words-differ"], f"seed {seed}"
        for draft in imported.drafts:
            _, text, line = split_front_matter(draft.text, "en.md")
            source = parse_source(text, "en.md", policy, narrowest(policy), first_line=line)
            assert len(source.parts) == 1 + draft.text.count("\n::: "), f"seed {seed}"


def test_an_e_mail_keeps_its_words_as_text_and_as_html(policy: Policy) -> None:
    for seed in range(40):
        chance = random.Random(seed)
        message = EmailMessage()
        message["From"], message["Subject"] = "Desk <desk@ports.example>", "Lines that were drawn"
        lines = [html.unescape(some(chance, 12)) for _ in range(chance.randint(1, 9))]
        if chance.random() < 0.5:
            message.set_content("\n".join(chance.choice(["> ", "", ""]) + line for line in lines) + "\n")
        else:
            message.set_content("".join(f"<p>{html.escape(line)}</p>" for line in lines), subtype="html")

        paper = read_paper(message.as_bytes(), "drawn.eml")
        imported = draft_paper(paper, policy, WISHES)

        assert not [str(one) for one in imported.doubts if one.code == "words-differ"], f"seed {seed}"
        # What the reader took for the paper's lines is the message's own.
        read = " ".join(line.lstrip("> ").removeprefix("• ") for line in paper.lines[2:]).split()
        assert read == " ".join(line.lstrip("> ") for line in lines).split(), f"seed {seed}"
        for draft in imported.drafts:
            _, text, line = split_front_matter(draft.text, "en.md")
            parse_source(text, "en.md", policy, narrowest(policy), first_line=line)


def whole(shown: Rendered, name: str = "") -> str:
    return place_parts(shown.html[name], lambda inner, _: whole(shown, inner))


def page_text(page: str) -> str:
    return re.sub(r"</?(?:p|h2|h3|ul|li|blockquote|table|thead|tbody|tr|t[hd]|div)\b[^>]*>", "\n", page)


def test_a_word_that_is_lost_added_or_taken_out_twice_is_found(policy: Policy) -> None:
    assert compare(["a", "b", "c"], ["a", "c"]).lost == ("b",)
    assert compare(["a", "c"], ["a", "b", "c"]).added == ("b",)
    assert compare(["a", "b"], ["b", "a"])
    paper = read_cable(decode(b"1. One paper.\n\n2. Two papers.\n", "x.txt"), "x.txt")
    assert paper_words(paper.lines, paper.taken_out) == ["One", "paper.", "Two", "papers."]
    assert paper_words(paper.lines, [*paper.taken_out, *paper.taken_out]) != ["One", "paper.", "Two", "papers."]
