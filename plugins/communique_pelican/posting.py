"""One run through a list: each message is written, looked at, handed to the server, and recorded, one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Self

from communique.editions.outgoing import Addressed, Writer, hash_of, on_the_wire, refuse_unfit
from communique.editions.recipients import MailAddress, Recipient, RecipientList
from communique.editions.sending import Round, readable
from communique.problems import Place, Refused
from communique_pelican.mail_server import Answer, ConnectionLost, MailServer
from communique_pelican.sending_journal import OpenJournal

#: Nobody: the message as it would be for it tells whether the text is still the same.
_ANYBODY = MailAddress("reader", "list.invalid")


@dataclass(frozen=True)
class Order:
    """What is sent to whom. `texts` tells for each language of the list in which language its readers get the issue."""

    document: str
    recipients: RecipientList
    sender: MailAddress
    unsubscribe: MailAddress
    texts: Mapping[str, str]
    write: Writer = field(repr=False)

    def addressed(self, address: MailAddress) -> Addressed:
        return Addressed(self.sender, address, self.unsubscribe)

    def message(self, lang: str, address: MailAddress) -> bytes:
        """The message for one reader, as it travels.

        Raises:
            Refused: a server might take it for something else, or give it to others.
        """
        addressed = self.addressed(address)
        message = on_the_wire(self.write(self.document, lang, self.recipients.audience, addressed))
        # A text that stands in for one in their language is told of in theirs.
        languages = ", ".join(dict.fromkeys((lang, self.texts.get(lang, lang))))
        refuse_unfit(message, addressed, languages, Place(self.document))
        return message

    def hashes(self) -> dict[str, str]:
        """Of the message in each language of the list, but for whom it is addressed to."""
        return {lang: hash_of(self.message(lang, _ANYBODY)) for lang in self.recipients.languages}


@dataclass
class Tally:
    """How a run went. `left` are those whose turn did not come. Who was refused or put off has the server's words
    beside them, or none where the connection was lost.
    """

    sent: int = 0
    refused: list[tuple[Recipient, str]] = field(default_factory=list, repr=False)
    deferred: list[tuple[Recipient, str]] = field(default_factory=list, repr=False)
    unknown: list[Recipient] = field(default_factory=list, repr=False)
    left: int = 0
    #: Why the run stopped before its end.
    stopped: Refused | None = None

    @property
    def is_complete(self) -> bool:
        return not (self.deferred or self.left)


def post(
    order: Order,
    messages: dict[str, str],
    round_: Round,
    journal: OpenJournal,
    connect: Callable[[], MailServer],
    done: Callable[[int], None] = lambda _: None,
) -> Tally:
    """Send to everybody in `round_.to_send`. What cannot be known stops it: a server that falls silent once is not
    given the next message.

    Raises:
        Refused: the server takes no mail from us, and was given none; or the journal cannot be written.
    """
    tally = Tally()
    name = order.recipients.name
    if round_.to_send:
        with _Line(connect) as line:
            journal.run(order.recipients, messages)
            _post_each(order, round_, journal, line, tally, done)
    elif journal.read.open_run(name) is not None:
        journal.run(order.recipients, messages)
    if tally.is_complete and (round_.to_send or journal.read.open_run(name) is not None):
        journal.ended()
    return tally


def _post_each(
    order: Order,
    round_: Round,
    journal: OpenJournal,
    line: _Line,
    tally: Tally,
    done: Callable[[int], None],
) -> None:
    for count, one in enumerate(round_.to_send, 1):
        message = order.message(one.lang, one.address)
        try:
            answer = line.hand_over(order.addressed(one.address), message, partial(journal.begun, one.address))
        except ConnectionLost as lost:
            if lost.handed_over:
                tally.unknown.append(one)
            else:
                journal.answered(one.address, "deferred", 0, "")
                tally.deferred.append((one, ""))
            tally.stopped = line.trouble
        else:
            _record(tally, journal, one, answer)
            done(count)
            if answer.outcome != "unknown":
                continue
        tally.left = len(round_.to_send) - count
        return


def _record(tally: Tally, journal: OpenJournal, one: Recipient, answer: Answer) -> None:
    said = readable(f"{answer.code} {answer.said}")
    match answer.outcome:
        case "sent":
            tally.sent += 1
        case "refused":
            tally.refused.append((one, said))
        case "deferred":
            tally.deferred.append((one, said))
        case _:
            # Answered, but with nothing that the protocol knows.
            tally.unknown.append(one)
            return
    journal.answered(one.address, answer.outcome, answer.code, answer.said)


class _Line:
    """A connection, made anew where it breaks off between two messages: many servers take only so many on one."""

    def __init__(self, connect: Callable[[], MailServer]) -> None:
        self._connect = connect
        self.trouble: Refused | None = None

    def __enter__(self) -> Self:
        self._server = self._connect()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._server.close(politely=kind is None)

    def hand_over(self, addressed: Addressed, message: bytes, before_end: Callable[[], None]) -> Answer:
        try:
            return self._server.hand_over(addressed, message, before_end)
        except ConnectionLost as lost:
            if lost.handed_over:
                raise
        try:
            self._server = self._connect()
        except Refused as refused:
            self.trouble = refused
            raise ConnectionLost(handed_over=False) from None
        return self._server.hand_over(addressed, message, before_end)
