"""Lists for one audience each: sealed for their page and language, so that none can take another's place."""

from __future__ import annotations

import datetime

import pytest

from communique.sealing.envelope import open_sealed
from communique.sealing.errors import SealingError
from communique.sealing.keystore import Keystore
from communique.sealing.lists import KIND, NO_DOCUMENT, PlainList, SealedList, seal_lists
from communique.sealing.register import Register, TierEntry
from communique.sealing.sealer import Sealer

KEYSTORE = Keystore("x.example", bytes(range(32)))
TIERS = {"oeg": TierEntry("oeg", 1), "state:nz": TierEntry("state:nz", 1)}
REGISTER = Register("x.example", bytes(16), 1, 1, datetime.date(2008, 11, 3), 1, False, TIERS, {})
SEALER = Sealer(KEYSTORE, REGISTER)


def one(page: str, name: str) -> SealedList:
    (made,) = seal_lists(SEALER, [PlainList(page, name, "en", f"<p>{page} for {name}</p>")])
    return made


def opened_as(made: SealedList, part: str, name: str) -> bytes:
    expected = SEALER.context(KIND, NO_DOCUMENT, "en", part, (name,))
    return open_sealed(made.object, SEALER.keys((name,)), SEALER.signers, expected).body


def test_a_list_opens_for_its_audience_on_its_page_and_nowhere_else() -> None:
    made = one("actions", "state:nz")

    assert (made.part, made.path) == ("actions/nat-nz", "en/actions/index.html")
    assert opened_as(made, "actions/nat-nz", "state:nz") == b"<p>actions for state:nz</p>"
    for part, name in (("updates/nat-nz", "state:nz"), ("actions/nat-nz", "oeg")):
        with pytest.raises(SealingError):
            opened_as(made, part, name)


def test_the_same_list_gives_the_same_bytes() -> None:
    assert one("actions", "oeg") == one("actions", "oeg")


def test_an_audience_has_one_list_on_a_page() -> None:
    twice = [PlainList("actions", "oeg", "en", "<p>a</p>"), PlainList("actions", "oeg", "en", "<p>b</p>")]

    with pytest.raises(ValueError, match="two lists for one audience"):
        seal_lists(SEALER, twice)


def test_what_a_list_says_is_in_no_repr() -> None:
    plain = PlainList("actions", "oeg", "en", "the harbour")

    assert "harbour" not in repr(plain)
    assert "harbour" not in repr(seal_lists(SEALER, [plain]))
