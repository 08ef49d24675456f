"""A list is sent an issue through a real server on this machine, which refuses, falls silent, or goes away; and the
sender is killed at every step. Nobody is ever sent it twice, and nobody is forgotten in silence.
"""

from __future__ import annotations

import datetime
import os
import signal
import smtplib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest

from communique.editions.mail_settings import MailSettings
from communique.editions.outgoing import Addressed
from communique.editions.recipients import MailAddress, Recipient, RecipientList
from communique.editions.sending import round_of
from communique.problems import Place, Refused
from communique_pelican.mail_server import MailServer
from communique_pelican.posting import Order, Tally, post
from communique_pelican.sending_journal import OpenJournal, read_back
from tests.mailbox import HERE, LOGIN, PASSWORD_FOR_TESTS_ONLY, Mailbox, make_certificate, running

PLACE = Place("keys/mail.yaml")
ISSUE = "newsletters/2009-1"
SENDER, LEAVE = MailAddress("newsletter", "psi-portal.example"), MailAddress("leave", "psi-portal.example")
NAMES = ("ana", "ben", "cyn")


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


def at(name: str) -> str:
    return f"{name}@psi-portal.example"


def some(*names: str) -> RecipientList:
    found = (Recipient(MailAddress(name, "psi-portal.example"), "en", PLACE) for name in names)
    return RecipientList("partners", "partner", tuple(found), PLACE)


def written(document: str, lang: str, audience: str, addressed: Addressed) -> bytes:
    head = {
        "From": f'"PSI Portal" <{addressed.sender}>',
        "To": f"<{addressed.recipient}>",
        "Subject": "[TLP:GREEN] Newsletter",
        "Date": "Mon, 05 Jan 2009 12:00:00 +0000",
        "Message-ID": "<1@psi-portal.example>",
        "MIME-Version": "1.0",
        "Content-Language": lang,
        "List-Unsubscribe": f"<mailto:{addressed.unsubscribe}>",
    }
    lines = [f"{name}: {value}" for name, value in head.items()]
    return "\r\n".join([*lines, "", "Words.", ".", ".two dots", "..", ""]).encode()


def order(recipients: RecipientList, write: Callable[..., bytes] = written) -> Order:
    return Order(ISSUE, recipients, SENDER, LEAVE, {"en": "en"}, write)


def in_the_clear(mailbox: Mailbox) -> MailServer:
    settings = MailSettings(HERE, mailbox.port, "none", SENDER, LEAVE)
    return MailServer(settings, PLACE, patience=5, last_patience=5)


def encrypted(
    mailbox: Mailbox, certificates: str, security: Literal["starttls", "tls"] = "starttls", login: str = LOGIN
) -> MailServer:
    settings = MailSettings(
        "localhost", mailbox.port, security, SENDER, LEAVE, login, "/private/word", "", certificates
    )
    return MailServer(settings, PLACE, PASSWORD_FOR_TESTS_ONLY, patience=5, last_patience=5)


def now() -> datetime.datetime:
    return datetime.datetime(2009, 1, 5, 12, tzinfo=datetime.UTC)


def sent(folder: Path, recipients: RecipientList, server: MailServer, again: tuple[str, ...] = ()) -> Tally:
    """One run of the verb, without its questions."""
    wanted = order(recipients)
    with OpenJournal(folder / "sending/journal.jsonl", ISSUE, "journal.jsonl", now) as journal:
        named = [MailAddress(name, "psi-portal.example") for name in again]
        return post(wanted, wanted.hashes(), round_of(recipients, journal.read, named), journal, server.open)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with running(Mailbox(), login=False) as found:
        yield found


def refused(verb: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        verb()
    assert "qxbattery" not in str(caught.value)
    return ",".join(problem.code for problem in caught.value.problems)


# -- what is sent


def test_each_reader_is_sent_one_message_of_their_own_through_an_encrypted_connection(
    tmp_path: Path, certificate: tuple[Path, Path]
) -> None:
    with running(Mailbox(), certificate) as mailbox:
        tally = sent(tmp_path, some(*NAMES), encrypted(mailbox, str(certificate[0])))

    assert (tally.sent, tally.is_complete) == (3, True)
    assert mailbox.reached == [at(name) for name in NAMES]
    assert set(mailbox.senders) == {str(SENDER)}
    for (address, content), one in zip(mailbox.arrived, some(*NAMES).recipients, strict=True):
        assert content == written(ISSUE, "en", "partner", Addressed(SENDER, one.address, LEAVE)), address


def test_the_whole_connection_may_be_encrypted_from_its_first_byte(
    tmp_path: Path, certificate: tuple[Path, Path]
) -> None:
    with running(Mailbox(), certificate, implicit=True, login=False) as mailbox:
        assert sent(tmp_path, some("ana"), encrypted(mailbox, str(certificate[0]), "tls", "")).sent == 1


def test_an_address_beyond_ascii_is_sent_to_where_the_server_knows_such(tmp_path: Path) -> None:
    for knows, outcome in ((True, (1, 0)), (False, (0, 1))):
        with running(Mailbox(), login=False, smtputf8=knows) as mailbox:
            tally = sent(tmp_path / str(knows), some("señal"), in_the_clear(mailbox))
            assert (tally.sent, len(tally.refused)) == outcome
            assert mailbox.reached == [at("señal")] * outcome[0]


def test_a_second_run_sends_nothing_and_needs_no_server(tmp_path: Path, mailbox: Mailbox) -> None:
    sent(tmp_path, some(*NAMES), in_the_clear(mailbox))
    before = (tmp_path / "sending/journal.jsonl").read_bytes()
    nowhere = MailServer(MailSettings(HERE, 1, "none", SENDER, LEAVE), PLACE)

    assert sent(tmp_path, some(*NAMES), nowhere).is_complete
    assert (tmp_path / "sending/journal.jsonl").read_bytes() == before
    assert sent(tmp_path, some(*NAMES, "dov"), in_the_clear(mailbox)).sent == 1
    assert mailbox.reached == [at(name) for name in (*NAMES, "dov")]


# -- what a server may do


def test_who_is_refused_is_told_and_not_tried_again_and_who_is_put_off_is(tmp_path: Path, mailbox: Mailbox) -> None:
    mailbox.rcpt = {at("ana"): "550 5.1.1 no such user", at("ben"): "450 4.2.1 later"}
    mailbox.data = {at("cyn"): "554 5.7.1 not wanted", at("dov"): "452 4.3.1 no room"}
    tally = sent(tmp_path, some("ana", "ben", "cyn", "dov", "eva"), in_the_clear(mailbox))

    assert [(one.address.local, said) for one, said in tally.refused] == [
        ("ana", "550 5.1.1 no such user"),
        ("cyn", "554 5.7.1 not wanted"),
    ]
    assert [one.address.local for one, _ in tally.deferred] == ["ben", "dov"]
    assert mailbox.reached == [at("eva")]
    mailbox.rcpt, mailbox.data = {}, {}
    assert sent(tmp_path, some("ana", "ben", "cyn", "dov", "eva"), in_the_clear(mailbox)).sent == 2
    assert mailbox.reached == [at(name) for name in ("eva", "ben", "dov")]
    assert sent(tmp_path, some("ana", "ben", "cyn", "dov", "eva"), in_the_clear(mailbox), ("cyn",)).sent == 1


def test_a_server_that_takes_few_messages_on_one_connection_is_called_again(tmp_path: Path, mailbox: Mailbox) -> None:
    mailbox.at_most = 2
    assert sent(tmp_path, some("ana", "ben", "cyn", "dov", "eva"), in_the_clear(mailbox)).sent == 5
    assert mailbox.connections == 3


def test_a_connection_that_always_breaks_before_a_message_stops_the_run_and_the_next_goes_on(
    tmp_path: Path, mailbox: Mailbox
) -> None:
    mailbox.rcpt = {at("ben"): "drop"}
    tally = sent(tmp_path, some(*NAMES), in_the_clear(mailbox))

    assert (tally.sent, [one.address.local for one, _ in tally.deferred], tally.left) == (1, ["ben"], 1)
    mailbox.rcpt = {}
    assert sent(tmp_path, some(*NAMES), in_the_clear(mailbox)).sent == 2
    assert mailbox.reached == [at(name) for name in NAMES]


def test_silence_after_a_message_stops_the_run_and_that_reader_is_sent_it_only_when_named(
    tmp_path: Path, mailbox: Mailbox
) -> None:
    mailbox.data = {at("ben"): "drop"}
    tally = sent(tmp_path, some(*NAMES), in_the_clear(mailbox))

    assert (tally.sent, [one.address.local for one in tally.unknown], tally.left) == (1, ["ben"], 1)
    mailbox.data = {}
    assert sent(tmp_path, some(*NAMES), in_the_clear(mailbox)).sent == 1
    assert sent(tmp_path, some(*NAMES), in_the_clear(mailbox)).sent == 0
    assert mailbox.reached == [at(name) for name in NAMES]
    assert sent(tmp_path, some(*NAMES), in_the_clear(mailbox), ("ben",)).sent == 1
    assert refused(lambda: sent(tmp_path, some(*NAMES), in_the_clear(mailbox), ("ben",))) == "sent-already"


def test_a_server_without_encryption_or_with_another_name_is_given_no_password(
    tmp_path: Path, certificate: tuple[Path, Path]
) -> None:
    other = make_certificate(tmp_path, "mail.elsewhere.example")
    with running(Mailbox(), login=False) as plain:
        assert (
            refused(lambda: sent(tmp_path, some("ana"), encrypted(plain, str(certificate[0])))) == "mail-not-encrypted"
        )
    with running(Mailbox(), other) as stranger:
        assert (
            refused(lambda: sent(tmp_path, some("ana"), encrypted(stranger, str(certificate[0])))) == "mail-certificate"
        )
        assert refused(lambda: sent(tmp_path, some("ana"), encrypted(stranger, str(other[0])))) == "mail-certificate"
        assert refused(lambda: sent(tmp_path, some("ana"), encrypted(stranger, ""))) == "mail-certificate"
    with running(Mailbox(), other, implicit=True, login=False) as stranger:
        server = encrypted(stranger, str(other[0]), "tls", "")
        assert refused(lambda: sent(tmp_path, some("ana"), server)) == "mail-certificate"
    assert plain.arrived == stranger.arrived == []


def test_a_password_that_is_not_taken_is_told_without_it(tmp_path: Path, certificate: tuple[Path, Path]) -> None:
    with running(Mailbox(), certificate) as mailbox:
        server = encrypted(mailbox, str(certificate[0]), login="somebody")
        with pytest.raises(Refused) as caught:
            sent(tmp_path, some("ana"), server)

    assert "does not take this login (it answers 535) [mail-login]" in str(caught.value)
    assert PASSWORD_FOR_TESTS_ONLY not in repr(server)
    assert PASSWORD_FOR_TESTS_ONLY not in (tmp_path / "sending/journal.jsonl").read_text(encoding="utf-8")


def test_a_server_that_is_not_there_is_told_and_nothing_is_begun(tmp_path: Path) -> None:
    nowhere = MailServer(MailSettings(HERE, 1, "none", SENDER, LEAVE), PLACE)

    assert refused(lambda: sent(tmp_path, some("ana"), nowhere)) == "mail-server"
    assert read_back(tmp_path / "sending/journal.jsonl", ISSUE, "journal.jsonl").runs == ()


# -- being killed


def in_another_process(folder: Path, recipients: RecipientList, server: MailServer, steps: int) -> bool:
    """A run that is killed after so many steps: each thing sent, and each line of the journal. Whether it ended."""
    pid = os.fork()
    if pid == 0:
        left = steps

        def counted(step: Callable[..., object]) -> Callable[..., object]:
            def stepped(*given: object) -> object:
                nonlocal left
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                left -= 1
                return step(*given)

            return stepped

        for owner, name in ((smtplib.SMTP, "send"), (smtplib.SMTP, "getreply"), (os, "write"), (os, "fsync")):
            setattr(owner, name, counted(getattr(owner, name)))
        try:
            sent(folder, recipients, server)
        finally:
            os._exit(0)
    return os.waitpid(pid, 0)[1] == 0


def test_killed_at_any_step_nobody_is_sent_it_twice_and_whoever_may_not_have_been_is_told(
    tmp_path: Path, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What a killed process has written stays; only a power cut would ask more of the disk.
    monkeypatch.setattr(os, "fsync", lambda _: None)
    recipients, steps, in_doubt = some("ana", "ben"), 0, 0
    while True:
        folder = tmp_path / str(steps)
        mailbox.arrived.clear()
        ended = in_another_process(folder, some("ana"), in_the_clear(mailbox), steps)
        tally = sent(folder, recipients, in_the_clear(mailbox))
        journal = read_back(folder / "sending/journal.jsonl", ISSUE, "journal.jsonl")
        told = {one.address.local for one in round_of(recipients, journal).unknown}
        reached = [address.partition("@")[0] for address in mailbox.reached]

        assert len(reached) == len(set(reached)), steps
        assert set(reached) | told == {"ana", "ben"}, steps
        assert len(told) <= 1, steps
        assert not tally.unknown
        assert tally.left == 0
        in_doubt += len(told)
        steps += 1
        if ended:
            break
    assert steps > 20, "each step was tried"
    assert 2 <= in_doubt <= 5, "only between a message's end and its answer can nobody know"


def test_killed_while_the_server_answers_it_is_not_sent_again(tmp_path: Path, mailbox: Mailbox) -> None:
    running_one: list[int] = []
    mailbox.at_end = lambda address: os.kill(running_one[0], signal.SIGKILL) if address == at("ben") else None
    ready, go = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.read(ready, 1)
        try:
            sent(tmp_path, some(*NAMES), in_the_clear(mailbox))
        finally:
            os._exit(0)
    running_one.append(pid)
    os.write(go, b"!")
    assert os.waitpid(pid, 0)[1] == signal.SIGKILL
    os.close(ready)
    os.close(go)
    mailbox.at_end = lambda _: None

    assert mailbox.reached == [at("ana"), at("ben")]
    tally = sent(tmp_path, some(*NAMES), in_the_clear(mailbox))
    assert tally.sent == 1
    assert mailbox.reached == [at(name) for name in NAMES]
    journal = read_back(tmp_path / "sending/journal.jsonl", ISSUE, "journal.jsonl")
    assert [one.address.local for one in round_of(some(*NAMES), journal).unknown] == ["ben"]


# -- the journal's file


def test_the_journal_is_for_its_owner_alone_and_open_to_nobody_else(tmp_path: Path, mailbox: Mailbox) -> None:
    sent(tmp_path, some("ana"), in_the_clear(mailbox))
    path = tmp_path / "sending/journal.jsonl"

    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    path.chmod(0o640)
    assert refused(lambda: sent(tmp_path, some("ana"), in_the_clear(mailbox))) == "open-to-others"


def test_two_processes_never_send_one_issue_at_once(tmp_path: Path) -> None:
    path = tmp_path / "sending/journal.jsonl"
    with OpenJournal(path, ISSUE, "journal.jsonl", now):
        second = OpenJournal(path, ISSUE, "journal.jsonl", now)
        assert refused(second.__enter__) == "sending-already"


def test_half_a_line_that_a_power_cut_left_is_cut_off_before_the_next_is_written(
    tmp_path: Path, mailbox: Mailbox
) -> None:
    sent(tmp_path, some("ana"), in_the_clear(mailbox))
    path = tmp_path / "sending/journal.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"begun":"b\x00\x00')
    sent(tmp_path, some("ana", "ben"), in_the_clear(mailbox))

    assert path.read_bytes().startswith(whole + b'{"')
    assert mailbox.reached == [at("ana"), at("ben")]


def test_where_the_journal_cannot_be_written_nothing_is_sent(
    tmp_path: Path, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipients = some(*NAMES)
    wanted = order(recipients)
    with OpenJournal(tmp_path / "sending/journal.jsonl", ISSUE, "journal.jsonl", now) as journal:
        round_ = round_of(recipients, journal.read)

        def full(_: int) -> None:
            if mailbox.reached:
                raise OSError("no room")

        monkeypatch.setattr(os, "fsync", full)
        server = in_the_clear(mailbox)
        code = refused(lambda: post(wanted, wanted.hashes(), round_, journal, server.open))
    monkeypatch.undo()

    assert code == "journal-not-written"
    assert mailbox.reached == [at("ana")], "the next message was not ended"
