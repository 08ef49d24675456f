"""How mail leaves: `keys/mail.yaml` names the editors' own server. It holds no password, only where one is."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal

from communique.editions.recipients import MailAddress, read_address
from communique.problems import Problem, Refused
from communique.strict_yaml import Node

Security = Literal["starttls", "tls", "none"]
_SECURITY: tuple[Security, ...] = ("starttls", "tls", "none")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?\Z")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{0,63}\Z")
_ABSOLUTE = re.compile(r"~/|[A-Za-z]:[\\/]")
_LARGEST_PORT = 65535
_PASSWORDS = ("password-file", "password-variable")


@dataclass(frozen=True)
class MailSettings:
    """`password_file` or `password_variable` say where the password is, where there is a `login`. `certificates` is a
    file of the authority that signed the server's certificate, where that is not one that this machine knows.
    """

    host: str
    port: int
    security: Security
    sender: MailAddress
    unsubscribe: MailAddress
    login: str = ""
    password_file: str = ""
    password_variable: str = ""
    certificates: str = ""

    @property
    def is_local(self) -> bool:
        """Whether the server is named as one of this machine."""
        return is_loopback(self.host)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def is_loopback(host: str) -> bool:
    """Whether a host's name or number is this machine's own. Other names may lead anywhere, whoever resolves them."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def read_mail_settings(node: Node) -> MailSettings:
    """
    Raises:
        Refused: unknown or missing keys, a password in the file, a server that would be spoken to in the clear.
    """
    problems: list[Problem] = []
    if node.is_nothing():
        what = "this file is empty"
        fix = "write host, port, security, sender and unsubscribe, each on a line: docs/newsletter.md shows how"
        raise Refused([Problem(node.place, "bad-mail-server", what, fix)])
    for key in ("password", "passphrase", "secret"):
        if isinstance(node.value, dict) and key in node.value:
            what = "a password does not stand in this file: it would be copied with it"
            fix = "delete it here, then name a private file in “password-file:” or a variable in “password-variable:”"
            raise Refused([Problem(node.keys.get(key, node.place), "password-in-settings", what, fix)])
    optional = ["login", *_PASSWORDS, "certificates"]
    top = node.take(problems, "the file", ["host", "port", "security", "sender", "unsubscribe"], optional)
    told = {key: top[key].as_text(problems, key) for key in ("host", "login", *optional[1:]) if key in top}
    host = told.get("host", "")
    if host and not _HOST.match(host) and not is_loopback(host):
        what = "the server's name is not usable"
        problems.append(Problem(top["host"].place, "bad-mail-server", what, "write it as mail.psi-portal.example"))
    port = top["port"].as_integer(problems, "port") if "port" in top else 0
    if port > _LARGEST_PORT or ("port" in top and top["port"].value == "0"):
        fix = "servers listen at 587 (starttls) or 465 (tls)"
        problems.append(Problem(top["port"].place, "bad-mail-server", "there is no such port", fix))
    chosen = top["security"].as_word(problems, "security", _SECURITY) if "security" in top else ""
    security: Security = next((one for one in _SECURITY if one == chosen), "tls")
    sender = read_address(top["sender"], problems, "sender") if "sender" in top else None
    if sender is not None and sender.needs_utf8:
        what = "the sender's address holds letters beyond ASCII, with which many servers take no mail"
        problems.append(Problem(top["sender"].place, "bad-address", what, "write another of your addresses"))
    unsubscribe = read_address(top["unsubscribe"], problems, "unsubscribe") if "unsubscribe" in top else None
    problems.extend(_unsafe(top, told, security, host))
    if problems or sender is None or unsubscribe is None:
        raise Refused(problems)
    return MailSettings(
        host,
        port,
        security,
        sender,
        unsubscribe,
        told.get("login", ""),
        told.get("password-file", ""),
        told.get("password-variable", ""),
        told.get("certificates", ""),
    )


def _unsafe(top: dict[str, Node], told: dict[str, str], security: Security, host: str) -> Iterator[Problem]:
    """What would send mail or a password where others read it, or leaves open where the password is."""
    if security == "none" and host and not is_loopback(host):
        what = "mail would cross the network for everybody to read"
        fix = "write starttls or tls; none is for a server on this machine alone"
        yield Problem(top["security"].place, "mail-not-encrypted", what, fix)
    if "login" in top and security == "none":
        what = "a password would be sent in the clear"
        yield Problem(top["login"].place, "mail-not-encrypted", what, "write security: starttls or tls")
    if any(not " " < char <= "~" for char in told.get("login", "")):
        what = "the login holds characters that not every server takes"
        yield Problem(top["login"].place, "mail-password", what, "write it in plain letters")
    named = [key for key in _PASSWORDS if key in top]
    if len(named) > 1:
        what = "the password is said to be in two places"
        yield Problem(top[named[1]].place, "mail-password", what, "keep one of the two lines")
    if "login" in top and not named:
        what = "nothing says where the password of this login is"
        yield Problem(top["login"].place, "mail-password", what, "add a line “password-file:” with the path of a file")
    if named and "login" not in top:
        what = "a password is named, and no login that it belongs to"
        yield Problem(top[named[0]].place, "mail-password", what, "add a line “login:”")
    variable = told.get("password-variable", "")
    if variable and not _VARIABLE.match(variable):
        what = "this names no variable of the environment"
        yield Problem(top["password-variable"].place, "mail-password", what, "write a name such as NEWSLETTER_PASSWORD")
    for key in ("password-file", "certificates"):
        path = told.get(key, "")
        if path and not (PurePath(path).is_absolute() or _ABSOLUTE.match(path)):
            what = f"where {key} leads depends on the folder in which a command is run"
            yield Problem(top[key].place, "mail-password", what, "write its whole path")
