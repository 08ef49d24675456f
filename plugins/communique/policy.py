"""Who may read what: tiers, areas, groups and audiences, as data.

A tier's readers may read everything addressed to the tiers it includes. An area (`state:nz`) belongs to one
state, whatever that state's tier. A group (`group:plan`) is called together for a time, whatever its members'
tiers. An audience is a set of them, any of which suffices.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from communique.problems import Place, Problem, Refused, did_you_mean
from communique.strict_yaml import Node

PUBLIC = "public"
AREA_PREFIX = "state:"
GROUP_PREFIX = "group:"
#: What stands before a tier, an area, a group in the protocol: no tier may begin like one of the others.
_AREA_ID, _GROUP_ID = "nat-", "grp-"
#: TLP 2.0 labels (FIRST, Traffic Light Protocol, August 2022), the most open first.
TLP_LABELS = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")
#: A state of which no source says whether it takes part.
UNKNOWN = "unknown"
#: What the key `email` may say: whether texts for these readers may travel in a message that is not sealed.
MAIL_RULES = ("allowed", "never")
#: How many columns and rows the map of tiles may have.
TILES = 24
_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}\Z")
_STATE = re.compile(r"[a-z]{2}\Z")
_QUOTABLE = re.compile(r"[\w:.+-]{0,24}(?: :*)?\Z")


@dataclass(frozen=True)
class Tier:
    """A class of readers. `includes` names the tiers whose texts its readers may read too; `who` says in each
    language who they are, or nothing. `mailed`: texts for them may travel in a message that is not sealed.
    """

    name: str
    includes: tuple[str, ...]
    tlp: str
    labels: Mapping[str, str]
    who: Mapping[str, str] = field(default_factory=dict)
    mailed: bool = False


@dataclass(frozen=True)
class State:
    """A state of the sample (ISO 3166-1 alpha-2 code, lower case) and what the sources say of it.

    `participating` is None where they do not say it. `tile` is its column and row, from 1, on a map of equal squares.
    """

    code: str
    labels: Mapping[str, str]
    participating: bool | None
    oeg: bool
    tile: tuple[int, int] | None = None


@dataclass(frozen=True)
class Group:
    """Readers called together for a time, such as a working group. `until` is the last day on which they read."""

    name: str
    labels: Mapping[str, str]
    until: datetime.date
    tlp: str
    who: Mapping[str, str] = field(default_factory=dict)
    mailed: bool = False


@dataclass(frozen=True, order=True)
class Audience:
    """Who may read a text: names of tiers, areas and groups, sorted; any of them suffices."""

    names: tuple[str, ...]

    @property
    def is_public(self) -> bool:
        return PUBLIC in self.names

    def __str__(self) -> str:
        return ", ".join(self.names)


def tier_id(name: str) -> str:
    """The protocol's identifier: `state:nz` is `nat-nz`, `group:plan` is `grp-plan`."""
    if name.startswith(AREA_PREFIX):
        return _AREA_ID + name.removeprefix(AREA_PREFIX)
    return _GROUP_ID + name.removeprefix(GROUP_PREFIX) if name.startswith(GROUP_PREFIX) else name


@dataclass(frozen=True)
class Policy:
    """The tiers, states and groups of one site.

    >>> policy.may_read(["oeg", "state:nz"], Audience(("partner",)))
    True
    """

    tiers: Mapping[str, Tier]
    states: Mapping[str, State]
    areas_tlp: str
    groups: Mapping[str, Group] = field(default_factory=dict)
    areas_mailed: bool = False

    @property
    def audience_names(self) -> tuple[str, ...]:
        areas = (AREA_PREFIX + code for code in self.states)
        return (*self.tiers, *areas, *(GROUP_PREFIX + name for name in self.groups))

    def closure(self, grants: Iterable[str]) -> frozenset[str]:
        """Everything a holder of `grants` may read: inclusion followed to its end; `public` always."""
        found: set[str] = {PUBLIC}
        waiting = list(grants)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                if name in self.tiers:
                    waiting.extend(self.tiers[name].includes)
        return frozenset(found)

    def may_read(self, grants: Iterable[str], audience: Audience) -> bool:
        return not self.closure(grants).isdisjoint(audience.names)

    def held_on(self, grants: Iterable[str], date: datetime.date) -> frozenset[str]:
        """What a holder of `grants` may read of a release of that date: ended groups, and names that the policy
        no longer knows, open for nobody.
        """
        known = set(self.audience_names)
        return frozenset(name for name in self.closure(grants) if name in known and not self.has_ended(name, date))

    def has_ended(self, name: str, date: datetime.date) -> bool:
        """Whether `name` is a group whose last day lies before `date`."""
        group = self.groups.get(name.removeprefix(GROUP_PREFIX)) if name.startswith(GROUP_PREFIX) else None
        return group is not None and group.until < date

    def may_stand_inside(self, inner: Audience, outer: Audience) -> bool:
        """Whether a section for `inner` may stand in one for `outer`: areas and groups anywhere, tiers only in a
        wider tier.
        """
        outer_tiers = {name for name in outer.names if name in self.tiers}
        return all(
            name.startswith((AREA_PREFIX, GROUP_PREFIX)) or bool(self.closure([name]) & outer_tiers)
            for name in inner.names
        )

    def may_be_mailed(self, to: str, audience: Audience) -> bool:
        """Whether a message to the readers of `to` may carry a text for `audience`: only where the policy allows
        mail for them and for every other name that the text is for, since the text is no safer than its first reader.
        """
        return audience.is_public or all(self._is_mailed(name) for name in (to, *audience.names))

    def label(self, name: str, lang: str) -> str:
        if name.startswith(GROUP_PREFIX):
            return self.groups[name.removeprefix(GROUP_PREFIX)].labels[lang]
        labels = self.tiers[name].labels if name in self.tiers else self.states[name.removeprefix(AREA_PREFIX)].labels
        return labels[lang]

    def tlp(self, audience: Audience) -> str:
        """The audience's TLP label without its prefix: the strictest of its names', since each reader must
        keep it.
        """
        return max((self._tlp_of(name) for name in audience.names), key=TLP_LABELS.index)

    def rank(self, tlp: str) -> int:
        return TLP_LABELS.index(tlp)

    def _is_mailed(self, name: str) -> bool:
        if name.startswith(GROUP_PREFIX):
            group = self.groups.get(name.removeprefix(GROUP_PREFIX))
            return group is not None and group.mailed
        if name.startswith(AREA_PREFIX):
            return self.areas_mailed and name.removeprefix(AREA_PREFIX) in self.states
        return name == PUBLIC or (name in self.tiers and self.tiers[name].mailed)

    def _tlp_of(self, name: str) -> str:
        if name.startswith(GROUP_PREFIX):
            return self.groups[name.removeprefix(GROUP_PREFIX)].tlp
        return self.tiers[name].tlp if name in self.tiers else self.areas_tlp

    def parse_audience(self, text: str, place: Place) -> Audience:
        """Read `oeg, state:mx`.

        Raises:
            Refused: empty, an unknown name, a name twice, or `public` beside another.
        """
        names = [name.strip() for name in text.split(",")]
        problems: list[Problem] = []
        if not text.strip():
            problems.append(
                Problem(
                    place,
                    "missing-audience",
                    "the audience is empty",
                    "known: " + ", ".join(self.tiers) + ", state:…",
                )
            )
            raise Refused(problems)
        for name in names:
            if name not in self.audience_names:
                known: Iterable[str] = self.audience_names if name.startswith(("state", "group")) else self.tiers
                # What stands in the wrong place may be the very words that should be sealed: quote names
                # only.
                what = f'there is no audience called "{name}"' if _QUOTABLE.match(name) else "this names no audience"
                problems.append(Problem(place, "unknown-audience", what, did_you_mean(name, known)))
            elif names.count(name) > 1:
                what = f'the audience "{name}" stands twice'
                problems.append(Problem(place, "audience-twice", what, "name it once"))
        if PUBLIC in names and len(names) > 1:
            what = 'everyone may read "public": another name beside it says nothing'
            problems.append(Problem(place, "audience-public", what, "keep public, or only the narrower names"))
        if problems:
            raise Refused(problems)
        return Audience(tuple(sorted(names)))


def read_policy(tiers: Node, states: Node, languages: Iterable[str], groups: Node | None = None) -> Policy:
    """The policy of `content/data/tiers.yaml`, `states.yaml` and, where there is one, `groups.yaml`, checked.

    Raises:
        Refused: unknown keys, tiers that include each other in a circle, labels missing in a language.
    """
    problems: list[Problem] = []
    langs = tuple(languages)
    top = tiers.take(problems, "the file", ["tiers", "areas"])
    known: dict[str, Tier] = {}
    entries = top["tiers"].as_mapping(problems, "tiers") if "tiers" in top else {}
    for name, node in entries.items():
        if not _NAME.match(name) or name.startswith((_AREA_ID, _GROUP_ID)):
            problems.append(
                Problem(
                    node.place,
                    "bad-name",
                    f'"{name}" cannot name a tier',
                    f"use lower-case letters, digits and -; {_AREA_ID} and {_GROUP_ID} begin areas and groups",
                )
            )
        part = node.take(problems, f"the tier {name}", ["includes", "tlp", "label"], ["who", "email"])
        includes = [
            inner.as_word(problems, "includes", [other for other in entries if other != name])
            for inner in (part["includes"].as_list(problems, "includes") if "includes" in part else ())
        ]
        tlp = part["tlp"].as_word(problems, "tlp", TLP_LABELS) if "tlp" in part else ""
        labels = read_labels(part["label"], langs, problems, "label") if "label" in part else {}
        who = read_labels(part["who"], langs, problems, "who") if "who" in part else {}
        if name == PUBLIC and "email" in part:
            what = "what everyone may read may always be mailed"
            problems.append(Problem(part["email"].place, "mail-rule", what, "remove this line"))
        mailed = _read_mail_rule(part, problems)
        known[name] = Tier(name, tuple(filter(None, includes)), tlp or TLP_LABELS[-1], labels, who, mailed)
    if PUBLIC not in known:
        problems.append(Problem(tiers.place, "no-public-tier", "there is no tier public", "add it: observers read it"))
    areas = top["areas"].take(problems, "areas", ["tlp"], ["email"]) if "areas" in top else {}
    areas_tlp = areas["tlp"].as_word(problems, "tlp", TLP_LABELS) if "tlp" in areas else ""
    areas_mailed = _read_mail_rule(areas, problems)
    _refuse_circles(known, tiers, problems)
    found: dict[str, State] = {}
    listing = states.take(problems, "the file", ["states"])
    for code, node in (listing["states"].as_mapping(problems, "states") if "states" in listing else {}).items():
        if not _STATE.match(code):
            problems.append(
                Problem(node.place, "bad-name", f'"{code}" is not a two-letter code', "use ISO 3166-1, lower case")
            )
        part = node.take(problems, f"the state {code}", ["label", "participating"], ["oeg", "tile"])
        found[code] = State(
            code,
            read_labels(part["label"], langs, problems, "label") if "label" in part else {},
            _read_standing(part["participating"], problems) if "participating" in part else False,
            part["oeg"].as_truth(problems, "oeg") if "oeg" in part else False,
            _read_tile(part["tile"], found.values(), problems) if "tile" in part else None,
        )
    called = _read_groups(groups, langs, problems) if groups is not None else {}
    if problems:
        raise Refused(problems)
    return Policy(known, found, areas_tlp, called, areas_mailed)


def _read_mail_rule(part: Mapping[str, Node], problems: list[Problem]) -> bool:
    """Whether it says `email: allowed`; where it says nothing, never."""
    return "email" in part and part["email"].as_word(problems, "email", MAIL_RULES) == MAIL_RULES[0]


def _read_standing(node: Node, problems: list[Problem]) -> bool | None:
    """Whether a state takes part: true, false, or unknown where no source says it."""
    return None if node.value == UNKNOWN else node.as_truth(problems, "participating")


def _read_tile(node: Node, others: Iterable[State], problems: list[Problem]) -> tuple[int, int] | None:
    """`[column, row]`: two states cannot stand on one."""
    place = tuple(item.as_integer(problems, "tile") for item in node.as_list(problems, "tile"))
    if len(place) != 2 or not all(1 <= number <= TILES for number in place):
        what = "a tile is a column and a row"
        problems.append(Problem(node.place, "bad-tile", what, f"write [column, row], each from 1 to {TILES}"))
        return None
    taken = next((other.code for other in others if other.tile == place), "")
    if taken:
        problems.append(Problem(node.place, "bad-tile", f"{taken} stands on this tile", "choose a free one"))
    return place[0], place[1]


def _read_groups(node: Node, languages: Iterable[str], problems: list[Problem]) -> dict[str, Group]:
    langs = tuple(languages)
    top = node.take(problems, "the file", ["groups"])
    found: dict[str, Group] = {}
    for name, entry in top["groups"].as_mapping(problems, "groups").items() if "groups" in top else ():
        if not _NAME.match(name):
            what = f'"{name}" cannot name a group'
            problems.append(Problem(entry.place, "bad-name", what, "use lower-case letters, digits and -"))
        part = entry.take(problems, f"the group {name}", ["label", "until", "tlp"], ["who", "email"])
        labels = read_labels(part["label"], langs, problems, "label") if "label" in part else {}
        until = part["until"].as_date(problems, "until") if "until" in part else None
        tlp = part["tlp"].as_word(problems, "tlp", TLP_LABELS) if "tlp" in part else ""
        if tlp == TLP_LABELS[0]:
            what = f"the group {name} is marked {tlp}, which is for texts that everyone may read"
            problems.append(Problem(part["tlp"].place, "bad-marking", what, "write GREEN, AMBER, AMBER+STRICT or RED"))
        who = read_labels(part["who"], langs, problems, "who") if "who" in part else {}
        mailed = _read_mail_rule(part, problems)
        found[name] = Group(name, labels, until or datetime.date.min, tlp or TLP_LABELS[-1], who, mailed)
    return found


def read_labels(node: Node, languages: Iterable[str], problems: list[Problem], what: str) -> dict[str, str]:
    """A text in every language of the site."""
    langs = list(languages)
    part = node.take(problems, what, langs)
    return {lang: part[lang].as_text(problems, f"{what} in {lang}") for lang in langs if lang in part}


def _refuse_circles(known: Mapping[str, Tier], node: Node, problems: list[Problem]) -> None:
    for start in known:
        seen: list[str] = []
        waiting = list(known[start].includes)
        while waiting:
            name = waiting.pop()
            if name == start:
                what = f"the tier {start} includes itself, through {', '.join(seen) or 'itself'}"
                problems.append(Problem(node.place, "tier-circle", what, "let inclusion run one way, down to public"))
                break
            if name in known and name not in seen:
                seen.append(name)
                waiting.extend(known[name].includes)
