"""`invoke newsletter.send`: an issue by mail to the readers of one list, and the same as files, to be looked at."""

from __future__ import annotations

import datetime
import itertools
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from communique.access.mailing import TIERS
from communique.access.record import mailed_names
from communique.access.units import units_of
from communique.documents.catalogue import Catalogue
from communique.documents.document import Document
from communique.documents.listing import read_data, read_text
from communique.editions.composing import parts_shown
from communique.editions.mail_settings import MailSettings, read_mail_settings
from communique.editions.recipients import (
    LIST_NAME,
    MailAddress,
    RecipientList,
    parse_address,
    read_recipients,
)
from communique.editions.sending import Round, refuse_changed, round_of
from communique.policy import PUBLIC, Audience, Policy
from communique.problems import Place, Problem, Refused, did_you_mean
from communique.site import Site
from communique.strict_yaml import load_yaml
from communique_pelican.build import read_sources
from communique_pelican.console import BuildReport, Watch
from communique_pelican.issuing import issuing
from communique_pelican.mail_server import MailServer, password_of
from communique_pelican.newsletter_desk import find_issue
from communique_pelican.posting import Order, Tally, post
from communique_pelican.private_files import private_folder, refuse_exposed, replace_private_folder
from communique_pelican.releasing import read_last, shown_hash
from communique_pelican.run import Plan
from communique_pelican.sending_journal import OpenJournal, read_back
from communique_pelican.speaking import said_by
from communique_pelican.terminal import Terminal

#: Private, and ignored by git: what is looked at and deleted, and far from it what must be kept.
SENDING, SENT = Path(".communique") / "sending", Path(".communique") / "sent"
SETTINGS = "keys/mail.yaml"
NEWSLETTER = "newsletter"
_LIST = "recipients.txt"
#: After how many messages a long list says how far it is.
_OFTEN = 25


@dataclass(frozen=True)
class Lists:
    """Where the lists of a site are. `demo`: those that are published with the sample."""

    folder: Path
    shown: str
    demo: bool


@dataclass(frozen=True)
class Wanted:
    """What an editor asked for on the command line."""

    issue: str
    list: str
    audience: str
    dry_run: bool = False
    again: Sequence[str] = ()
    changed: bool = False
    yes: bool = False


@dataclass(frozen=True)
class _Sending:
    """An issue and a list, checked against each other."""

    site_dir: Path
    project: Path
    plan: Plan
    document: Document
    lists: Lists
    order: Order
    messages: dict[str, str] = field(repr=False)
    again: tuple[MailAddress, ...]

    @property
    def folder(self) -> Path:
        return self.site_dir / SENDING / self.document.id

    @property
    def journal(self) -> Path:
        return self.site_dir / self.shown_journal

    @property
    def shown_journal(self) -> str:
        return (SENT / f"{self.document.id}.jsonl").as_posix()


def send(
    site_dir: Path,
    project: Path,
    wanted: Wanted,
    *,
    terminal: Terminal,
    now: Callable[[], datetime.datetime],
    environ: Mapping[str, str],
) -> int:
    """Send an issue to a list, or write what would be sent into a private folder. Status 1: somebody was not sent it.

    Raises:
        Refused: there is no such issue or list, the list is for others than the audience named, its text is not what
            was released, or the server is not as the settings say.
    """
    lists = find_lists(site_dir, project)
    site, policy, _ = read_data(site_dir / "content")
    recipients, settings, again = _read_all(site_dir, project, lists, wanted, site, policy)
    jobs = os.cpu_count() or 1
    with Watch(terminal.console, BuildReport()) as watch:
        plan = read_sources(site_dir, project, watch, release=False, jobs=jobs, environ=environ)
        document = _the_issue(plan.catalogue, wanted.issue)
        _refuse_unreadable(plan, document, recipients)
        write = issuing(plan, watch, jobs).messages()
    sender = settings.sender if settings is not None else _of_the_portal(site.enquiries)
    order = Order(
        document.id,
        recipients,
        sender,
        settings.unsubscribe if settings is not None else sender,
        {lang: document.text_for(lang).lang for lang in recipients.languages},
        write,
    )
    sending = _Sending(site_dir, project, plan, document, lists, order, order.hashes(), again)
    if wanted.dry_run:
        return _write_all(sending, settings, terminal)
    if settings is None:
        return 1
    return _send_all(sending, settings, wanted, terminal, now, environ)


def _read_all(
    site_dir: Path, project: Path, lists: Lists, wanted: Wanted, site: Site, policy: Policy
) -> tuple[RecipientList, MailSettings | None, tuple[MailAddress, ...]]:
    """The list, the settings and the addresses of `--again`.

    Raises:
        Refused: everything that is wrong with any of them.
    """
    problems: list[Problem] = []
    recipients: RecipientList | None = None
    settings: MailSettings | None = None
    try:
        recipients = _the_list(lists, wanted.list, site.languages, policy)
        _refuse_other_audience(recipients, wanted.audience or PUBLIC, policy)
        if not lists.demo:
            refuse_exposed(lists.folder / f"{recipients.name}.yaml", site_dir, project)
    except Refused as refused:
        problems += refused.problems
    try:
        settings = read_settings(site_dir, project)
    except Refused as refused:
        problems += refused.problems
    else:
        if settings is None and not wanted.dry_run:
            what = "nothing says through which server mail is sent"
            problems.append(Problem(Place(SETTINGS), "no-mail-server", what, "write it: docs/newsletter.md shows how"))
    again = tuple(parse_address(text) for text in wanted.again)
    if None in again:
        what = "what stands after --again is not an e-mail address"
        problems.append(Problem(Place("--again"), "bad-address", what, "write it as it stands in the list"))
    if problems or recipients is None:
        raise Refused(problems)
    return recipients, settings, tuple(one for one in again if one is not None)


def find_lists(site_dir: Path, project: Path) -> Lists:
    """`keys/recipients/` of the site; the demonstration's where the site has neither lists nor keys of its own."""
    own = site_dir / "keys" / "recipients"
    if own.is_dir() or (site_dir / "keys" / "register.yaml").exists():
        return Lists(own, "keys/recipients", demo=False)
    return Lists(project / "keys" / "demo" / "recipients", "keys/demo/recipients", demo=True)


def read_settings(site_dir: Path, project: Path) -> MailSettings | None:
    """How mail leaves; None where nothing says it.

    Raises:
        Refused: the file is wrong, or lies where it would be copied.
    """
    path = site_dir / SETTINGS
    if not path.is_file():
        return None
    refuse_exposed(path, site_dir, project)
    return read_mail_settings(load_yaml(read_text(path, SETTINGS), SETTINGS))


def _the_issue(catalogue: Catalogue, name: str) -> Document:
    document = find_issue(catalogue, name)
    if document.front.kind != NEWSLETTER:
        what = f"{document.id} is no newsletter, and only those are sent by mail"
        raise Refused([Problem(document.front.place, "not-an-issue", what, "name an issue")])
    return document


def _the_list(lists: Lists, name: str, languages: Sequence[str], policy: Policy) -> RecipientList:
    known = sorted(path.stem for path in lists.folder.glob("*.yaml")) if lists.folder.is_dir() else []
    if not LIST_NAME.match(name) or name not in known:
        what = f'there is no list "{name}"' if LIST_NAME.match(name) else "no list is named"
        raise Refused([Problem(Place(lists.shown), "unknown-list", what, did_you_mean(name, known))])
    shown = f"{lists.shown}/{name}.yaml"
    text = read_text(lists.folder / f"{name}.yaml", shown)
    return read_recipients(load_yaml(text, shown), name, languages, policy)


def _refuse_other_audience(recipients: RecipientList, audience: str, policy: Policy) -> None:
    if recipients.audience == audience:
        return
    if audience not in policy.audience_names:
        what = f'there is no audience called "{audience}"'
        fix = did_you_mean(audience, policy.audience_names)
        raise Refused([Problem(Place("--audience"), "unknown-audience", what, fix)])
    place = Place(recipients.place.file)
    if audience == PUBLIC:
        what = f"this list is for the readers of {recipients.audience}, which is not said on the command line"
        fix = f"see that they may be sent it, then add --audience {recipients.audience}"
    else:
        what = f"this list is for the readers of {recipients.audience}, and what is for {audience} was asked for"
        fix = "name the list that is for them, or the audience that this one is for"
    raise Refused([Problem(place, "list-audience", what, fix)])


def _of_the_portal(enquiries: str) -> MailAddress:
    address = parse_address(enquiries)
    if address is None:
        what = "nothing says from whom the messages would be"
        raise Refused([Problem(Place(SETTINGS), "no-mail-server", what, "write it: docs/newsletter.md shows how")])
    return address


def _refuse_unreadable(plan: Plan, document: Document, recipients: RecipientList) -> None:
    policy, name = plan.catalogue.policy, recipients.audience
    if policy.has_ended(name, plan.as_of):
        what = f"{name} has ended: nothing is sent to its readers any more"
        raise Refused([Problem(recipients.place, "group-ended", what, "delete the list, or correct the group's day")])
    if not policy.may_read([name], document.front.audience):
        what = f"{document.id} is for {document.front.audience}, and this list for {name}"
        raise Refused([Problem(recipients.place, "not-cleared", what, "name a list whose readers may read it")])


def _refuse_unreleased(sending: _Sending) -> None:
    """What is sent can never be called back: so it is what a release has shown, and its approvals were asked for.

    Raises:
        Refused: the issue was not released, or not as it is now.
    """
    plan, document = sending.plan, sending.document
    record, keyed = read_last(plan), plan.keys.keystore.record_hash()
    then = [one for one in record.units if one.document == document.id] if record is not None else []
    if record is None or not then:
        what = f"{document.id} has not been released: what is sent would lead to pages that are not there"
        raise Refused([Problem(document.front.place, "not-released", what, "release it first: invoke release")])
    released = Counter((one.lang, one.hash, one.audience) for one in then)
    today = (unit for unit in units_of(plan.catalogue) if unit.document == document.id)
    # Under another master nothing can be compared: a release under the new one comes first.
    if Counter((unit.lang, unit.hash(keyed), unit.audience) for unit in today) != released:
        what = f"{document.id} is not as release {record.release} has shown it"
        raise Refused([Problem(document.front.place, "not-released", what, "see invoke access.diff, then release it")])
    # It may be that the policy was read so before anybody had to approve it.
    if not {*mailed_names(plan.catalogue.policy, units_of(plan.catalogue))} <= {*record.mailed}:
        what = f"whose texts may be mailed is not as release {record.release} has recorded it"
        raise Refused(
            [Problem(Place(f"content/{TIERS}.yaml"), "not-released", what, "see invoke access.diff, then release it")]
        )
    # What an issue draws and cites stands in other papers and in the data: events, titles, figures.
    if record.shown != shown_hash(plan):
        what = f"the site is not as release {record.release} has shown it, and {document.id} may draw or cite the rest"
        fix = "release it first, or send it from the files of that release"
        raise Refused([Problem(document.front.place, "not-released", what, fix)])


# -- to be looked at


def _write_all(sending: _Sending, settings: MailSettings | None, terminal: Terminal) -> int:
    """Everything that would be sent, a file for each reader, and a list of them. Nothing leaves the machine."""
    journal = read_back(sending.journal, sending.document.id, sending.shown_journal)
    recipients = sending.order.recipients
    round_ = round_of(recipients, journal, sending.again)
    folder = sending.folder / recipients.name
    refuse_exposed(folder / _LIST, sending.site_dir, sending.project)
    names = {one.address.key: f"{number:04}-{one.lang}.eml" for number, one in enumerate(round_.to_send, 1)}
    told = _states(round_)
    width = max(len(str(one.address)) for one in recipients.recipients)
    lines = [
        f"{names.get(one.address.key, '-'):<12}  {one.lang:<3}  {one.address!s:<{width}}  "
        + said_by(terminal.console, told[one.address.key])
        for one in recipients.recipients
    ]
    # One by one: a long list has more messages than memory should hold.
    messages = ((names[one.address.key], sending.order.message(one.lang, one.address)) for one in round_.to_send)
    last = (_LIST, "\n".join(lines).encode("utf-8") + b"\n")
    files, private = itertools.chain(messages, [last]), sending.site_dir / SENDING
    replace_private_folder(private, folder.relative_to(private).as_posix(), files, sending.site_dir, sending.project)
    _tell(sending, round_, settings, terminal)
    shown = folder.relative_to(sending.site_dir) if folder.is_relative_to(sending.site_dir) else folder
    terminal.say("", f"nothing was sent; what would be lies in {shown}: look at it, then delete it")
    return 0


def _states(round_: Round) -> dict[str, str]:
    """By address."""
    told: dict[str, str] = {}
    for one in round_.to_send:
        told[one.address.key] = "would be sent it"
    for one in round_.sent:
        told[one.address.key] = "has been sent it"
    for one, _ in round_.refused:
        told[one.address.key] = "the server has refused it"
    for one in round_.unknown:
        told[one.address.key] = "may have been sent it: no answer came"
    for one, name in round_.elsewhere:
        told[one.address.key] = f"has been sent it through the list {name}"
    return told


# -- to be sent


def _send_all(
    sending: _Sending,
    settings: MailSettings,
    wanted: Wanted,
    terminal: Terminal,
    now: Callable[[], datetime.datetime],
    environ: Mapping[str, str],
) -> int:
    order, place = sending.order, Place(SETTINGS)
    if sending.plan.keys.demo or sending.lists.demo:
        if not settings.is_local:
            what = "texts, keys and lists of the demonstration go to a server on this machine alone"
            fix = "make keys and lists of your own: docs/newsletter.md; or look at them with --dry-run"
            raise Refused([Problem(place, "demo-keys", what, fix)])
    else:
        _refuse_unreleased(sending)
    password = password_of(settings, place, sending.site_dir, sending.project, environ)
    refuse_exposed(sending.journal, sending.site_dir, sending.project)
    private_folder(sending.site_dir / SENT)
    with OpenJournal(sending.journal, sending.document.id, sending.shown_journal, now) as journal:
        if not wanted.changed:
            refuse_changed(journal.read, order.recipients, sending.messages, sending.shown_journal)
        round_ = round_of(order.recipients, journal.read, sending.again)
        _tell(sending, round_, settings, terminal)
        if not round_.to_send:
            post(order, sending.messages, round_, journal, lambda: MailServer(settings, place))
            terminal.say("", "nobody is left to be sent it")
            return int(bool(round_.unknown or round_.refused))
        if not terminal.agrees("send it to them?", yes=wanted.yes):
            return 1
        connect = partial(_connected, settings, place, password)
        try:
            tally = post(
                order, sending.messages, round_, journal, connect, _sign_of_life(len(round_.to_send), terminal)
            )
        except KeyboardInterrupt:
            terminal.say("", "stopped; the same command goes on where this one was")
            raise
    return _told(tally, terminal)


def _sign_of_life(total: int, terminal: Terminal) -> Callable[[int], None]:
    def done(count: int) -> None:
        if count % _OFTEN == 0 and count < total:
            terminal.say(f"gone through: {count} of {total}")

    return done


def _connected(settings: MailSettings, place: Place, password: str) -> MailServer:
    return MailServer(settings, place, password).open()


def _tell(sending: _Sending, round_: Round, settings: MailSettings | None, terminal: Terminal) -> None:
    """What is about to be sent, to how many, through whom; and whom it is not sent to, and why."""
    order, audience = sending.order, sending.order.recipients.audience
    terminal.say(f"{order.document}, of {sending.document.front.date.isoformat()}: the edition for {audience}")
    _tell_what_is_carried(sending, terminal)
    for lang in order.recipients.languages:
        count = sum(one.lang == lang for one in round_.to_send)
        if count:
            size = len(order.message(lang, next(one.address for one in round_.to_send if one.lang == lang)))
            terminal.say(f"{lang}: {count} to send to, {-(-size // 1000)} kB each")
            if order.texts[lang] != lang:
                terminal.say(f"{lang}: there is no translation yet; they are sent the text in {order.texts[lang]}")
    if settings is not None:
        terminal.say(f"from {settings.sender}, through {settings} ({settings.security})")
    else:
        terminal.say(f"{SETTINGS} is not there yet: the sender shown is the portal's address for enquiries")
    if round_.sent:
        terminal.say(f"sent already: {len(round_.sent)}")
    for one, name in round_.elsewhere:
        terminal.say(f"{one.address}: sent already, through the list {name}; --again {one.address} sends this one too")
    for one, delivery in round_.refused:
        code = delivery.code
        terminal.say(
            f"{one.address}: the server has refused it ({code}); correct the list, or add --again {one.address}"
        )
    for one in round_.unknown:
        terminal.say(_of_unknown(one.address))


def _tell_what_is_carried(sending: _Sending, terminal: Terminal) -> None:
    """What the message holds for its readers, and of what it holds no word: the fuller tier may be sent less."""
    policy, to = sending.plan.catalogue.policy, sending.order.recipients.audience
    parts = _parts(sending, to)
    whole = {audience for audience, is_open in parts.values() if is_open}
    closed = {audience for audience, is_open in parts.values() if not is_open}
    withheld = {one for one in closed if policy.may_read([to], one) and not policy.may_be_mailed(to, one)}
    others = {one for one in closed if not policy.may_read([to], one)}
    terminal.say(f"it holds in full what is for: {_marked(whole - closed, policy)}")
    if whole & closed:
        held = _marked(whole & closed, policy)
        terminal.say(f"in part what is for: {held}; the rest draws or cites what may not be mailed to them")
    if withheld:
        named = {to, *(name for one in withheld for name in one.names)}
        ruled = ", ".join(name for name in sorted(named) if not policy.may_be_mailed(name, Audience((name,))))
        terminal.say(
            f"only numbers, markings and addresses of what is for: {_marked(withheld, policy)}; they may read it on the"
            f" portal, and the policy does not say “email: allowed” for {ruled}"
        )
    if others:
        terminal.say(
            f"only numbers, markings and addresses of what is for: {_marked(others, policy)}; it is not for these"
            " readers"
        )
    if any(not one.is_public for one in whole):
        terminal.say("mail is not sealed on its way")
    for name in sorted(policy.closure([to]) - {to, PUBLIC}):
        if any(is_open and not parts[key][1] for key, (_, is_open) in _parts(sending, name).items()):
            terminal.say(f"a list for {name} would be sent more than this one")


def _parts(sending: _Sending, name: str) -> dict[tuple[str, str], tuple[Audience, bool]]:
    """In every language of the list: for whom each part of the issue is, and whether a message to `name` shows it."""
    catalogue = sending.plan.catalogue
    may_carry = partial(catalogue.policy.may_be_mailed, name)
    return {
        (lang, part): told
        for lang in sending.order.recipients.languages
        for part, told in parts_shown(catalogue, sending.document, lang, name, may_carry).items()
    }


def _marked(audiences: set[Audience], policy: Policy) -> str:
    ordered = sorted(audiences, key=lambda one: (policy.rank(policy.tlp(one)), one))
    return "; ".join(f"{one} (TLP:{policy.tlp(one)})" for one in ordered)


def _of_unknown(address: MailAddress) -> str:
    return (
        f"{address}: may have been sent it: no answer came. Ask those who keep the server; where they have not sent it,"
        f" add --again {address}"
    )


def _told(tally: Tally, terminal: Terminal) -> int:
    """What has come of it."""
    terminal.say("", f"taken by the server: {tally.sent}")
    terminal.say(*(f"{one.address}: refused by the server: {said}" for one, said in tally.refused))
    terminal.say(*(f"{one.address}: not taken now: {said}" for one, said in tally.deferred if said))
    lost = [one for one, said in tally.deferred if not said]
    terminal.say(*(f"{one.address}: not sent, since the connection was lost on the way" for one in lost))
    terminal.say(*(_of_unknown(one.address) for one in tally.unknown))
    if tally.stopped is not None:
        terminal.say(*(f"{problem}" for problem in tally.stopped.problems))
    left = len(tally.deferred) + tally.left
    if left:
        terminal.say(f"still to be sent to: {left}; the same command goes on with them")
    return int(bool(tally.refused or tally.unknown) or not tally.is_complete)
