"""What somebody else put on a page is not opened: the box stays shut and one sentence says that it was changed."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.shipped import Shipped
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.site]

PAGE = "en/debriefings/machine-tools/index.html"
OTHER_PAGE = "en/debriefings/power-supplies/index.html"
OTHER_LANGUAGE = "es/debriefings/machine-tools/index.html"
_OBJECT = re.compile(r'(<script type="application/jose\+json" data-cq="(s\d+)">)(.*?)(</script>)', re.DOTALL)


@pytest.fixture
def tampered(shipped: Shipped, tmp_path: Path) -> Path:
    copy = tmp_path / "tampered"
    shutil.copytree(shipped.output, copy)
    return copy


def objects_of(page: str) -> dict[str, str]:
    return {part: text for _, part, text, _ in _OBJECT.findall(page)}


def put(site: Path, part: str, text: str) -> None:
    page = (site / PAGE).read_text(encoding="utf-8")
    changed = _OBJECT.sub(lambda m: m[1] + (text if m[2] == part else m[3]) + m[4], page)
    assert changed != page
    (site / PAGE).write_text(changed, encoding="utf-8")


def _of(site: Path, path: str) -> dict[str, str]:
    return objects_of((site / path).read_text(encoding="utf-8"))


def _altered(text: str, member: str) -> str:
    sealed = json.loads(text)
    held = sealed["unprotected"] if member == "cq_sig" else sealed
    first = held[member][0]
    held[member] = ("B" if first == "A" else "A") + held[member][1:]
    return json.dumps(sealed, sort_keys=True, separators=(",", ":"))


def _with_signature_of(text: str, other: str) -> str:
    sealed = json.loads(text)
    sealed["unprotected"] = json.loads(other)["unprotected"]
    return json.dumps(sealed, sort_keys=True, separators=(",", ":"))


#: Each gives the text to put in place of part s1's object.
FORGERIES: dict[str, Callable[[Path], str]] = {
    "another part's object": lambda site: _of(site, PAGE)["s2"],
    "the same part of another document": lambda site: _of(site, OTHER_PAGE)["s1"],
    "the same part in another language": lambda site: _of(site, OTHER_LANGUAGE)["s1"],
    "one character of the text changed": lambda site: _altered(_of(site, PAGE)["s1"], "ciphertext"),
    "one character of the tag changed": lambda site: _altered(_of(site, PAGE)["s1"], "tag"),
    "one character of the signature changed": lambda site: _altered(_of(site, PAGE)["s1"], "cq_sig"),
    "the signature of another object": lambda site: _with_signature_of(_of(site, PAGE)["s1"], _of(site, PAGE)["s2"]),
    "no object": lambda site: "{}",
}


@pytest.mark.parametrize("forgery", sorted(FORGERIES))
def test_a_forged_or_moved_object_stays_closed_and_the_others_open(
    forgery: str, tampered: Path, shipped: Shipped, visitors: Callable[..., Visitor]
) -> None:
    put(tampered, "s1", FORGERIES[forgery](tampered))
    visitor = visitors(tampered)
    visitor.open(PAGE)
    generic = visitor.page.locator("#cq-messages").get_attribute("data-msg-damaged")
    visitor.sign_in(shipped.members["fr-01"])
    seen = visitor.look()
    states = {box.part: box.is_open for box in seen.boxes}
    assert not states["s1"]
    assert sum(states.values()) > 0
    assert set(seen.problems) == {generic}


def test_a_box_that_claims_another_audience_stays_closed(
    tampered: Path, shipped: Shipped, visitors: Callable[..., Visitor]
) -> None:
    page = (tampered / PAGE).read_text(encoding="utf-8")
    claimed = re.sub(r'(data-cq-part="s1"[^>]*data-cq-aud=")[^"]*"', r'\1partner"', page)
    assert claimed != page
    (tampered / PAGE).write_text(claimed, encoding="utf-8")
    visitor = visitors(tampered)
    visitor.open(PAGE)
    visitor.sign_in(shipped.members["fr-01"])
    assert not next(box for box in visitor.look().boxes if box.part == "s1").is_open
