"""What all tests share."""

from __future__ import annotations

import os

import pytest

# Verbs speak the language of whoever runs them; the tests read English.
os.environ["COMMUNIQUE_LANG"] = "en"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--slow-host",
        action="store_true",
        help="Every file comes to the browser in small pieces with pauses between, as from a host far away: a test "
        "that looks at a page before it is all there fails then.",
    )
