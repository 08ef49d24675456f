"""Signing in stretches the passphrase once, for however many members, keys, sections and pages."""

from __future__ import annotations

import pytest

from benchmarks.sign_in import cost

pytestmark = pytest.mark.node


@pytest.mark.parametrize(
    ("members", "keys", "sections", "pages"), [(1, 1, 0, 1), (300, 60, 0, 1), (32, 4, 100, 1), (32, 60, 200, 50)]
)
def test_one_derivation_serves_everything(members: int, keys: int, sections: int, pages: int) -> None:
    assert cost(members, keys, sections, pages).derivations == 1
