"""Letters a reader can send without a server: prefilled `mailto:` addresses (RFC 6068), made when the site is built."""

from __future__ import annotations

from urllib.parse import quote

from markupsafe import Markup

#: What a header field or a body may hold unquoted beside letters and digits; the rest of RFC 6068's list is quoted
#: too, since mail programs differ in how they read it.
_PLAIN = "-._~"


def mailto(address: str, subject: str, *lines: str) -> str:
    """The address of a letter to `address`; each of `lines` stands on a line of its own."""
    text = "\r\n".join("\r\n".join(_plain(line).splitlines()) if line else "" for line in lines)
    head = " ".join(_plain(subject).split())
    return f"mailto:{quote(address, safe='@' + _PLAIN)}?subject={_quoted(head)}&body={_quoted(text)}"


def _plain(text: str) -> str:
    # What gettext gives a template is escaped for HTML, and a letter is not HTML.
    return text.unescape() if isinstance(text, Markup) else text


def _quoted(text: str) -> str:
    return quote(text, safe=_PLAIN)
