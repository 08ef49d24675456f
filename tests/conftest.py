"""What all tests share."""

from __future__ import annotations

import os

# Verbs speak the language of whoever runs them; the tests read English.
os.environ["COMMUNIQUE_LANG"] = "en"
