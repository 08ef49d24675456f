"""Reads editions back from their files, with programs that share nothing with those that wrote them."""

from __future__ import annotations

import email
import email.policy
import html
import io
import re
from email.message import EmailMessage

import pikepdf
import pypdfium2

_TAG = re.compile(r"<[^>]*>")
_UNSEEN = re.compile(r"<(style|head|title)\b.*?</\1>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_BLOCK = re.compile(r"</?(?:p|li|ul|ol|dl|dt|dd|td|th|tr|table|h[1-6]|div|section|blockquote|pre|br|hr)\b[^>]*>", re.I)
_MARKING = re.compile(r"TLP:[A-Z]+(?:\+STRICT)?")
_FOOT = re.compile(r"(?:[A-Z]+/[\w./-]+ · )?\d+ / \d+ TLP:\S+\s*\Z")
_HYPHEN = re.compile("[\x02\ufffe\u00ad]\\s*|(?<=\\w)-\r?\n")


def letters(text: str) -> str:
    """Letters and figures alone: where lines end and which signs stand between words is each form's own affair."""
    return re.sub(r"[\W_]+", "", text)


def of_text(content: bytes) -> list[str]:
    text = content.decode("utf-8")
    return [re.sub("\u00a0\\[\\d+\\]|\u00a0\\((?:note|nota)\u00a0[^()]*\\)", "", text)]


def of_mail(content: bytes) -> list[str]:
    """Head, plain text and HTML apart: each must hold the same by itself."""
    parsed = email.message_from_bytes(content, EmailMessage, policy=email.policy.default)
    assert [part.get_content_type() for part in parsed.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert not any(part.defects for part in parsed.walk())
    plain, rich = (part.get_content() for part in parsed.iter_parts())
    shown = html.unescape(_TAG.sub("", _BLOCK.sub(" ", _UNSEEN.sub(" ", rich))))
    return [*of_text(plain.encode("utf-8")), shown]


def of_pdf(content: bytes) -> list[str]:
    """What PDFium shows, once QPDF has found nothing amiss."""
    with pikepdf.open(io.BytesIO(content)) as checked:
        assert checked.check_pdf_syntax() == []
    document = pypdfium2.PdfDocument(content)
    try:
        pages = [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()
    # A paragraph may go on over the foot of one sheet and the head of the next, and has its marking beside each line.
    inner = [_FOOT.sub("", page.partition("\n")[2]) for page in pages]
    return [_MARKING.sub("", _HYPHEN.sub("", "\n".join(inner)))]


READERS = {"text": of_text, "mail": of_mail, "pdf": of_pdf}
