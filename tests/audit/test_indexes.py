"""The audit of what search loads: sealed tables are what they should be, and a public index has public words only."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from communique.audit import Known, PublicText, SealedText, Standing, Tree, audit
from communique.audit.indexes import indexes
from communique.problems import Place
from communique.sealing.demo import open_demo

SEALER = open_demo(Path(__file__).parents[2] / "keys/demo")
TABLES = "sealed/search-en.0123456789abcdef.js"
PUBLIC = "sealed/search-en-public-0001.0123456789abcdef.js"
SHARD = "sealed/search-en-oeg-0001.0123456789abcdef.js"
PATH = "en/a/b/index.html"
PAGE = """<p><time datetime="2008-11-03">3 de novembre</time> <span class="entry__kind">Notes & papers</span></p>
<h2 class="numbered" id="what-we-saw">What we saw</h2><p id="p1">A paragraph</p>""".replace("&", "&amp;").encode()
SHOWN = {"date": "2008-11-03", "date_text": "3 de novembre", "kind": "Notes & papers"}
PLACE = Place("content/a/b/en.md")
BODY = b'{"v":1}'


def sealed(name: str = "oeg", part: str = "search/oeg", lang: str = "en") -> str:
    return SEALER.seal("index", "-", lang, part, [name], {"ct": "application/json"}, BODY)


def tables(told: dict[str, object]) -> bytes:
    return line({"tables": told, "shards": {"search/oeg/0001": SHARD}})


def line(value: object, name: str = "search/en") -> bytes:
    return f'CQ1_INDEX("{name}",{json.dumps(json.dumps(value))})\n'.encode()


def known(**more: object) -> Known:
    return Known(
        public=(
            PublicText("A *paragraph* about Ships, shipping and l’Œuvre.", "body", PLACE, html="<p>Law<b>s</b></p>"),
        ),
        sealed=(SealedText("a/b", "en", "s1", ("oeg",), PLACE, "The Kestrel sails at dawn."),),
        summaries=("What sailors do.",),
        tables={TABLES: (Standing("index", "-", "en", "search/oeg"),)},
        attachments={SHARD: Standing("index", "-", "en", "search/oeg/0001")},
        indexes=frozenset({PUBLIC}),
        opens=lambda standing, text: text == sealed(),
        **more,  # type: ignore[arg-type]
    )


def codes(files: dict[str, bytes]) -> list[tuple[str, str]]:
    return sorted((problem.place.file, problem.code) for problem in indexes(Tree(files), known()))


def test_tables_and_words_that_are_what_they_should_be_have_no_findings() -> None:
    words = {"ships": "shipping|x1x2", "paragraph": "|x", "laws": "|x1", "oeuvre": "ships@x", "sailors": "|x3"}
    passages = {
        "documents": {"0": {"title": "Ships", "path": PATH, **SHOWN}},
        "passages": [["p1", "1", "A paragraph"], ["", "", "laws"], ["what-we-saw", "", "ships"]],
    }
    assert codes({TABLES: tables({"oeg": sealed()}), PUBLIC: line(words)}) == []
    assert codes({PUBLIC: line(passages), PATH: PAGE}) == []
    assert codes({PUBLIC: line({"v": 1, "words": [["", "sealed/x.js"], ["laws", "sealed/y.js"]]})}) == []


@pytest.mark.parametrize(
    "value",
    [
        {"kestrel": "|x1"},
        {"ships": "kestrel shipping|x1"},
        {"documents": {}, "passages": [["p1", "1", "The Kestrel"]]},
        {"documents": {}, "passages": [["p1", "Kestrel", "ships"]]},
        {"documents": {"0": {"title": "Kestrel"}}, "passages": []},
        {"v": 1, "words": [["kestrel", "sealed/x.js"]]},
        {"\u006bestrel": "|x"},
        {"documents": {"0": {"path": PATH}}, "passages": [["the-kestrel", "", "ships"]]},
        {"documents": {"0": {"path": "en/ships/kestrel/index.html"}}, "passages": []},
        {"documents": {"0": {"path": PATH, **SHOWN, "kind": "Kestrel papers"}}, "passages": []},
        {"documents": {"0": {"path": PATH, **SHOWN, "date_text": "Kestrel"}}, "passages": []},
        {"documents": {"0": {**SHOWN, "kind": "ships", "date": "2008-11-04"}}, "passages": []},
    ],
)
def test_one_word_of_sealed_text_in_a_public_index_is_found_and_not_quoted(value: object) -> None:
    problems = indexes(Tree({PUBLIC: line(value), PATH: PAGE}), known())
    assert [problem.code for problem in problems] == ["index-word"]
    assert "estrel" not in str(problems[0])


@pytest.mark.parametrize("content", [b"", b"{}", line([]), line({"passages": 3, "documents": {}}), line("x")[:-4]])
def test_what_cannot_be_read_is_no_index(content: bytes) -> None:
    assert codes({PUBLIC: content}) == [(f"output/{PUBLIC}", "index-shape")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (tables({"oeg": "{}"}), "object-shape"),
        (tables({"oeg": 3}), "object-shape"),
        (b"nothing", "object-shape"),
        (tables({}), "object-misplaced"),
        (line({"tables": {"oeg": sealed()}, "shards": {}}), "object-misplaced"),
        (line({"oeg": sealed()}), "object-shape"),
        (tables({"oeg": sealed(part="search/core")}), "object-misplaced"),
        (tables({"oeg": sealed(lang="es")}), "object-misplaced"),
        (tables({"oeg": sealed(), "core": sealed()}), "object-misplaced"),
        (tables({"oeg": sealed("core")}), "object-does-not-open"),
    ],
)
def test_a_table_that_is_not_its_object_is_found(content: bytes, code: str) -> None:
    assert codes({TABLES: content}) == [(f"output/{TABLES}", code)]


def test_the_whole_audit_looks_at_indexes_too() -> None:
    tree = Tree({TABLES: tables({"oeg": sealed("core")}), PUBLIC: line({"kestrel": "|x1"})})
    found = {problem.code for problem in audit(tree, known(expected=frozenset(tree.files)))}
    assert {"index-word", "object-does-not-open"} <= found
