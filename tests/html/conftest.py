"""These tests look at the same site as the browser's."""

from __future__ import annotations

from tests.browser.shipped import shipped

__all__ = ["shipped"]
