"""Where blocks stand in a file's bytes: what is replaced is replaced, and every other byte stays."""

from __future__ import annotations

import itertools
import random

import pytest

from communique.documents.source import Source
from communique.documents.text_files import cut_text
from communique.languages.spans import Span, fenced_spans, front_spans, spans, spliced, title_span, whole_lines
from tests.documents.reading import POLICY
from tests.languages.awkward_texts import BODIES, variants
from tests.languages.handing_off import SITE

AWKWARD = [(name, how) for name, body in BODIES.items() for how in variants(body)]


def awkward(name: str, how: str) -> tuple[bytes, Source]:
    raw = variants(BODIES[name])[how]
    return raw, cut_text(raw.decode().removeprefix("\ufeff"), "en.md", "en", SITE, POLICY).source


@pytest.mark.parametrize(("name", "how"), AWKWARD)
def test_each_block_is_found_in_its_bytes_and_no_two_overlap(name: str, how: str) -> None:
    raw, source = awkward(name, how)
    found = whole_lines(raw, source)
    ends = [0, *(span.end for span in found)]

    assert all(end <= span.start for end, span in zip(ends, found, strict=False))
    for span in (*spans(raw, source), title_span(raw, source)):
        assert raw[span.start : span.end].replace(b"\r\n", b"\n").replace(b"\r", b"\n") == span.text.encode()


@pytest.mark.parametrize(("name", "how"), AWKWARD)
def test_what_stands_between_blocks_is_fences_and_blanks(name: str, how: str) -> None:
    raw, source = awkward(name, how)
    found = whole_lines(raw, source)
    between = b"".join(raw[one.end : other.start] for one, other in itertools.pairwise(found))

    assert {line.split(b" ")[0] for line in between.replace(b"\r", b"\n").split(b"\n") if line.strip()} <= {b":::"}


@pytest.mark.parametrize(("name", "how"), AWKWARD)
def test_what_is_replaced_and_put_back_leaves_the_file_as_it_was(name: str, how: str) -> None:
    raw, source = awkward(name, how)
    chance = random.Random(name + how)
    first_lines = {span: span.text + " and more" for span in (*spans(raw, source), title_span(raw, source))}
    chosen = {span: text for span, text in first_lines.items() if chance.random() < 0.6}
    changed = spliced(raw, chosen)
    moved = 0
    back: dict[Span, str] = {}
    for span in sorted(chosen, key=lambda one: one.start):
        back[Span(span.start + moved, span.end + moved + 9, chosen[span])] = span.text
        moved += 9

    assert len(changed) == len(raw) + 9 * len(chosen)
    assert spliced(changed, back) == raw


@pytest.mark.parametrize(
    "value",
    [
        "Plain",
        "with: a colon",
        "- a dash",
        "'single'",
        '"double" \\ back',
        "two\nlines",
        "# no comment",
        "null",
        "نص",
        "?",
    ],
)
def test_a_value_of_the_head_says_what_it_was_given_however_it_was_written(value: str) -> None:
    raw = b"---\r\nsummary: 'Old one'\r\nby: Old\r\nlist: [a, 'b, c',  d]\r\n---\r\n"
    found = front_spans(raw)
    changed = spliced(raw, {found["summary",]: value, found["by",]: value, found["list", "1"]: value})

    assert {path: span.text for path, span in front_spans(changed).items()} == {
        ("summary",): value,
        ("by",): value,
        ("list", "0"): "a",
        ("list", "1"): value,
        ("list", "2"): "d",
    }


def test_values_of_data_in_several_lines_end_where_they_end() -> None:
    raw, source = awkward("data", "as-is")
    action, case = (block.line for block in source.blocks if block.kind == "data")
    found = {**fenced_spans(raw, action), **fenced_spans(raw, case)}
    changed = spliced(raw, {found["what",]: "New", found["outcome",]: "Came back", found["items", "0"]: "x"})

    assert b'what: "New"\nwho: [partner]' in changed
    assert b'items:\n  - "x"\n  - "three"\noutcome: "Came back"\n```' in changed


def test_spans_that_overlap_are_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        spliced(b"abcdef", {Span(0, 3, "abc"): "x", Span(2, 4, "cd"): "y"})
