"""Who is sent an issue by mail: `keys/recipients/<list>.yaml`, each list for the readers of one audience.

An address here becomes part of a dialogue with a mail server and of a message's head. What could end a line there, or
name more than one mailbox, is no address; nor is one in a spelling that another machine might read as another domain.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from communique.policy import Policy
from communique.problems import Place, Problem, Refused, did_you_mean
from communique.strict_yaml import Node

LIST_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}\Z")
#: RFC 5322 (dot-atom) with the letters of RFC 6531; no quoted names, which mail programs read in several ways.
_ATOM = frozenset("!#$%&'*+/=?^_`{|}~-")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\Z")
_LONGEST_LOCAL, _LONGEST_DOMAIN, _LONGEST = 64, 253, 254
_HINT = "write it as desk@psi-portal.example, without a name or brackets"


@dataclass(frozen=True)
class MailAddress:
    """One mailbox. `domain` is in its ASCII form (xn--…), in which it travels."""

    local: str
    domain: str

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"

    @property
    def key(self) -> str:
        """What two spellings of one mailbox share: hardly a server tells `Desk` from `desk`."""
        return f"{self.local.casefold()}@{self.domain}"

    @property
    def needs_utf8(self) -> bool:
        """Whether only a server that knows RFC 6531 can take it."""
        return not self.local.isascii()


@dataclass(frozen=True)
class Recipient:
    address: MailAddress
    lang: str
    place: Place


@dataclass(frozen=True)
class RecipientList:
    """The addresses of one list, in its order, and the one audience whose edition they are sent."""

    name: str
    audience: str
    recipients: tuple[Recipient, ...] = field(repr=False)
    place: Place

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.lang for one in self.recipients))


def parse_address(text: str) -> MailAddress | None:
    """The mailbox that `text` names and nothing else; None where it is not plainly one."""
    local, at, domain = text.rpartition("@")
    if not at or text != unicodedata.normalize("NFC", text):
        return None
    if not all(part and all(map(_is_atom, part)) for part in local.split(".")):
        return None
    wire = _ascii_domain(domain)
    if not wire or len(local.encode("utf-8")) > _LONGEST_LOCAL:
        return None
    return MailAddress(local, wire) if len(local.encode("utf-8")) + 1 + len(wire) <= _LONGEST else None


def _is_atom(char: str) -> bool:
    if char.isascii():
        return char.isalnum() or char in _ATOM
    # Letters, marks and digits: neither spaces nor what turns the direction of a line or shows as nothing.
    return unicodedata.category(char)[0] in "LMN"


def _ascii_domain(domain: str) -> str:
    if domain.isascii():
        wire = domain.lower()
    else:
        try:
            wire = domain.encode("idna").decode("ascii")
            # The older rules of IDNA make another domain of some letters (ß becomes ss): mail would go elsewhere.
            same = wire.encode("ascii").decode("idna") == domain.lower()
        except UnicodeError:
            return ""
        if not same:
            return ""
    labels = wire.split(".")
    if len(labels) < 2 or len(wire) > _LONGEST_DOMAIN or not all(map(_LABEL.match, labels)):
        return ""
    # What ends in digits alone is a machine's number.
    return "" if labels[-1].isdigit() else wire


def read_address(node: Node, problems: list[Problem], what: str) -> MailAddress | None:
    text = node.value if isinstance(node.value, str) else ""
    found = parse_address(text)
    if found is None:
        # Not quoted: it may hold what a terminal would obey.
        said = f"{what} is not an e-mail address" if what else "this is not an e-mail address"
        problems.append(Problem(node.place, "bad-address", said, _HINT))
    return found


def read_recipients(node: Node, name: str, languages: Sequence[str], policy: Policy) -> RecipientList:
    """The list `name`, checked.

    Raises:
        Refused: an unknown audience or language, several audiences, what is no address, an address twice, or nobody.
    """
    problems: list[Problem] = []
    if node.is_nothing():
        what = "this file is empty"
        fix = "write who these readers are, audience: partner, and below addresses: a line such as en: [desk@b.example]"
        raise Refused([Problem(node.place, "empty-list", what, fix)])
    top = node.take(problems, "the list", ["audience", "addresses"])
    audience = _read_audience(top["audience"], policy, problems) if "audience" in top else ""
    by_language = top["addresses"].as_mapping(problems, "addresses") if "addresses" in top else {}
    recipients: list[Recipient] = []
    seen: dict[str, Place] = {}
    for lang, entries in by_language.items():
        if lang not in languages:
            what = f'the portal does not speak "{lang}"' if lang.isalpha() else "this names no language"
            place = top["addresses"].keys.get(lang, entries.place)
            problems.append(Problem(place, "unknown-language", what, did_you_mean(lang, languages)))
            continue
        for entry in entries.as_list(problems, f"the addresses for {lang}"):
            address = read_address(entry, problems, "")
            if address is None:
                continue
            if address.key in seen:
                what = f"this address stands here twice (first on line {seen[address.key].line})"
                fix = "keep it in the language in which they read: nobody is sent an issue twice"
                problems.append(Problem(entry.place, "address-twice", what, fix))
                continue
            seen[address.key] = entry.place
            recipients.append(Recipient(address, lang, entry.place))
    if not recipients and not problems:
        problems.append(Problem(node.place, "empty-list", "nobody stands in this list", "add an address, or delete it"))
    if problems:
        raise Refused(problems)
    return RecipientList(name, audience, tuple(recipients), node.place)


def _read_audience(node: Node, policy: Policy, problems: list[Problem]) -> str:
    try:
        names = policy.parse_audience("" if node.is_nothing() else node.as_text(problems, "audience"), node.place).names
    except Refused as refused:
        problems.extend(refused.problems)
        return ""
    if len(names) > 1:
        what = "a list is for the readers of one name, and this names several"
        problems.append(Problem(node.place, "list-audience", what, "make a list of its own for each"))
        return ""
    return names[0]
