"""The policy of the sample, in which papers are drafted."""

from __future__ import annotations

from pathlib import Path

import pytest

from communique.documents.listing import read_data
from communique.policy import Policy

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def policy() -> Policy:
    return read_data(PROJECT / "content")[1]
