"""A real mail server (aiosmtpd) on this machine alone, which keeps what it is given and misbehaves when told to."""

from __future__ import annotations

import asyncio
import datetime
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LOGIN, PASSWORD_FOR_TESTS_ONLY = "newsletter", "correct horse qxbattery"
HERE = "127.0.0.1"


def make_certificate(folder: Path, name: str = "localhost") -> tuple[Path, Path]:
    """A certificate that a server at `name` signed itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begin = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    names: list[x509.GeneralName] = [x509.DNSName(name)]
    if name == "localhost":
        names.append(x509.IPAddress(ip_address(HERE)))
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begin)
        .not_valid_after(begin + datetime.timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / f"{name}.pem", folder / f"{name}.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate, secret


def _cut(server: SMTP, last_words: bytes = b"") -> None:
    assert isinstance(server.transport, asyncio.Transport)
    server.transport.write(last_words)
    server.transport.close()


@dataclass
class Mailbox:
    """What has arrived, and how the server answers. `rcpt` and `data` are answers by address; an answer of "drop" cuts
    the connection in its place. `at_end` is called when a message is there, before it is answered.
    """

    rcpt: dict[str, str] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)
    at_end: Callable[[str], None] = lambda _: None
    #: After so many messages on one connection the server asks to come back.
    at_most: int = 0
    arrived: list[tuple[str, bytes]] = field(default_factory=list)
    connections: int = 0
    senders: list[str] = field(default_factory=list)
    port: int = 0
    _on_this_one: int = 0

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections, self._on_this_one = self.connections + 1, 0
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.at_most and self._on_this_one >= self.at_most:
            _cut(server, b"421 4.7.0 come back later\r\n")
        envelope.mail_from = address
        self.senders.append(address)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.rcpt.get(address, "250 OK")
        if answer == "drop":
            _cut(server)
        elif answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        (address,) = envelope.rcpt_tos
        answer = self.data.get(address, "250 2.0.0 taken")
        if answer.startswith("2") or answer == "drop":
            content = envelope.original_content
            self.arrived.append((address, content or b""))
        self._on_this_one += 1
        self.at_end(address)
        if answer == "drop":
            _cut(server)
        return answer

    @property
    def reached(self) -> list[str]:
        return [address for address, _ in self.arrived]


class _AnyPort(Controller):
    """Listens at a port that the system chooses."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def running(
    mailbox: Mailbox,
    certificate: tuple[Path, Path] | None = None,
    *,
    starttls: bool = True,
    login: bool = True,
    implicit: bool = False,
    smtputf8: bool = True,
) -> Iterator[Mailbox]:
    """The mailbox behind a port of this machine, until the block ends."""
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)

    def authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        wanted = LoginPassword(LOGIN.encode(), PASSWORD_FOR_TESTS_ONLY.encode())
        return AuthResult(success=data == wanted, handled=False)

    options: dict[str, Any] = {"hostname": HERE, "port": 0, "enable_SMTPUTF8": smtputf8, "decode_data": False}
    if login:
        options |= {"authenticator": authenticate, "auth_required": True, "auth_require_tls": True}
    if context is not None and starttls and not implicit:
        options |= {"tls_context": context, "require_starttls": True}
    controller = _AnyPort(mailbox, ssl_context=context if implicit else None, **options)
    controller.start()
    mailbox.port = controller.port
    try:
        yield mailbox
    finally:
        controller.stop()
