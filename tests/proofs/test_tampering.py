"""Whatever is done to a sealed object, both implementations refuse it, in the same words, and neither falls over."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from communique.sealing.envelope import Context, open_sealed
from communique.sealing.errors import SealingError
from communique.sealing.keyring import Slot, open_slot
from communique.sealing.primitives import b64u, cj
from tests.proofs.mutations import (
    Forgery,
    bit_flips,
    by_chance,
    genuine,
    jose_confusions,
    resigned_by_chance,
    swaps,
)
from tests.proofs.third_reader import Refused, open_object
from tests.proofs.third_reader import Slot as ThirdSlot
from tests.vectors.make_objects import BODY, HTML, SITE

pytestmark = pytest.mark.node

PROJECT = Path(__file__).resolve().parents[2]
READER = json.loads((PROJECT / "tests/vectors/objects.json").read_text(encoding="ascii"))["keyrings"][0]
RANDOM = 20_000
#: What a reader is told: one sentence for both.
GENERIC = {"malformed", "does-not-open"}
Said = str | list[str]


@pytest.fixture(scope="module")
def slot() -> Slot:
    return open_slot(READER["keyring"], READER["login"], READER["passphrase"])


def python_says(slot: Slot, forgery: Forgery) -> Said:
    expect = forgery.expect
    places = [
        Context(SITE, expect["kind"], expect["doc"], lang, expect["part"], tuple(expect["aud"]))
        for lang in expect["langs"]
    ]
    try:
        opened = open_sealed(forgery.text, slot.keys, slot.signers, places)
    except SealingError as refused:
        return refused.code
    return [b64u(opened.body), cj(opened.meta)]


def node_says(forgeries: Iterable[Forgery], folder: Path) -> list[Said]:
    """All of them in one process, with one sign-in."""
    asked = folder / "forgeries.jsonl"
    reader = {name: READER[name] for name in ("keyring", "login", "passphrase")}
    lines = [json.dumps(reader), *(json.dumps([one.text, one.expect]) for one in forgeries)]
    asked.write_text("\n".join(lines) + "\n", encoding="ascii")
    script = Path(__file__).with_name("open_forgeries.mjs")
    ran = subprocess.run(["node", str(script), str(asked)], capture_output=True, text=True, check=False, timeout=300)
    assert ran.returncode == 0, ran.stderr
    said: list[Said] = json.loads(ran.stdout)
    return said


def both_say(slot: Slot, forgeries: list[Forgery], folder: Path) -> list[tuple[Forgery, Said]]:
    python = [python_says(slot, one) for one in forgeries]
    browser = node_says(forgeries, folder)
    differing = [
        (one.how, first, second)
        for one, first, second in zip(forgeries, python, browser, strict=True)
        if first != second
    ]
    assert differing == []
    return list(zip(forgeries, python, strict=True))


def test_the_genuine_objects_open_in_both(slot: Slot, tmp_path: Path) -> None:
    texts = [Forgery("genuine", text, expect) for text, expect in genuine()]
    bodies = [said[0] for _, said in both_say(slot, texts, tmp_path)]
    assert bodies == [b64u(BODY), b64u(BODY), b64u(BODY * 9), ""]


def test_every_single_bit_flip_of_a_whole_section_is_refused_by_both(slot: Slot, tmp_path: Path) -> None:
    flips = list(bit_flips())
    assert len(flips) == len(genuine()[0][0]) * 8 > 8000
    said = both_say(slot, flips, tmp_path)
    assert {code for _, code in said if not isinstance(code, str)} == set()
    assert {str(code) for _, code in said} == GENERIC


def test_no_object_opens_in_the_place_of_another(slot: Slot, tmp_path: Path) -> None:
    moved = list(swaps())
    assert len(moved) > 4900
    assert Counter(str(code) for _, code in both_say(slot, moved, tmp_path)) == {"does-not-open": len(moved)}


def test_what_another_jose_program_might_obey_is_malformed(slot: Slot, tmp_path: Path) -> None:
    confusions = list(jose_confusions())
    assert len(confusions) > 200
    said = both_say(slot, confusions, tmp_path)
    # A value of the right shape in a member that there is anyway is another value: it does not open.
    others = [one.how for one, code in said if code != "malformed"]
    assert others == ["iv 'AAAAAAAAAAAAAAAA' in top", f"tag '{'A' * 22}' in top"]
    assert {code for one, code in said if one.how in others} == {"does-not-open"}


def test_twenty_thousand_random_changes_are_refused_by_both_with_one_error(slot: Slot, tmp_path: Path) -> None:
    changes = list(by_chance(RANDOM))
    assert len({one.text for one in changes}) > RANDOM * 0.8
    said = both_say(slot, changes, tmp_path)
    assert [(one.how, code) for one, code in said if code not in ("malformed", "does-not-open")] == []
    # Both rules of refusal were met, and every way of changing.
    ways = Counter(one.how for one, code in said if code == "does-not-open")
    assert len(ways) > 3
    assert sum(ways.values()) > 1000


def test_changes_that_the_editors_signed_by_mistake_show_nothing_false_either(slot: Slot, tmp_path: Path) -> None:
    changes = list(resigned_by_chance(3000))
    said = both_say(slot, changes, tmp_path)
    opened = [(one, code) for one, code in said if not isinstance(code, str)]
    # A recipient more or less is the editors' to decide; the text inside stays what it was.
    for one, code in opened:
        assert one.how == "frame" or code == [b64u(BODY), cj(HTML)], one.how
    assert len(opened) < len(changes) / 2
    assert {str(code) for _, code in said if isinstance(code, str)} <= {*GENERIC, "not-for-you", "newer-than-keyring"}


def test_the_third_reader_says_the_same(slot: Slot) -> None:
    third = ThirdSlot(slot.site, slot.epoch, slot.member, slot.keys, slot.signers)
    for forgery in [*by_chance(2000, seed=7), *resigned_by_chance(1000)]:
        try:
            opened = open_object(third, forgery.text, forgery.expect)
            said: Said = [b64u(opened.body), cj(opened.meta)]
        except Refused as refused:
            said = refused.code
        assert said == python_says(slot, forgery), forgery
