"""Prefilled letters: whatever a title holds, the mail program shows it, and nothing else of the address changes."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from markupsafe import Markup

from communique_pelican.enquiries import mailto

#: RFC 6068: `hfvalue` without the delimiters some mail programs take for their own.
QUOTED = r"(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})*"
ALLOWED = re.compile(rf"mailto:[A-Za-z0-9.@_~%-]+\?subject={QUOTED}&body={QUOTED}")


def letter(address: str) -> tuple[str, str]:
    assert ALLOWED.fullmatch(address)
    fields = parse_qs(urlsplit(address).query, keep_blank_values=True, strict_parsing=True)
    assert list(fields) == ["subject", "body"]
    return fields["subject"][0], fields["body"][0]


@pytest.mark.parametrize(
    "title",
    ["PSI/OEG/17/CS.1 ¶ 31–33", "a & b = c?", "100 % + more #1", "“Œuvres” d’été : ça va ?", "a+b", "a;b,c:d@e"],
)
def test_a_subject_arrives_as_it_was_written(title):
    assert letter(mailto("portal@psi-portal.example", title, "text")) == (title, "text")


def test_lines_are_parted_as_mail_parts_them():
    address = mailto("portal@psi-portal.example", "s", "first", "", "second\nthird")
    assert address.endswith("body=first%0D%0A%0D%0Asecond%0D%0Athird")


def test_a_subject_cannot_begin_another_header_field():
    subject, _ = letter(mailto("portal@psi-portal.example", "s\r\nBcc: a@b.example", "t"))
    assert subject == "s Bcc: a@b.example"
    assert "bcc=" not in mailto("portal@psi-portal.example", "s&bcc=a@b.example", "t").lower()


def test_what_was_escaped_for_a_page_is_plain_in_a_letter():
    subject, body = letter(mailto("portal@psi-portal.example", Markup("A &amp; B"), Markup("&lt;1&gt; it&#39;s")))
    assert (subject, body) == ("A & B", "<1> it's")


def test_an_address_is_quoted_but_stays_an_address():
    assert mailto("a+b%c@example.org", "s", "t").startswith("mailto:a%2Bb%25c@example.org?")
    assert unquote("a%2Bb%25c") == "a+b%c"
