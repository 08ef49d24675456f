"""The journal of a sending, and the last look at a message: nobody twice, and no message that others could read."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

import pytest

from communique.editions.outgoing import Addressed, hash_of, on_the_wire, refuse_unfit
from communique.editions.recipients import MailAddress, Recipient, RecipientList
from communique.editions.sending import (
    Journal,
    answered_line,
    begun_line,
    ended_line,
    first_line,
    read_journal,
    readable,
    refuse_changed,
    round_of,
    run_line,
)
from communique.problems import Place, Problem, Refused

ISSUE, FILE = "newsletters/2009-1", "journal.jsonl"
PLACE = Place("keys/recipients/partners.yaml", 1)
AT = "2009-01-05T12:00:00+00:00"
MESSAGES = {"en": hash_of(b"one"), "es": hash_of(b"uno")}


def address(name: str) -> MailAddress:
    return MailAddress(name, "psi-portal.example")


def some(*names: str, name: str = "partners", audience: str = "partner") -> RecipientList:
    return RecipientList(name, audience, tuple(Recipient(address(one), "en", PLACE) for one in names), PLACE)


def journal(*lines: str) -> Journal:
    return read_journal("".join((first_line(ISSUE), *lines)).encode(), ISSUE, FILE)


def code_of(verb: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        verb()
    return ",".join(problem.code for problem in caught.value.problems)


def sent(name: str) -> str:
    return begun_line(address(name), AT) + answered_line(address(name), "sent", 250, "taken", AT)


LIST = some("ana", "ben", "cyn", "dov", "eva")
BEGIN = run_line(LIST, MESSAGES, AT)


def names(recipients: tuple[Recipient, ...]) -> list[str]:
    return [one.address.local for one in recipients]


def test_who_was_sent_an_issue_is_not_sent_it_again_and_the_others_are() -> None:
    found = journal(
        BEGIN,
        sent("ana"),
        answered_line(address("ben"), "refused", 550, "no such user", AT),
        answered_line(address("cyn"), "deferred", 450, "later", AT),
        begun_line(address("dov"), AT),
    )
    now = round_of(LIST, found)

    assert names(now.to_send) == ["cyn", "eva"]
    assert names(now.sent) == ["ana"]
    assert [(one.address.local, told.code) for one, told in now.refused] == [("ben", 550)]
    assert names(now.unknown) == ["dov"]


def test_an_address_that_another_list_had_it_through_is_told_and_left_out() -> None:
    found = journal(run_line(some("ana", name="observers", audience="public"), MESSAGES, AT), sent("ana"))

    assert [(one.address.local, name) for one, name in round_of(LIST, found).elsewhere] == [("ana", "observers")]
    assert "ana" in names(round_of(LIST, found, [address("ana")]).to_send)


@pytest.mark.parametrize("outcome", ["deferred", "refused", "unknown"])
def test_what_one_list_has_sent_no_answer_to_another_list_undoes(outcome: str) -> None:
    others = some("ana", name="observers", audience="public")
    second = begun_line(address("ana"), AT)
    if outcome != "unknown":
        second += answered_line(address("ana"), outcome, 451, "", AT)  # type: ignore[arg-type]
    found = journal(BEGIN, sent("ana"), run_line(others, MESSAGES, AT), second, BEGIN)

    # The list that sent it sends it no more, named or not; the other one only where it is named.
    assert names(round_of(LIST, found).sent) == ["ana"]
    assert code_of(lambda: round_of(LIST, found, [address("ana")])) == "sent-already"
    told = round_of(others, found)
    assert told.to_send == ()
    assert [name for _, name in told.elsewhere] == ([] if outcome == "unknown" else ["partners"])
    assert names(told.unknown) == (["ana"] if outcome == "unknown" else [])
    assert names(round_of(others, found, [address("ana")]).to_send) == ["ana"]


def test_what_is_in_doubt_in_one_list_stays_so_whatever_another_one_is_answered() -> None:
    others = some("dov", name="observers", audience="public")
    later = answered_line(address("dov"), "deferred", 451, "", AT)
    found = journal(BEGIN, begun_line(address("dov"), AT), run_line(others, MESSAGES, AT), later)

    assert names(round_of(LIST, found).unknown) == ["dov"]
    assert names(round_of(others, found).unknown) == ["dov"]
    both = journal(BEGIN, sent("dov"), run_line(others, MESSAGES, AT), sent("dov"))
    for one in (LIST, others):
        assert names(round_of(one, both).sent) == ["dov"]


def test_only_who_is_named_is_tried_again_and_never_who_was_sent_it() -> None:
    found = journal(BEGIN, sent("ana"), begun_line(address("dov"), AT))

    assert names(round_of(LIST, found, [address("Dov")]).to_send) == ["ben", "cyn", "dov", "eva"]
    assert code_of(lambda: round_of(LIST, found, [address("ana")])) == "sent-already"
    assert code_of(lambda: round_of(LIST, found, [address("dow")])) == "unknown-recipient"


def test_a_run_that_was_broken_off_goes_on_only_with_its_own_messages() -> None:
    found = journal(BEGIN, sent("ana"))
    other = {**MESSAGES, "en": hash_of(b"two")}

    refuse_changed(found, LIST, MESSAGES, FILE)
    assert code_of(lambda: refuse_changed(found, LIST, other, FILE)) == "message-changed"
    assert code_of(lambda: refuse_changed(found, some("ana", audience="oeg"), MESSAGES, FILE)) == "message-changed"
    refuse_changed(found, some("ana", name="others"), other, FILE)


def test_a_run_that_reached_nobody_or_was_carried_through_binds_no_later_one() -> None:
    other = {**MESSAGES, "en": hash_of(b"two")}

    refuse_changed(journal(BEGIN, answered_line(address("ana"), "refused", 550, "", AT)), LIST, other, FILE)
    refuse_changed(journal(BEGIN, sent("ana"), ended_line(AT)), LIST, other, FILE)


def test_what_was_sent_to_another_list_meanwhile_does_not_end_a_broken_run() -> None:
    others = run_line(some("fay", name="others"), MESSAGES, AT)
    found = journal(BEGIN, sent("ana"), others, sent("fay"), ended_line(AT), BEGIN)

    assert code_of(lambda: refuse_changed(found, LIST, {"en": hash_of(b"two")}, FILE)) == "message-changed"


def test_whatever_of_a_journal_is_on_the_disk_nobody_is_sent_it_twice() -> None:
    chance = random.Random(2009)
    for _ in range(40):
        lines = [first_line(ISSUE), BEGIN]
        reached: dict[str, int] = {}
        for name in ("ana", "ben", "cyn", "dov", "eva"):
            match chance.randrange(4):
                case 0:
                    lines += [begun_line(address(name), AT), answered_line(address(name), "sent", 250, "", AT)]
                    reached[name] = len(lines) - 1
                case 1:
                    lines.append(answered_line(address(name), "deferred", 451, "", AT))
                case 2:
                    lines += [begun_line(address(name), AT), answered_line(address(name), "refused", 554, "", AT)]
                case _:
                    lines.append(begun_line(address(name), AT))
                    reached[name] = len(lines)
        whole = "".join(lines).encode()
        for length in range(0, len(whole) + 1, 7):
            kept = whole[:length]
            complete = kept.count(b"\n")
            now = round_of(LIST, read_journal(kept, ISSUE, FILE))
            # The end of a message goes out after the line that says it is begun, and never before.
            assert not {name for name, line in reached.items() if line <= complete} & set(names(now.to_send))


@pytest.mark.parametrize(
    "spoilt",
    [
        "{}\n",
        "not json\n",
        '{"begun":"ana@psi-portal.example"}\n',
        json.dumps({"answered": "ben@b.example", "outcome": "sent", "code": 250, "said": "", "at": AT}) + "\n",
        json.dumps({"answered": "ben@b.example", "outcome": "maybe", "code": 250, "said": "", "at": AT}) + "\n",
        json.dumps({"answered": "ben@b.example", "outcome": "deferred", "code": "450", "said": "", "at": AT}) + "\n",
        json.dumps({"begun": "ben@b.example", "at": AT, "more": 1}) + "\n",
        "\x00\x00\x00\n",
        "[]\n",
        "\n",
    ],
)
def test_a_journal_that_somebody_changed_stops_everything_at_its_line(spoilt: str) -> None:
    with pytest.raises(Refused) as caught:
        journal(BEGIN, spoilt, sent("ana"))

    (problem,) = caught.value.problems
    assert (problem.code, str(problem.place)) == ("damaged-journal", f"{FILE}:3")


def test_the_journal_of_another_issue_or_without_a_run_is_refused() -> None:
    assert code_of(lambda: read_journal(first_line("a/b").encode(), ISSUE, FILE)) == "damaged-journal"
    assert code_of(lambda: journal(sent("ana"))) == "damaged-journal"
    assert code_of(lambda: journal(BEGIN, ended_line(AT), sent("ana"))) == "damaged-journal"


def test_what_a_server_says_moves_no_cursor_and_fills_no_screen() -> None:
    assert readable("no\x1b[2J such\r\nuser\u202e " + "x" * 500) == ("no [2J such user " + "x" * 500)[:200]
    assert json.loads(answered_line(address("a"), "refused", 550, "a\nb", AT))["said"] == "a b"


# -- the last look

READER = Addressed(address("newsletter"), address("ana"), address("leave"))


def message(**changed: str) -> bytes:
    fields = {
        "From": '"PSI Portal" <newsletter@psi-portal.example>',
        "To": "<ana@psi-portal.example>",
        "Subject": "[TLP:GREEN] Newsletter",
        "Date": "Mon, 05 Jan 2009 12:00:00 +0000",
        "Message-ID": "<1@psi-portal.example>",
        "MIME-Version": "1.0",
        "Content-Language": "en",
        "List-Unsubscribe": "<mailto:leave@psi-portal.example?subject=unsubscribe>",
        "Content-Type": "text/plain; charset=utf-8",
        **{name.replace("_", "-"): value for name, value in changed.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
    return f"{head}\r\nThe words.\r\n".encode()


def unfit(content: bytes, lang: str = "en", addressed: Addressed = READER) -> list[str]:
    found: list[Problem] = []
    try:
        refuse_unfit(content, addressed, lang, Place(ISSUE))
    except Refused as refused:
        found = list(refused.problems)
    assert {problem.code for problem in found} <= {"message-unfit"}
    assert "The words" not in str(found)
    return [problem.what.partition("sent: ")[2] for problem in found]


def test_a_message_to_one_reader_in_the_form_of_mail_is_fit() -> None:
    assert unfit(message()) == []
    assert unfit(on_the_wire(message().replace(b"\r\n", b"\n"))) == []


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (message().replace(b"The words.\r\n", b"The words.\n"), "its lines do not all end as those of mail do"),
        (message() + b".\r.\r\n", "its lines do not all end as those of mail do"),
        (message() + b"no end", "its lines do not all end as those of mail do"),
        (message() + b"x" * 999 + b"\r\n", "a line of it is too long for mail"),
        (message() + b"\0\r\n", "it holds a NUL"),
        (message() + "é\r\n".encode(), "it holds bytes that not every server takes"),
        (message(To="<ben@psi-portal.example>"), "its field To names somebody else"),
        (message(To="<ana@psi-portal.example>, <ben@psi-portal.example>"), "its field To names somebody else"),
        (message(From="<other@psi-portal.example>"), "its field From names somebody else"),
        (message(Cc="<ben@psi-portal.example>"), "it names others than its sender and its reader"),
        (message(bcc="<ben@psi-portal.example>"), "it names others than its sender and its reader"),
        (message(Resent_To="<ben@psi-portal.example>"), "it names others than its sender and its reader"),
        (message(Subject=""), "it has not exactly one field Subject"),
        (message(subject="twice"), "it has not exactly one field From"),
        (message(Content_Language="fr"), "it says that it is in another language"),
        (message(List_Unsubscribe="<mailto:x@psi-portal.example>"), "it does not tell how to be sent no more"),
    ],
)
def test_a_message_that_others_could_get_or_read_otherwise_is_not_sent(content: bytes, fault: str) -> None:
    if fault.endswith("field From"):
        content = b"From: <a@b.example>\r\n" + content
    assert fault in unfit(content)


def test_letters_beyond_ascii_stand_in_the_head_only_for_an_address_that_has_them() -> None:
    reader = Addressed(READER.sender, MailAddress("señal", "psi-portal.example"), READER.unsubscribe)

    assert unfit(message(To="<señal@psi-portal.example>"), addressed=reader) == []
