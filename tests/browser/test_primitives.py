"""The browser's own cryptography behaves as the standards say, in the parameters that the client asks it for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.proofs.wycheproof import HARNESS, edge_cases, judge, shipped_cases

pytestmark = pytest.mark.browser


def test_wycheproofs_vectors_and_every_edge_of_hmac_and_stretching_pass_in_chromium(
    chromium: Browser, serve: Callable[[Path], str], tmp_path: Path
) -> None:
    (tmp_path / "index.html").write_text("<!doctype html><title>Primitives</title>", encoding="ascii")
    cases = [*shipped_cases(), *edge_cases()]
    page = chromium.new_page()
    try:
        # Not a blank page: browsers offer their cryptography on secure origins only.
        page.goto(serve(tmp_path))
        page.add_script_tag(content=HARNESS.read_text(encoding="utf-8"))
        answers = page.evaluate("(questions) => answerAll(questions)", [dict(case.given) for case in cases])
    finally:
        page.close()
    counts, failed = judge(cases, answers)
    assert failed == []
    assert {name: found["pass"] for name, found in counts.items()} == {
        "aes-256-gcm": 66,
        "aes-256-kw": 67,
        "ed25519": 181,
        "hkdf-sha-256": 86,
        "hmac-sha-512": 90,
        "pbkdf2-hmac-sha-512": 108,
    }
