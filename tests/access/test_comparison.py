"""Who may read what they could not read before: found wherever the text went, however it was edited on the way."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import hmac
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from communique.access.comparison import Change, compare
from communique.access.record import Record, read_record, record_of, render_record
from communique.access.units import units_of, words_of
from communique.documents.catalogue import Catalogue, assemble
from communique.documents.cutting import parse_source
from communique.documents.document import Text
from communique.documents.fields import KINDS
from communique.documents.kinds import read_front_matter, split_front_matter
from communique.policy import Policy, read_policy
from communique.problems import Refused
from communique.site import Site, read_site
from communique.strict_yaml import load_yaml
from tests.documents.reading import STATES, TIERS

_KINDS = "".join(f"  {kind}: {{en: K, fr: K}}\n" for kind in KINDS)
SITE = (
    "id: x.example\nas_of: 2008-11-03\nhome: null\nlanguages: [en, fr]\nname: {en: N, fr: N}\n"
    "tagline: {en: T, fr: T}\nenquiries: a@x.example\ncollections:\n"
    "  notes: {label: {en: N, fr: N}, intro: {en: I, fr: I}}\nkinds:\n" + _KINDS
)
DAY = datetime.date(2008, 11, 3)


def keyed(data: bytes) -> bytes:
    return hmac.digest(b"a key for tests", data, "sha256")


@functools.cache
def policy(tiers: str = TIERS) -> Policy:
    both = tiers.replace("{en: ", "{fr: X, en: ")
    states = STATES.replace("{en: ", "{fr: X, en: ")
    return read_policy(load_yaml(both, "tiers.yaml"), load_yaml(states, "states.yaml"), ["en", "fr"])


@functools.cache
def site() -> Site:
    return read_site(load_yaml(SITE, "site.yaml"), KINDS)


def catalogue(texts: Mapping[str, str], rules: Policy | None = None) -> Catalogue:
    """A site of documents: `one` (its English text), `one.fr` (the French one), with an audience in front of a text
    where it is not public: "oeg! text".
    """
    known = rules or policy()
    read: list[tuple[str, Text]] = []
    for name, body in texts.items():
        ident, _, lang = name.partition(".")
        lang = lang or "en"
        audience, mark, rest = body.partition("! ")
        audience, rest = (audience, rest) if mark and audience in known.audience_names else ("public", body)
        head = f"audience: {audience}\noriginal: en\nsummary: Short words about nothing.\n"
        head = ("kind: notice\ndate: 2008-10-01\n" if lang == "en" else "") + head
        text = f"---\n{head}---\n# Title of {name}\n\n{rest}\n"
        node, body_text, line = split_front_matter(text, f"{name}.md")
        front = read_front_matter(node, f"{name}.md", lang, ["en", "fr"], known)
        source = parse_source(body_text, f"{name}.md", known, front.audience, first_line=line)
        read.append((f"notes/{ident}", Text(f"{name}.md", lang, front, source, text)))
    return assemble(site(), known, read, {})


def recorded(texts: Mapping[str, str], rules: Policy | None = None) -> Record:
    known = rules or policy()
    record = record_of(units_of(catalogue(texts, known)), known, keyed, release=1, date=DAY, content="0" * 32)
    return read_record(render_record(record), "released.yaml")


def changes(before: Mapping[str, str], after: Mapping[str, str], rules: Policy | None = None) -> list[Change]:
    known = rules or policy()
    return compare(recorded(before), units_of(catalogue(after, known)), known, keyed)


def told(found: Sequence[Change]) -> list[str]:
    return [
        f"{one.way} {one.document.removeprefix('notes/')} {one.number or 0} {one.kind}: "
        f"{one.old or '-'} → {one.new or '-'}"
        for one in found
    ]


def test_nothing_changes_nothing() -> None:
    text = {"one": "Open words here.\n\n::: oeg\nSome closed words of it.\n:::\n\n- a point\n- its item {oeg}"}

    assert changes(text, text) == []


def test_a_section_whose_audience_grows_is_widened_and_one_whose_audience_shrinks_is_narrowed() -> None:
    before = {"one": "::: oeg\nThe first of them.\n:::\n\n::: partner\nThe second of them.\n:::"}
    after = {"one": "::: partner\nThe first of them.\n:::\n\n::: oeg\nThe second of them.\n:::"}

    found = changes(before, after)

    assert told(found) == ["widened one 1 paragraph: oeg → partner", "narrowed one 2 paragraph: partner → oeg"]
    assert found[0].gained == {"partner"}
    assert found[1].lost == {"partner"}


def test_new_text_is_new_and_deleted_text_is_gone() -> None:
    found = changes(
        {"one": "It stays here.\n\n::: oeg\nIt goes away soon.\n:::"}, {"one": "It stays here.\n\nIt comes."}
    )

    # At the same number as text of fewer readers: it may be that text in other words.
    assert told(found) == ["widened one 2 paragraph: oeg → public"]
    assert told(changes({"one": "It stays here."}, {"one": "It stays here.\n\nIt comes."})) == [
        "new one 2 paragraph: - → public"
    ]
    assert told(changes({"one": "It stays here.\n\n::: oeg\nGone.\n:::"}, {"one": "It stays here."})) == [
        "gone one 2 paragraph: oeg → -"
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # Sealed words of a line, their braces gone; then edited as well.
        ("We met [the envoy of the harbour]{oeg} there.", "We met the envoy of the harbour there."),
        ("We met [the envoy of the harbour]{oeg} there.", "We met an envoy of this harbour over there."),
        ("We met [Smith]{oeg} there.", "We met Smith there."),
        ("- first point\n- second closed point {oeg}\n- third", "- first point\n- second closed point\n- third"),
        ("- first point\n- second closed point {oeg}\n- third", "- first point\n- second opened point\n- third"),
        (
            "| a | b |\n| --- | --- |\n| one | two |\n| three | four | {oeg}",
            "| a | b |\n| --- | --- |\n| one | two |\n| three | four |",
        ),
        ("::: oeg\n| a | b |\n| --- | --- |\n| one | two |\n:::", "| a | b |\n| --- | --- |\n| one | two |"),
        ("::: oeg\n## A closed heading\n\nIts text.\n:::", "## A closed heading\n\n::: oeg\nIts text.\n:::"),
        # Edited and widened at once, and moved to another number.
        ("::: oeg\nSix ships were stopped at the strait.\n:::", "Seven vessels had to wait at some strait."),
        ("::: oeg\nSix ships stopped at the strait.\n:::\n\nAn end.", "An end.\n\nSix ships stopped at the strait."),
        # One sentence of a sealed paragraph, put into another.
        (
            "A beginning.\n\n::: oeg\nFirst. The carrier turned back before the strait. Last.\n:::",
            "A beginning: the carrier turned back before the strait.\n\n::: oeg\nFirst. Last.\n:::",
        ),
        # A section of a section that falls out of the inner one.
        ("::: partner\nOuter words stand here.\n\n::: oeg\nInner words stand here.\n:::\n:::",
         "::: partner\nOuter words stand here.\n\nInner words stand here.\n:::"),
    ],
)  # fmt: skip
def test_text_that_was_unsealed_is_seen_however_it_was_done(before: str, after: str) -> None:
    assert [one for one in changes({"one": before}, {"one": after}) if one.way == "widened"]


def test_text_moved_to_an_open_place_of_another_document_is_seen() -> None:
    closed = "Six ships were stopped at the strait."
    before = {"one": f"A.\n\n::: oeg\n{closed}\n:::", "two": "B."}

    assert told(changes(before, {"one": "A.", "two": f"B.\n\n{closed}"})) == [
        "widened two 2 paragraph: oeg → public",
    ]
    quoted = {"one": f"A.\n\n::: oeg\n{closed}\n:::", "two": "B, for six ships were stopped at the strait then."}
    assert told(changes(before, quoted)) == ["widened two 1 paragraph: oeg → public"]


def test_a_document_unsealed_whole_gives_away_title_summary_and_text() -> None:
    found = changes({"one": "oeg! Words of the text."}, {"one": "Words of the text."})

    assert {one.kind for one in found if one.way == "widened"} == {"title", "summary", "paragraph"}


def test_a_translation_in_which_two_texts_change_places_is_seen() -> None:
    english = "::: oeg\nClosed words of it.\n:::\n\nOpen words of it."
    before = {"one": english, "one.fr": "::: oeg\nMots scellés du texte.\n:::\n\nMots ouverts du texte."}
    after = {"one": english, "one.fr": "::: oeg\nMots ouverts du texte.\n:::\n\nMots scellés du texte."}

    widened = [one for one in changes(before, after) if one.way == "widened"]

    assert [(one.lang, str(one.number)) for one in widened] == [("fr", "2")]


def test_a_policy_that_lets_others_in_widens_every_text_it_concerns() -> None:
    text = {"one": "Open.\n\n::: core\nClosed words of it.\n:::"}
    wider = TIERS.replace("oeg: {includes: [partner]", "oeg: {includes: [partner, core]")
    wider = wider.replace("core: {includes: [oeg]", "core: {includes: [partner]")

    found = changes(text, text, policy(wider))

    assert told(found) == ["widened one 2 paragraph: core → core"]
    assert found[0].gained == {"oeg"}


def test_an_edit_that_opens_nothing_asks_for_nothing() -> None:
    before = {"one": "Open words stand here.\n\n::: oeg\nClosed words stand here.\n:::\n\nThe end of it."}
    after = {"one": "Open words stood here.\n\n::: oeg\nClosed words stood there.\n:::\n\nNew.\n\nThe end of it."}

    assert [one.way for one in changes(before, after)] == ["new"]


def test_words_that_were_open_elsewhere_already_are_nobody_s_secret() -> None:
    phrase = "the Operational Experts Group of the Initiative"
    before = {"one": f"We met {phrase}.\n\n::: oeg\nThen {phrase} agreed to all.\n:::"}
    after = {**before, "two": f"A guide to {phrase}."}

    assert {one.way for one in changes(before, after)} == {"new"}


def test_without_a_record_all_is_new() -> None:
    units = list(units_of(catalogue({"one": "A.\n\n::: oeg\nB.\n:::"})))

    assert {one.way for one in compare(None, units, policy(), keyed)} == {"new"}


def test_the_record_tells_no_word_and_no_guess_can_be_tried_without_the_key() -> None:
    text = {"one": "Open words.\n\n::: oeg\nHeron over the quiet harbour tonight.\n:::"}
    written = render_record(
        record_of(units_of(catalogue(text)), policy(), keyed, release=1, date=DAY, content="0" * 32)
    )
    other = render_record(
        record_of(units_of(catalogue(text)), policy(), lambda data: hmac.digest(b"another", data, "sha256"),
                  release=1, date=DAY, content="0" * 32)
    )  # fmt: skip

    assert "heron" not in written.casefold()
    hashes = {line.split("text: ")[1][:32] for line in written.splitlines() if "text: " in line}
    assert hashes
    assert not [one for one in hashes if one in other]


def test_a_record_reads_back_equal_and_a_damaged_one_is_refused_at_its_line() -> None:
    record = recorded({"one": "A [B c]{oeg, state:nz}.\n\n- an item\n- another {oeg}", "one.fr": "A."})
    text = render_record(record)

    assert read_record(text, "released.yaml") == record
    assert load_yaml(text, "released.yaml").value, "it is YAML, whatever reads it"
    with pytest.raises(Refused, match=r"released.yaml:5: .*bad-record"):
        read_record("\n".join([*text.splitlines()[:4], "release one", *text.splitlines()[5:]]), "released.yaml")
    with pytest.raises(Refused, match="bad-record"):
        read_record(text.replace("release: 1\n", ""), "released.yaml")


# Whatever editors do to audiences, nobody reads more unseen.

AUDIENCES = ("public", "partner", "oeg", "core", "state:nz", "oeg, state:nz", "state:mx")
WORDS = ("heron", "harbour", "strait", "envoy", "cargo", "night", "signal", "port", "crane", "ferry", "north", "seven")
paragraphs = st.lists(
    st.tuples(st.lists(st.sampled_from(WORDS), min_size=1, max_size=9), st.sampled_from(AUDIENCES)),
    min_size=1,
    max_size=6,
)


def written(texts: Sequence[tuple[Sequence[str], str]]) -> str:
    return "\n\n".join(
        " ".join(words) + "." if audience == "public" else f"::: {audience}\n{' '.join(words)}.\n:::"
        for words, audience in texts
    )


@settings(max_examples=80, deadline=None, database=None)
@given(before=paragraphs, data=st.data())
def test_no_widening_goes_unreported(before: list[tuple[list[str], str]], data: st.DataObject) -> None:
    """Paragraphs get other audiences, change places, go and come: whoever could read none of the places at which a
    text stood, and can read one at which it stands, is named.
    """
    audiences = data.draw(st.lists(st.sampled_from(AUDIENCES), min_size=len(before), max_size=len(before)))
    kept = [(words, audience) for (words, _), audience in zip(before, audiences, strict=True)]
    after = data.draw(st.permutations(kept)) + data.draw(paragraphs)
    rules = policy()

    found = changes({"one": written(before)}, {"one": written(after)})

    def readers(audience: str) -> set[str]:
        names = audience.split(", ")
        return {one for one in rules.audience_names if set(names) & rules.closure([one])}

    could: dict[tuple[str, ...], set[str]] = {}
    for words, audience in before:
        could.setdefault(tuple(words), set()).update(readers(audience))
    for number, (words, audience) in enumerate(after, 1):
        if tuple(words) in could:
            gained = readers(audience) - could[tuple(words)]
            named = {one for change in found if change.way == "widened" and str(change.number) == str(number)
                     for one in change.gained}  # fmt: skip
            assert named == ({"public"} if "public" in gained else gained)


@settings(max_examples=80, deadline=None, database=None)
@given(texts=paragraphs)
def test_the_same_texts_are_never_a_change(texts: list[tuple[list[str], str]]) -> None:
    assert changes({"one": written(texts)}, {"one": written(texts)}) == []


def test_words_are_the_same_in_any_dress() -> None:
    assert words_of("**Six** [ships](doc:notes/one#p2 'a title'), stopped[^1] `cqpart3q` at _night_") == (
        "six", "ships", "a", "title", "stopped", "at", "night",
    )  # fmt: skip


def test_changes_name_the_place_in_the_source() -> None:
    found = changes({"one": "A b.\n\n::: oeg\nC d.\n:::"}, {"one": "A b.\n\n::: partner\nC d.\n:::"})

    assert str(found[0].place) == "one.md:13:1"
    assert dataclasses.replace(found[0], hash="") != found[0]


def test_under_another_master_what_stands_where_is_still_compared() -> None:
    before = {"one": "Open words.\n\n::: oeg\nClosed words of it.\n:::\n\n::: core\nMore of it.\n:::"}
    after = {"one": "Open words.\n\n::: partner\nClosed words of it.\n:::\n\n::: core\nMore of it.\n:::"}
    units = units_of(catalogue(after))

    found = compare(recorded(before), units, policy(), lambda data: hmac.digest(b"another key", data, "sha256"))

    assert told(found) == ["widened one 2 paragraph: oeg → partner"]
