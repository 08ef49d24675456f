"""`invoke newsletter.send` on a small site: what lies there to be looked at, what is sent, and what never is."""

from __future__ import annotations

import dataclasses
import datetime
import io
import re
import shutil
import smtplib
import socket
import subprocess
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from rich.console import Console

from communique.access.record import Record, record_of
from communique.access.units import units_of
from communique.editions.outgoing import Writer
from communique.problems import Refused
from communique_pelican import build, checkup, sending_desk
from communique_pelican.build import read_sources
from communique_pelican.checkup import DOUBTFUL, UNSAFE, Desk
from communique_pelican.console import BuildReport, Watch
from communique_pelican.issuing import issuing
from communique_pelican.releasing import shown_hash
from communique_pelican.run import Plan
from communique_pelican.sending_desk import Wanted
from communique_pelican.terminal import Terminal
from tests.mailbox import HERE, PASSWORD_FOR_TESTS_ONLY, Mailbox, running
from tests.site_building import PROJECT, SITES

ISSUE = "newsletters/2008-1"
TEXT = """\
---
kind: newsletter
date: 2008-11-03
audience: public
original: en
summary: The first number.
volume: 1
number: 1
editor: nz
---
# Newsletter no. 1

## For everybody

What everybody may know stands here.

::: partner
What partners may know says qxgannet.
:::

::: oeg
What experts may know says qxpetrel.
:::
"""
LISTS = {
    "observers": "audience: public\naddresses:\n  en: [ana@b.example, ben@b.example]\n  fr: [cyn@b.example]\n",
    "partners": "audience: partner\naddresses:\n  en: [señal@défense.example]\n",
    "experts": "audience: oeg\naddresses:\n  en: [eva@b.example, ana@b.example]\n",
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Plan, Writer]:
    """A site with one issue, read once. Partners may be sent what is for them."""
    site = tmp_path_factory.mktemp("small") / "site"
    shutil.copytree(SITES / "minimal/content", site / "content")
    data = site / "content/data/site.yaml"
    newsletters = 'collections:\n  newsletters:\n    label: {en: "N", es: "N", fr: "N"}\n'
    newsletters += '    intro: {en: "News.", es: "Noticias.", fr: "Nouvelles."}\n'
    told = data.read_text(encoding="utf-8").replace("home: null", "home: https://psi-portal.example/")
    data.write_text(told.replace("collections:\n", newsletters), encoding="utf-8")
    tiers = site / "content/data/tiers.yaml"
    allowed = re.sub(r"(  partner:\n)", r"\1    email: allowed\n", tiers.read_text(encoding="utf-8"))
    tiers.write_text(allowed, encoding="utf-8")
    (site / "content" / ISSUE).mkdir(parents=True)
    (site / "content" / ISSUE / "en.md").write_text(TEXT, encoding="utf-8")
    with Watch(None, BuildReport()) as watch, pytest.MonkeyPatch.context() as patched:
        # Whether every sentence of the theme is translated is another test's question, and takes a while.
        patched.setattr(build, "extract_messages", lambda *_: Catalog())
        plan = read_sources(site, PROJECT, watch, release=False, jobs=1, environ={})
        return site, plan, issuing(plan, watch).messages()


@pytest.fixture
def site(tmp_path: Path, small: tuple[Path, Plan, Writer], monkeypatch: pytest.MonkeyPatch) -> Path:
    source, plan, write = small
    shutil.copytree(source, tmp_path / "site")
    folder = tmp_path / "site/keys/recipients"
    folder.mkdir(parents=True, mode=0o700)
    for name, text in LISTS.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    told = plan.catalogue
    monkeypatch.setattr(sending_desk, "read_data", lambda _: (told.site, told.policy, told.data_texts))
    monkeypatch.setattr(sending_desk, "read_sources", lambda *_, **__: plan)
    monkeypatch.setattr(sending_desk, "issuing", lambda *_: type("Press", (), {"messages": lambda _: write})())
    return tmp_path / "site"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with running(Mailbox(), login=False) as found:
        yield found


def configure(site: Path, port: int = 1, **changed: str) -> None:
    told = {
        "host": HERE, "port": str(port), "security": "none",
        "sender": "news@b.example", "unsubscribe": "leave@b.example", **changed,
    }  # fmt: skip
    lines = (f"{key.replace('_', '-')}: {value}\n" for key, value in told.items())
    (site / "keys/mail.yaml").write_text("".join(lines), encoding="utf-8")


def send(site: Path, *, ask: Callable[[str], str] | None = None, environ: dict[str, str] | None = None, **wanted: Any):
    terminal = Terminal(Console(file=io.StringIO(), width=200), ask)
    asked: dict[str, Any] = {"issue": "2008-1", "list": "observers", "audience": "", "yes": ask is None, **wanted}

    def now() -> datetime.datetime:
        return datetime.datetime(2008, 11, 4, tzinfo=datetime.UTC)

    status = sending_desk.send(site, PROJECT, Wanted(**asked), terminal=terminal, now=now, environ=environ or {})
    assert isinstance(terminal.console.file, io.StringIO)
    told = terminal.console.file.getvalue()
    assert "qx" not in told
    return status, told


def refused(site: Path, **wanted: Any) -> list[str]:
    with pytest.raises(Refused) as caught:
        send(site, **wanted)
    assert "qx" not in str(caught.value)
    return [f"{problem.place}: {problem.code}" for problem in caught.value.problems]


def words_of(message: bytes) -> str:
    parsed = message_from_bytes(message, EmailMessage, policy=policy.default)
    return "".join(part.get_content() for part in parsed.walk() if part.get_content_maintype() == "text")


# -- to be looked at


def test_a_dry_run_writes_each_readers_message_and_reaches_no_server(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_: object) -> None:
        raise AssertionError("a dry run opened a connection")

    monkeypatch.setattr(socket, "create_connection", unreachable)
    status, told = send(site, dry_run=True)
    folder = site / ".communique/sending" / ISSUE / "observers"
    files = {path.name: path for path in folder.iterdir()}

    assert status == 0
    assert sorted(files) == ["0001-en.eml", "0002-en.eml", "0003-fr.eml", "recipients.txt"]
    assert files["recipients.txt"].read_text(encoding="utf-8") == (
        "0001-en.eml   en   ana@b.example  would be sent it\n"
        "0002-en.eml   en   ben@b.example  would be sent it\n"
        "0003-fr.eml   fr   cyn@b.example  would be sent it\n"
    )
    assert {path.stat().st_mode & 0o777 for path in files.values()} == {0o600}
    assert (site / ".communique/sending").stat().st_mode & 0o777 == 0o700
    assert "fr: there is no translation yet; they are sent the text in en" in told
    assert "keys/mail.yaml is not there yet" in told
    assert "nothing was sent" in told
    assert not (site / ".communique/sent").exists()
    # The text stands in for a French one, and is told of in French.
    french = files["0003-fr.eml"].read_bytes()
    assert message_from_bytes(french)["Content-Language"] == "fr, en"
    said = words_of(french)
    assert "What everybody may know" in said
    assert '<html lang="fr" dir="ltr" ' in said
    assert "3 novembre 2008" in said
    assert "Se désabonner" in said
    assert "Unsubscribe" not in said
    first = files["0001-en.eml"].read_bytes()
    assert "What everybody may know" in words_of(first)
    send(site, dry_run=True)
    assert files["0001-en.eml"].read_bytes() == first


def test_a_message_holds_of_what_is_sealed_what_the_policy_lets_travel_to_its_audience(site: Path) -> None:
    held: dict[str, set[str]] = {}
    for name, audience in (("observers", "public"), ("partners", "partner"), ("experts", "oeg")):
        _, told = send(site, list=name, audience=audience, dry_run=True)
        message = next((site / ".communique/sending" / ISSUE / name).glob("*.eml")).read_bytes()
        held[name] = set(re.findall("qx[a-z]+", words_of(message)))
        if name == "partners":
            assert "it holds in full what is for: public (TLP:CLEAR); partner (TLP:GREEN)\n" in told
            assert "addresses of what is for: oeg (TLP:AMBER); it is not for these readers\n" in told
            assert "mail is not sealed on its way\n" in told
        if name == "experts":
            assert "it holds in full what is for: public (TLP:CLEAR)\n" in told
            assert (
                "only numbers, markings and addresses of what is for: partner (TLP:GREEN); oeg (TLP:AMBER); they may"
                " read it on the portal, and the policy does not say “email: allowed” for oeg\n"
            ) in told
            assert "a list for partner would be sent more than this one\n" in told
            assert "mail is not sealed" not in told

    assert held == {"observers": set(), "partners": {"qxgannet"}, "experts": set()}


# -- to be sent


def test_an_issue_is_sent_once_to_each_reader_after_a_yes(site: Path, mailbox: Mailbox) -> None:
    configure(site, mailbox.port)
    asked: list[str] = []

    def answer(said: str) -> Callable[[str], str]:
        def ask(question: str) -> str:
            asked.append(question)
            return said

        return ask

    assert send(site, ask=answer("no"))[0] == 1
    assert mailbox.arrived == []
    status, told = send(site, ask=answer("yes"))
    assert (status, asked) == (0, ["send it to them? (yes/no) "] * 2)
    assert f"from news@b.example, through {HERE}:{mailbox.port} (none)" in told
    assert "taken by the server: 3" in told
    assert "nobody is left to be sent it" in send(site)[1]
    assert mailbox.reached == ["ana@b.example", "ben@b.example", "cyn@b.example"]


def test_an_address_beyond_ascii_is_sent_a_message_that_names_it(site: Path, mailbox: Mailbox) -> None:
    configure(site, mailbox.port)
    send(site, list="partners", audience="partner")
    ((address, message),) = mailbox.arrived

    assert address == "señal@xn--dfense-bva.example"
    assert f"\r\nTo: <{address}>\r\n".encode() in message
    assert "qxgannet" in words_of(message)


def test_stopped_by_hand_the_next_run_goes_on(site: Path, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(site, mailbox.port)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(smtplib.SMTP, "rcpt", interrupted)
        with pytest.raises(KeyboardInterrupt):
            send(site)
    assert mailbox.arrived == []
    assert "taken by the server: 3" in send(site)[1]


def test_who_had_the_issue_through_another_list_is_sent_the_fuller_one_only_when_named(
    site: Path, mailbox: Mailbox
) -> None:
    configure(site, mailbox.port)
    send(site)
    _, told = send(site, list="experts", audience="oeg")
    assert "ana@b.example: sent already, through the list observers" in told
    send(site, list="experts", audience="oeg", again=("ana@b.example",))
    assert mailbox.reached[3:] == ["eva@b.example", "ana@b.example"]
    assert refused(site, list="experts", audience="oeg", again=("ana@b.example",)) == ["--again: sent-already"]


def test_what_a_server_refuses_or_leaves_open_is_told_and_the_status_is_not_zero(site: Path, mailbox: Mailbox) -> None:
    configure(site, mailbox.port)
    mailbox.rcpt = {"ana@b.example": "550 5.1.1 no\x1b[2J such user"}
    mailbox.data = {"ben@b.example": "drop"}
    status, told = send(site)

    assert status == 1
    assert "ana@b.example: refused by the server: 550 5.1.1 no" in told
    assert "\x1b" not in told
    assert "ben@b.example: may have been sent it: no answer came" in told
    assert "still to be sent to: 1" in told
    mailbox.rcpt, mailbox.data = {}, {}
    status, told = send(site)
    assert status == 0
    assert "taken by the server: 1" in told
    assert "ana@b.example: the server has refused it (550)" in told
    assert mailbox.reached == ["ben@b.example", "cyn@b.example"]


def test_a_text_that_changed_after_some_were_sent_it_is_refused_until_an_editor_says_so(
    site: Path, mailbox: Mailbox, small: tuple[Path, Plan, Writer], monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(site, mailbox.port)
    mailbox.rcpt = {"ben@b.example": "451 later"}
    assert send(site)[0] == 1
    write = small[2]

    def changed(*given: object) -> bytes:
        return write(*given).replace(b"everybody", b"everyone")  # type: ignore[arg-type]

    monkeypatch.setattr(sending_desk, "issuing", lambda *_: type("Press", (), {"messages": lambda _: changed})())
    mailbox.rcpt = {}
    assert refused(site) == [f".communique/sent/{ISSUE}.jsonl: message-changed"]
    assert send(site, changed=True)[0] == 0
    assert mailbox.reached == ["ana@b.example", "cyn@b.example", "ben@b.example"]


# -- to nobody


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({"list": "experts"}, "keys/recipients/experts.yaml: list-audience"),
        ({"list": "experts", "audience": "partner"}, "keys/recipients/experts.yaml: list-audience"),
        ({"list": "observers", "audience": "partner"}, "keys/recipients/observers.yaml: list-audience"),
        ({"list": "partners", "audience": "partners"}, "--audience: unknown-audience"),
        ({"list": "observer"}, "keys/recipients: unknown-list"),
        ({"list": ""}, "keys/recipients: unknown-list"),
        ({"list": "../mail"}, "keys/recipients: unknown-list"),
        ({"again": ("a@b.example\r\n",)}, "--again: bad-address"),
        ({"again": ("other@b.example",)}, "--again: unknown-recipient"),
        ({"issue": "2009-1"}, "ISSUE: unknown-document"),
        ({"issue": "notes/plain"}, "content/notes/plain/en.md:1:1: not-an-issue"),
    ],
)
def test_nothing_is_sent_or_written_where_the_command_does_not_fit(
    site: Path, wanted: dict[str, object], told: str
) -> None:
    configure(site)
    found = refused(site, **wanted, dry_run="again" not in wanted)
    assert found == [told] or (told.endswith("not-an-issue") and found[0].endswith("not-an-issue"))
    assert not list((site / ".communique/sending").rglob("*.eml"))


def test_every_mistake_of_list_and_settings_is_told_at_once(site: Path) -> None:
    configure(site, security="plain", password="qxsecret")
    (site / "keys/recipients/observers.yaml").write_text("audience: publik\naddresses: {en: [a]}\n", encoding="utf-8")
    assert refused(site) == [
        "keys/mail.yaml:6:1: password-in-settings",
        "keys/recipients/observers.yaml:1:11: unknown-audience",
        "keys/recipients/observers.yaml:2:18: bad-address",
    ]


def test_without_settings_nothing_is_sent(site: Path) -> None:
    assert refused(site) == ["keys/mail.yaml: no-mail-server"]


def test_the_demonstration_is_sent_to_this_machine_alone(site: Path) -> None:
    configure(site, host="mail.psi-portal.example", security="starttls")
    assert refused(site) == ["keys/mail.yaml: demo-keys"]


def test_a_real_issue_is_sent_only_as_a_release_has_shown_it(
    site: Path, mailbox: Mailbox, small: tuple[Path, Plan, Writer], monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(site, mailbox.port)
    plan = small[1]
    real = dataclasses.replace(plan, keys=dataclasses.replace(plan.keys, demo=False))
    keyed = plan.keys.keystore.record_hash()

    def released(word: str, shown: str) -> Record:
        units = [
            dataclasses.replace(unit, words=tuple(word if one == "everybody" else one for one in unit.words))
            for unit in units_of(plan.catalogue)
        ]
        return record_of(units, plan.catalogue.policy, keyed, release=3, date=plan.as_of, content="", shown=shown)

    monkeypatch.setattr(sending_desk, "read_sources", lambda *_, **__: real)
    monkeypatch.setattr(sending_desk, "read_last", lambda _: None)
    assert [one.rpartition(" ")[2] for one in refused(site)] == ["not-released"]
    # A record of before it was kept what a release has shown vouches for nothing.
    for word, shown in (("nobody", shown_hash(real)), ("everybody", "")):
        record = released(word, shown)
        monkeypatch.setattr(sending_desk, "read_last", lambda _, record=record: record)
        assert [one.rpartition(" ")[2] for one in refused(site)] == ["not-released"]
    # Nor does one of before it was kept whose texts may be mailed, which nobody has approved.
    record = released("everybody", shown_hash(real))
    monkeypatch.setattr(sending_desk, "read_last", lambda _: dataclasses.replace(record, mailed=()))
    assert refused(site) == ["content/data/tiers.yaml: not-released"]
    assert mailbox.arrived == []
    monkeypatch.setattr(sending_desk, "read_last", lambda _: record)
    assert send(site)[0] == 0


def test_what_an_issue_may_draw_or_cite_is_as_released_too_whoever_has_joined_and_whatever_day_it_is(
    site: Path, mailbox: Mailbox, small: tuple[Path, Plan, Writer], monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(site, mailbox.port)
    keys, told = small[1].keys, small[1].catalogue
    real = dataclasses.replace(small[1], keys=dataclasses.replace(keys, demo=False), content=site / "content")
    record = record_of(
        units_of(told),
        told.policy,
        keys.keystore.record_hash(),
        release=3,
        date=real.as_of,
        content="",
        shown=shown_hash(real),
    )
    monkeypatch.setattr(sending_desk, "read_last", lambda _: record)

    def now(*, data: dict[str, str] | None = None, **changed: Any) -> None:
        catalogue = dataclasses.replace(told, data_texts={**told.data_texts, **(data or {})})
        plan = dataclasses.replace(real, **{"catalogue": catalogue, **changed})
        monkeypatch.setattr(sending_desk, "read_sources", lambda *_, **__: plan)

    # An event, a figure or a word of the glossary that no release has shown; who may read what; a paper's title.
    for name in ("events.yaml", "figures.yaml", "glossary.yaml", "tiers.yaml"):
        now(data={name: told.data_texts.get(name, "") + "# changed\n"})
        assert [one.rpartition(" ")[2] for one in refused(site)] == ["not-released"], name
    # Papers that came or went by themselves, on their day.
    paper = told.documents["papers/forms"]
    gone = {
        lang: dataclasses.replace(text, front=dataclasses.replace(text.front, withdrawn=True))
        for lang, text in paper.texts.items()
    }
    withdrawn = dataclasses.replace(paper, texts=gone)
    others = {ident: one for ident, one in told.documents.items() if one is not paper}
    for documents in (others, {**others, paper.id: withdrawn}):
        now(catalogue=dataclasses.replace(told, documents=documents))
        assert [one.rpartition(" ")[2] for one in refused(site)] == ["not-released"]
    title = site / "content/notes/plain/en.md"
    before = title.read_text(encoding="utf-8")
    title.write_text(before.replace("# ", "# Not yet approved: ", 1), encoding="utf-8")
    now()
    assert [one.rpartition(" ")[2] for one in refused(site)] == ["not-released"]
    title.write_text(before, encoding="utf-8")
    assert mailbox.arrived == []

    # Nothing of this is shown.
    later = re.sub("as_of: .*", "as_of: 2008-11-20", told.data_texts["site.yaml"])
    assert later != told.data_texts["site.yaml"]
    joined = dataclasses.replace(keys.register, release=9, members=dict([*keys.register.members.items()][1:]))
    now(
        data={"site.yaml": later, "approved.yaml": "approved: []\n"},
        keys=dataclasses.replace(real.keys, register=joined),
        moment=real.moment + datetime.timedelta(days=17),
        as_of=datetime.date(2008, 11, 20),
    )
    assert send(site)[0] == 0


# -- the password


def password(site: Path, place: str, environ: dict[str, str] | None = None) -> str:
    where = {"password-file" if place.startswith("/") else "password-variable": place}
    configure(site, 1, security="starttls", host="localhost", login="news", **where)
    found = refused(site, environ=environ)
    assert PASSWORD_FOR_TESTS_ONLY not in str(found)
    return ",".join(found)


def test_a_password_is_read_only_where_nobody_else_reads_it(site: Path) -> None:
    inside, outside = site / "keys/word", site.parent / "word"
    for path in (inside, outside):
        path.write_text(PASSWORD_FOR_TESTS_ONLY + "\n", encoding="utf-8")
        path.chmod(0o600)

    assert password(site, str(inside)) == "keys/mail.yaml: mail-password"
    assert password(site, str(site.parent / "missing")) == "keys/mail.yaml: mail-password"
    assert password(site, "NEWS_PASSWORD") == "keys/mail.yaml: mail-password"
    assert password(site, "NEWS_PASSWORD", {"NEWS_PASSWORD": "pässword"}) == "keys/mail.yaml: mail-password"
    outside.chmod(0o640)
    assert password(site, str(outside)) == "keys/mail.yaml: mail-password"
    outside.chmod(0o600)
    # Nobody listens at that port.
    assert password(site, str(outside)) == "keys/mail.yaml: mail-server"
    assert password(site, "NEWS_PASSWORD", {"NEWS_PASSWORD": PASSWORD_FOR_TESTS_ONLY}) == "keys/mail.yaml: mail-server"


# -- what is left behind


def test_the_doctor_tells_of_messages_that_were_left_and_of_lists_that_git_keeps(site: Path) -> None:
    send(site, dry_run=True)
    for words in (["init", "--quiet"], ["add", "--force", "keys/recipients/observers.yaml"]):
        subprocess.run(["git", "-C", str(site), *words], check=True)
    left, kept = checkup._the_mail(Desk(site, PROJECT, {}, datetime.date(2008, 11, 4)))

    assert (left.state, kept.state) == (DOUBTFUL, UNSAFE)
    assert left.what.startswith("3 messages lie in .communique/sending")
    assert left.command == f"rm -r {site / '.communique/sending' / ISSUE / 'observers'}"
    assert "keys/recipients/observers.yaml: git keeps it" in kept.what
