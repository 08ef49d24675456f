"""An index says where words stand: read by the browser's own script, compared with looking at every passage."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest

from communique.sealing.keystore import Keystore
from communique.sealing.primitives import Json, cj
from communique.searching import index as indexing
from communique.searching.index import Entry, Index, build_index, weight_of_script
from communique.searching.passages import Passage, passages_of
from communique.searching.words import words_of
from communique_pelican.search import index_script

PROJECT = Path(__file__).resolve().parents[2]
VOCABULARY = {
    lang: words.split(" ")
    for lang, words in {
        "en": "ship ships shipping interdict interdiction interdicted cargo cargoes port ports law laws state states",
        "es": "buque buques interdicción interdicciones público publico publicó carga cargas puerto Estado peligro",
        "ar": "سفينة سفن السفينة المبادرة مبادرة الإرهاب ميناء موانئ",
    }.items()
}
#: Shards of this size make many of a small index.
SMALL_SHARD = 700


def entries(seed: int, documents: int = 12, lang: str = "es") -> list[Entry]:
    chance = random.Random(seed)

    def text(spoken: str) -> str:
        return " ".join(chance.choices(VOCABULARY[spoken], k=chance.randint(3, 14)))

    made = []
    for number in range(documents):
        spoken = chance.choice([lang, lang, "en", "ar"])
        passages = tuple(Passage(f"p{i}", str(i), "", spoken, text(spoken)) for i in range(1, chance.randint(2, 9)))
        facts: dict[str, Json] = {"path": f"es/a/{number}/index.html", "title": text(spoken), "numbering": True}
        made.append(Entry(facts, spoken, str(facts["title"]), chance.random() < 0.8, passages))
    return made


_PROGRAM = """
const { files, table, asked, ahead } = JSON.parse(require("fs").readFileSync(0, "utf-8"));
globalThis.window = globalThis;
globalThis.document = { currentScript: null };
const loaded = [];
window.Communique = { loading: {
  async run(path, prepare) {
    const script = {};
    prepare(script);
    loaded.push(path);
    document.currentScript = script;
    new Function(files[path])();
    document.currentScript = null;
  },
  problem: (code) => new Error(code),
} };
require(SCRIPT);
(async () => {
  const index = await window.Communique.searchIndex.publicIndex(table);
  if (ahead) await index.loadAhead();
  const before = [...loaded];
  const found = {};
  for (const form of asked) {
    const one = await index.find(form);
    found[form] = one && { passages: [...one.passages], forms: [...one.forms], isEverywhere: one.isEverywhere };
  }
  const begun = {};
  for (const form of asked) begun[form] = await index.formsFrom(form.slice(0, 3));
  const passages = [];
  for (let at = 0; at < index.count; at += 1) {
    const { facts, anchor, place, text, lang, marking } = await index.passage(at);
    passages.push({ path: facts.path, anchor, place, text, lang, marking, document: index.documentOf(at) });
  }
  console.log(JSON.stringify({ found, begun, passages, before, loaded }));
})();
"""


def read_by_the_browser(index: Index, asked: list[str], *, ahead: bool = False) -> dict[str, Any]:
    files: dict[str, str] = {}

    def write(shard: indexing.Shard) -> str:
        # Names that run against the order of words, as the keyed ones of sealed shards may.
        path = f"sealed/{9999 - len(files):04}.js"
        files[path] = index_script("search/es/public/0001", cj(dict(shard.value))).decode()
        return path

    files["table"] = index_script("search/es/public", cj(index.table(write))).decode()
    program = _PROGRAM.replace("SCRIPT", json.dumps(str(PROJECT / "theme/static/js/search-index.js")))
    given = json.dumps({"files": files, "table": "table", "asked": asked, "ahead": ahead})
    ran = subprocess.run(["node", "-e", program], input=given, capture_output=True, text=True, check=True)
    told: dict[str, Any] = json.loads(ran.stdout)
    return told


@pytest.mark.node
@pytest.mark.parametrize("seed", range(3))
def test_a_word_is_found_in_every_passage_that_has_it_or_a_form_of_it_and_in_no_other(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "SHARD", SMALL_SHARD)
    made = entries(seed)
    index = build_index(made, weight_of_script)
    assert len(index.words) > 2
    assert len(index.texts) > 2
    texts = [
        (one.lang, one.text) for entry in made for one in (Passage("", "", "", entry.lang, entry.name), *entry.passages)
    ]
    standing = [{form for form, _ in words_of(text, lang)} for lang, text in texts]
    vocabulary = sorted({form for forms in standing for form in forms})
    told = read_by_the_browser(index, [*vocabulary, "constructor", "nowhere"])
    assert told["found"].pop("nowhere") is None
    assert told["found"].pop("constructor") is None
    for form, found in told["found"].items():
        having = {at for at, forms in enumerate(standing) if not forms.isdisjoint(found["forms"])}
        assert set(found["passages"]) == having, form
        assert form in found["forms"]
        assert form in told["begun"][form]
    assert {*told["found"]["buque"]["forms"]} >= {"buque", "buques"}
    assert {*told["found"]["publico"]["forms"]} >= {"publico"}
    names = [""] * len(texts)
    for at, one in enumerate(told["passages"]):
        assert one["text"] in (names[at], texts[at][1])
        assert one["path"] == f"es/a/{one['document']}/index.html"


@pytest.mark.node
def test_a_passage_bears_its_own_marking_and_a_heading_alone_has_the_words_under_it_or_none() -> None:
    passages = passages_of('<h2 id="h1">Ports</h2><p class="para" id="p1">Open.</p>', "en", marking="TLP:AMBER")
    strict = passages_of('<h2 id="s2">Ships</h2>', "en", marking="TLP:AMBER+STRICT")
    facts: dict[str, Json] = {"path": "x", "numbering": True, "marking": "TLP:AMBER"}
    told = read_by_the_browser(
        build_index([Entry(facts, "en", "A name", True, (*passages, *strict))], weight_of_script), ["ports"]
    )
    assert told["found"]["ports"]["passages"] == [1]
    _, *found = ((one["place"], one["text"], one["marking"]) for one in told["passages"])
    assert found == [("Ports", "", "TLP:AMBER"), ("1", "Open.", "TLP:AMBER"), ("Ships", "Ships", "TLP:AMBER+STRICT")]


@pytest.mark.node
@pytest.mark.parametrize("shard", [60_000, SMALL_SHARD])
def test_what_is_loaded_for_a_member_does_not_depend_on_the_words_of_a_query(
    shard: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "SHARD", shard)
    index = build_index(entries(1), weight_of_script)
    is_short = len(index.texts) <= 12
    assert is_short == (shard == 60_000)
    told = read_by_the_browser(index, ["buque", "nowhere"], ahead=True)
    table, *before = told["before"]
    assert table == "table"
    assert before == sorted(before), "loaded in the order of their names, not of their words"
    assert len(before) == len(index.words) + (len(index.texts) if is_short else 0)
    assert len(told["loaded"]) == 1 + len(index.words) + len(index.texts)


def test_the_numbers_of_sealed_shards_tell_nobody_without_the_master_which_words_they_hold() -> None:
    keystore = Keystore("psi-portal.example", bytes(32))
    order = keystore.shard_order("en", "oeg", 40)
    assert sorted(order) == list(range(1, 41))
    assert order == keystore.shard_order("en", "oeg", 40)
    others = {
        tuple(range(1, 41)),
        keystore.shard_order("es", "oeg", 40),
        keystore.shard_order("en", "core", 40),
        Keystore("psi-portal.example", bytes(31) + b"1").shard_order("en", "oeg", 40),
    }
    assert len(others) == 4
    assert order not in others
    # A shard more leaves the others in their order.
    assert tuple(number for number in keystore.shard_order("en", "oeg", 41) if number != 41) == order


def test_no_shard_is_longer_than_a_shard_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "SHARD", 4 * SMALL_SHARD)
    for seed in range(20):
        index = build_index(entries(seed, documents=20), weight_of_script)
        assert max(weight_of_script(dict(shard.value)) for shard in index.shards) <= 4 * SMALL_SHARD, seed


def test_the_same_documents_give_the_same_bytes_and_words_stand_in_an_order_that_tells_nothing() -> None:
    first, second = (build_index(entries(7), weight_of_script) for _ in range(2))
    assert [cj(dict(shard.value)) for shard in first.shards] == [cj(dict(shard.value)) for shard in second.shards]
    for _, shard in first.words:
        assert list(shard.value) == sorted(shard.value)


def test_a_word_that_stands_nearly_everywhere_is_kept_without_its_places() -> None:
    passages = tuple(Passage(f"p{i}", str(i), "", "en", f"the ship {i + 10000}") for i in range(1, 120))
    index = build_index([Entry({"path": "x"}, "en", "A name", True, passages)], weight_of_script)
    lines = {word: line for _, shard in index.words for word, line in shard.value.items()}
    assert lines["the"] == "|x"
    assert lines["ship"] == "|x"
    assert lines["10007"] == "|x7"


def test_between_words_that_do_not_belong_together_stands_something_that_is_no_word() -> None:
    """Else two neighbours of the alphabet might look like a copy of somebody's two words."""
    index = build_index(entries(3), weight_of_script)
    for _, shard in index.words:
        for line in shard.value.values():
            assert "|x" in str(line) or str(line).endswith("@x")
