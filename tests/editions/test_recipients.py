"""Lists of recipients and the settings of the mail server: what is accepted, and what could become something else."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from communique.documents.listing import read_data
from communique.editions.mail_settings import is_loopback, read_mail_settings
from communique.editions.recipients import RecipientList, parse_address, read_recipients
from communique.problems import Problem, Refused
from communique.strict_yaml import load_yaml

PROJECT = Path(__file__).resolve().parents[2]
SITE, POLICY, _ = read_data(PROJECT / "content")
SETTINGS = {
    "host": "mail.psi-portal.example",
    "port": "587",
    "security": "starttls",
    "sender": "newsletter@psi-portal.example",
    "unsubscribe": "leave@psi-portal.example",
}


def read(text: str) -> RecipientList:
    return read_recipients(load_yaml(text, "keys/recipients/some.yaml"), "some", SITE.languages, POLICY)


def problems_of(text: str) -> list[Problem]:
    with pytest.raises(Refused) as caught:
        read(text)
    return list(caught.value.problems)


def settings(**changed: str) -> str:
    lines = {**SETTINGS, **{key.replace("_", "-"): value for key, value in changed.items()}}
    return "".join(f"{key}: {value}\n" for key, value in lines.items() if value)


def refused_settings(**changed: str) -> list[tuple[int, str]]:
    with pytest.raises(Refused) as caught:
        read_mail_settings(load_yaml(settings(**changed), "keys/mail.yaml"))
    assert "qxsecret" not in str(caught.value)
    return [(problem.place.line, problem.code) for problem in caught.value.problems]


def test_a_list_names_one_audience_and_addresses_by_language() -> None:
    found = read("audience: partner\naddresses:\n  en: [a@psi-portal.example]\n  fr: [b@psi-portal.example]\n")

    assert (found.audience, found.languages) == ("partner", ("en", "fr"))
    assert [(str(one.address), one.lang) for one in found.recipients] == [
        ("a@psi-portal.example", "en"),
        ("b@psi-portal.example", "fr"),
    ]
    assert "psi-portal" not in repr(found)


@pytest.mark.parametrize(
    ("written", "wire"),
    [
        ("desk@psi-portal.example", "desk@psi-portal.example"),
        ("Desk.NZ+psi@PSI-Portal.Example", "Desk.NZ+psi@psi-portal.example"),
        ("bureau@défense.example", "bureau@xn--dfense-bva.example"),
        ("señal@psi-portal.example", "señal@psi-portal.example"),
        ("مكتب@وزارة.example", "مكتب@xn--mgbexc3i.example"),
    ],
)
def test_an_address_travels_in_the_form_that_servers_know(written: str, wire: str) -> None:
    found = parse_address(written)

    assert str(found) == wire
    assert found is not None
    assert found.needs_utf8 == (not wire.isascii())


@pytest.mark.parametrize(
    "written",
    [
        "", "@", "a@", "@b.example", "a", "a@b", "a b@c.example", "a@b.example\nBcc: x@y.example", "a@b.example\r\n.",
        "a@b.example\x00", "a\r@b.example", "<a@b.example>", "A <a@b.example>", "a@b.example, c@d.example",
        "a@b@c.example", '"a b"@c.example', "a@[127.0.0.1]", "a@127.0.0.1", "a@b.example>", ".a@b.example",
        "a..b@c.example", "a@-b.example", "a@b-.example", "a@b..example", "a@straße.example", "a@ｂ.example",
        "a\u202e@b.example", "a\u200b@b.example", "a\u0301@b.example", "a\u2028@b.example",
        "ä@" + "b" * 64 + ".example",
        "a" * 65 + "@b.example", "ä" * 33 + "@b.example", "a@" + "b." * 130 + "example",
        "a(x)@b.example", "a;b@c.example",
        "a@b.example SIZE=1", "a@b.example:25", "@b.example:a@c.example", "a%b@c.example,", "a\\@b.example",
        "a\x85@b.example", "\u00a0a@b.example",
    ],
)  # fmt: skip
def test_what_is_not_plainly_one_mailbox_is_none(written: str) -> None:
    assert parse_address(written) is None


def test_no_address_made_of_any_signs_holds_one_that_ends_a_line_or_names_a_second_mailbox() -> None:
    chance = random.Random(6)
    signs = 'ab.@@é\u0301\r\n\t <>,;:()[]"\\%\x00\u2028\u202e\ufeff-+ß１٣'
    accepted = 0
    for _ in range(4000):
        written = "".join(chance.choice(signs) for _ in range(chance.randint(1, 9)))
        found = parse_address(written + chance.choice(["", "@b.example", "@b.é"]))
        if found is not None:
            accepted += 1
            assert str(found).count("@") == 1
            assert not set(str(found)) & set('\r\n\t <>,;:()[]"\\\x00\u2028\u202e\ufeff')
    assert accepted > 50


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("audience: patner\naddresses: {en: [a@b.example]}\n", [(1, "unknown-audience")]),
        ("audience: partner, state:nz\naddresses: {en: [a@b.example]}\n", [(1, "list-audience")]),
        ("audience: partner\naddresses:\n  eng: [a@b.example]\n", [(3, "unknown-language")]),
        ("audience: partner\naddresses:\n  en: [a@b.example, a b]\n", [(3, "bad-address")]),
        ("audience: partner\naddresses:\n  en: [a@b.example]\n  es: [A@B.example]\n", [(4, "address-twice")]),
        ("audience: partner\naddresses:\n  en: []\n", [(1, "empty-list")]),
        ("audience: partner\naddresses:\n  en: a@b.example\n", [(3, "not-a-list")]),
        ("audience: partner\n", [(1, "missing-key")]),
        ("audience: public\naddresses: {en: [a@b.example]}\nadress: x\n", [(3, "unknown-key")]),
    ],
)
def test_a_list_that_is_not_understood_is_refused_at_its_line(text: str, told: list[tuple[int, str]]) -> None:
    assert [(problem.place.line, problem.code) for problem in problems_of(text)] == told


@pytest.mark.parametrize("text", ["", "# nobody yet\n", "~"])
def test_an_empty_file_is_called_empty_and_told_what_belongs_in_it(text: str) -> None:
    (problem,) = problems_of(text)
    assert (problem.code, problem.what) == ("empty-list", "this file is empty")
    assert "audience: partner" in problem.next
    with pytest.raises(Refused, match="this file is empty"):
        read_mail_settings(load_yaml(text, "keys/mail.yaml"))


def test_a_line_that_would_end_in_a_messages_head_is_refused_and_not_repeated() -> None:
    (problem,) = problems_of('audience: public\naddresses:\n  en: ["a@b.example\\r\\nBcc: qxvictim@c.example"]\n')

    assert problem.code == "bad-address"
    assert "qxvictim" not in str(problem)


def test_the_settings_say_which_server_how_and_from_whom() -> None:
    found = read_mail_settings(load_yaml(settings(login="news", password_file="/private/word"), "keys/mail.yaml"))

    assert (str(found), found.security, str(found.sender)) == (
        "mail.psi-portal.example:587",
        "starttls",
        "newsletter@psi-portal.example",
    )
    assert not found.is_local


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"security": "none"}, [(3, "mail-not-encrypted")]),
        ({"security": "starttsl"}, [(3, "unknown-value")]),
        ({"security": "none", "host": "localhost.evil.example"}, [(3, "mail-not-encrypted")]),
        ({"security": "none", "host": "127.0.0.1.evil.example"}, [(3, "mail-not-encrypted")]),
        ({"security": "none", "host": "localhost", "login": "a", "password_file": "/b"}, [(6, "mail-not-encrypted")]),
        ({"port": "0"}, [(2, "bad-mail-server")]),
        ({"port": "65536"}, [(2, "bad-mail-server")]),
        ({"port": "smtp"}, [(2, "not-a-number")]),
        ({"host": "a b"}, [(1, "bad-mail-server")]),
        ({"sender": "News <a@b.example>"}, [(4, "bad-address")]),
        ({"sender": "señal@b.example"}, [(4, "bad-address")]),
        ({"unsubscribe": "https://b.example"}, [(5, "bad-address")]),
        ({"password": "qxsecret"}, [(6, "password-in-settings")]),
        ({"login": "a"}, [(6, "mail-password")]),
        ({"password_file": "/a"}, [(6, "mail-password")]),
        ({"login": "a", "password_file": "a"}, [(7, "mail-password")]),
        ({"login": "a", "password_variable": "qxsecret word"}, [(7, "mail-password")]),
        ({"login": "a", "password_file": "/a", "password_variable": "B"}, [(8, "mail-password")]),
        ({"certificates": "own.pem"}, [(6, "mail-password")]),
        ({"host": ""}, [(1, "missing-key")]),
    ],
)
def test_settings_that_would_expose_mail_or_a_password_are_refused(
    changed: dict[str, str], told: list[tuple[int, str]]
) -> None:
    assert refused_settings(**changed) == told


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("localhost", True), ("127.0.0.1", True), ("127.8.9.10", True), ("::1", True), ("LOCALHOST", True),
        ("8.8.8.8", False), ("10.0.0.1", False), ("localhost.example", False), ("", False), ("::ffff:8.8.8.8", False),
    ],
)  # fmt: skip
def test_only_this_machines_own_names_are_local(host: str, here: bool) -> None:
    assert is_loopback(host) is here
