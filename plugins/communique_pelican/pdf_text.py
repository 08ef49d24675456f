"""What a reader sees of a PDF: the text of its pages, as a program shows it that is none of those that wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

# How a page tells of a hyphen that is there for the end of a line only.
_AT_LINE_END = re.compile("(?:[\x02\ufffe\u00ad]|(?<=\\w)-)\\s*\n\\s*|[\x02\ufffe\u00ad]")
_LINE_END = re.compile("\r\n?")


def text_of_pdf(data: bytes) -> str | None:
    """The text of all pages, words that a hyphen parts at a line's end in one; None where it is locked, damaged or not
    to be read here.
    """
    try:
        import pypdfium2
    except ImportError:
        return None
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        return None
    try:
        return "\n\n".join(_AT_LINE_END.sub("", _LINE_END.sub("\n", text)) for text in _pages(document))
    finally:
        document.close()


def shown_in(path: str, content: bytes) -> str | None:
    """What is on the pages of a file that has any; None where no program could tell."""
    return text_of_pdf(content) if path.lower().endswith(".pdf") or content.startswith(b"%PDF-") else ""


def _pages(document: Any) -> Iterator[str]:
    for page in document:
        shown = page.get_textpage()
        yield shown.get_text_range()
        shown.close()
        page.close()
