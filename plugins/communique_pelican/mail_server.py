"""The dialogue with the editors' mail server, one message and one recipient at a time.

A message counts as handed over with the dot after its last line and with nothing before: until then a server must
forget it, after that it may have taken it. The moment between is kept as short as it can be, and told to the caller.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from communique.editions.mail_settings import MailSettings, is_loopback
from communique.editions.outgoing import Addressed
from communique.editions.sending import Outcome
from communique.problems import Place, Problem, Refused
from communique_pelican.private_files import exposures

#: How long a server may take for a step, and for its answer to a whole message (RFC 5321, 4.5.3.2).
PATIENCE, LAST_PATIENCE = 60.0, 600.0
#: What this machine is called is nobody's business.
_ANONYMOUS = "[127.0.0.1]"
_LAST_LINE = b".\r\n"
#: The server answers, and will hear no more on this connection.
_CLOSING = 421
_OTHERS = 0o077


class ConnectionLost(Exception):
    """The dialogue broke off. `handed_over`: after the end of a message, so that it may have been taken."""

    def __init__(self, *, handed_over: bool) -> None:
        super().__init__("the connection to the mail server was lost")
        self.handed_over = handed_over


@dataclass(frozen=True)
class Answer:
    """What the server said to a message."""

    code: int
    said: str

    @property
    def outcome(self) -> Outcome:
        """Whatever is no answer of the protocol tells nothing."""
        return {2: "sent", 4: "deferred", 5: "refused"}.get(self.code // 100, "unknown")  # type: ignore[return-value]


@dataclass
class MailServer:
    """A connection. `password` is sent only after the server has shown its certificate."""

    settings: MailSettings
    place: Place
    password: str = field(default="", repr=False)
    patience: float = PATIENCE
    last_patience: float = LAST_PATIENCE
    _smtp: smtplib.SMTP | None = field(default=None, repr=False)

    def open(self) -> Self:
        """
        Raises:
            Refused: the server is not there, is not who it should be, speaks in the clear, or takes no login.
        """
        self._smtp = self._connected()
        return self

    def close(self, *, politely: bool) -> None:
        """`politely` tells the server first, which takes an answer."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            if politely:
                with suppress(OSError, smtplib.SMTPException):
                    smtp.quit()
            smtp.close()

    def hand_over(self, addressed: Addressed, message: bytes, before_end: Callable[[], None]) -> Answer:
        """Give the server one message. `before_end` is called when all of it but its end has been sent.

        Raises:
            ConnectionLost: and whether the end had been sent.
        """
        if self._smtp is None:
            raise ConnectionLost(handed_over=False)
        handed_over = False
        try:
            refused = self._announced(self._smtp, addressed)
            if refused is not None and refused.code != _CLOSING:
                return refused
            if refused is not None:
                raise smtplib.SMTPServerDisconnected
            # A line that begins with a dot would end the message.
            self._smtp.send(re.sub(rb"(?m)^\.", b"..", message))
            before_end()
            handed_over = True
            if self._smtp.sock is not None:
                self._smtp.sock.settimeout(self.last_patience)
            self._smtp.send(_LAST_LINE)
            answer = self._heard(*self._smtp.getreply())
            if self._smtp.sock is not None:
                self._smtp.sock.settimeout(self.patience)
            if answer.code == _CLOSING:
                self.close(politely=False)
        except (smtplib.SMTPException, OSError):
            self.close(politely=False)
            raise ConnectionLost(handed_over=handed_over) from None
        return answer

    def _announced(self, smtp: smtplib.SMTP, addressed: Addressed) -> Answer | None:
        """Say from whom and to whom the message is. None when the server waits for it."""
        needs_utf8 = addressed.recipient.needs_utf8
        if needs_utf8 and not (smtp.has_extn("smtputf8") and smtp.has_extn("8bitmime")):
            return Answer(553, "this server does not take addresses with letters beyond ASCII")
        code, said = smtp.mail(str(addressed.sender), ["SMTPUTF8", "BODY=8BITMIME"] if needs_utf8 else [])
        if code == 250:
            code, said = smtp.rcpt(str(addressed.recipient))
            if code in (250, 251):
                code, said = smtp.docmd("DATA")
                if code == 354:
                    return None
        # The next message begins with nothing left of this one. Where the server has gone, that one will tell.
        with suppress(OSError, smtplib.SMTPException):
            smtp.rset()
        return self._heard(code, said)

    def _connected(self) -> smtplib.SMTP:
        settings = self.settings
        try:
            context = self._context()
            if settings.security == "tls":
                smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                    settings.host, settings.port, _ANONYMOUS, timeout=self.patience, context=context
                )
            else:
                smtp = smtplib.SMTP(settings.host, settings.port, _ANONYMOUS, timeout=self.patience)
        except ssl.SSLCertVerificationError as error:
            raise self._untrusted(error) from None
        except (smtplib.SMTPException, OSError) as error:
            raise self._unreachable(error) from None
        try:
            self._introduce(smtp, context)
        except ssl.SSLCertVerificationError as error:
            smtp.close()
            raise self._untrusted(error) from None
        except (smtplib.SMTPException, OSError) as error:
            smtp.close()
            raise self._unreachable(error) from None
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _introduce(self, smtp: smtplib.SMTP, context: ssl.SSLContext) -> None:
        if smtp.sock is not None:
            # The end of a message follows its last line at once.
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.settings.security == "none" and not _is_here(smtp):
            what = f"{self.settings.host} leads to another machine: mail would cross the network in the clear"
            raise Refused([Problem(self.place, "mail-not-encrypted", what, "write security: starttls or tls")])
        smtp.ehlo()
        if self.settings.security == "starttls":
            if not smtp.has_extn("starttls"):
                what = f"{self.settings} offers no encryption: mail and password would cross the network in the clear"
                fix = "ask those who keep the server; if it worked before, somebody may stand between"
                raise Refused([Problem(self.place, "mail-not-encrypted", what, fix)])
            smtp.starttls(context=context)
            smtp.ehlo()
        if not self.settings.login:
            return
        try:
            smtp.login(self.settings.login, self.password)
        except smtplib.SMTPServerDisconnected:
            raise
        except smtplib.SMTPException as error:
            # Not what it said: a server may say the password back.
            code = getattr(error, "smtp_code", 0)
            what = f"{self.settings} does not take this login" + (f" (it answers {code})" if code else "")
            fix = "check the login, and the password where the file says it is"
            raise Refused([Problem(self.place, "mail-login", what, fix)]) from None

    def _context(self) -> ssl.SSLContext:
        own = self.settings.certificates
        try:
            context = ssl.create_default_context(cafile=str(Path(own).expanduser()) if own else None)
        except (ssl.SSLError, OSError):
            what = "the file of certificates cannot be read, or holds none"
            raise Refused([Problem(self.place, "mail-certificate", what, "name a PEM file in certificates")]) from None
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context

    def _heard(self, code: int, said: bytes) -> Answer:
        text = said.decode("utf-8", "replace")
        # Whatever a server makes of what it was told, it goes into no journal.
        return Answer(code, "" if self.password and self.password in text else text)

    def _untrusted(self, error: ssl.SSLCertVerificationError) -> Refused:
        what = f"{self.settings} cannot show that it is this server ({error.verify_message}): nothing was sent"
        fix = "ask those who keep it; an authority of your own is named in “certificates:”"
        return Refused([Problem(self.place, "mail-certificate", what, fix)])

    def _unreachable(self, error: Exception) -> Refused:
        code = getattr(error, "smtp_code", 0)
        why = f" (it answers {code})" if code else ""
        what = f"{self.settings} does not take mail now{why}"
        fix = "check host, port and security, and the connection, then run the same command again"
        return Refused([Problem(self.place, "mail-server", what, fix)])


def _is_here(smtp: smtplib.SMTP) -> bool:
    return smtp.sock is not None and is_loopback(str(smtp.sock.getpeername()[0]))


def password_of(settings: MailSettings, place: Place, site_dir: Path, project: Path, environ: Mapping[str, str]) -> str:
    """The password, from where the settings say it is. It is in no message of this function.

    Raises:
        Refused: it is not there, lies where others read it or where it would be copied, or is no password.
    """
    if not settings.login:
        return ""
    if settings.password_variable:
        found = environ.get(settings.password_variable, "")
        source = f"the variable {settings.password_variable}"
    else:
        path = Path(settings.password_file).expanduser()
        source = "the file named in password-file"
        problems = _misplaced(path, place, site_dir, project)
        if problems:
            raise Refused(problems)
        try:
            found = path.read_text(encoding="utf-8").split("\n")[0].removesuffix("\r")
        except (OSError, UnicodeDecodeError):
            what = f"{source} cannot be read"
            raise Refused([Problem(place, "mail-password", what, "correct its name, or write it anew")]) from None
    if not found or any(not " " <= char <= "~" for char in found):
        what = f"{source} holds no password in plain letters, digits and signs"
        raise Refused([Problem(place, "mail-password", what, "put it there, alone on the first line")])
    return found


def _misplaced(path: Path, place: Place, site_dir: Path, project: Path) -> list[Problem]:
    real = path.resolve()
    if any(real.is_relative_to(folder.resolve()) for folder in (site_dir, project)):
        what = "the password lies in the site's own folder, and goes wherever that is copied"
        return [Problem(place, "mail-password", what, "move it to a private folder outside, and name it here")]
    if not path.is_file():
        return []
    if path.stat().st_mode & _OTHERS:
        what = "others on this machine may read the password"
        return [Problem(place, "mail-password", what, f"chmod 600 {path}")]
    return exposures(path, site_dir, project)
