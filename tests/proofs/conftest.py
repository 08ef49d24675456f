"""The sites that the proofs look at."""

from __future__ import annotations

from tests.browser.shipped import shipped
from tests.proofs.canaries import canary_site

__all__ = ["canary_site", "shipped"]
