"""For whom a paper says something is, in names of this site. What is not recognised is for the fewest, never all."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass

from communique.languages.typography import join_list
from communique.policy import AREA_PREFIX, PUBLIC, Audience, Policy

#: Papers address a state by its capital: names in the languages of the site's sample, by the state's code.
CAPITALS = {
    "ar": "Buenos Aires",
    "au": "Canberra",
    "ca": "Ottawa",
    "de": "Berlin, Berlín",
    "dk": "Copenhagen, Copenhague",
    "es": "Madrid",
    "fr": "Paris, París",
    "gb": "London, Londres",
    "gr": "Athens, Atenas, Athènes",
    "hr": "Zagreb",
    "hu": "Budapest",
    "it": "Rome, Roma",
    "jp": "Tokyo, Tokio",
    "mx": "Mexico City, Mexico, Ciudad de México, México, Mexico D.F.",
    "nl": "The Hague, La Haya, La Haye",
    "no": "Oslo",
    "nz": "Wellington",
    "pa": "Panama City, Panama, Ciudad de Panamá",
    "pl": "Warsaw, Varsovia, Varsovie",
    "pt": "Lisbon, Lisboa, Lisbonne",
    "ro": "Bucharest, Bucarest",
    "ru": "Moscow, Moscú, Moscou",
    "sg": "Singapore, Singapur, Singapour",
    "tr": "Ankara, Angora",
    "ua": "Kyiv, Kiev, Kiiv",
    "us": "Washington, Washington DC",
    "uy": "Montevideo",
}
#: How papers call those whom the sample's tiers are for.
_TIERS = {
    "oeg": r"\b(?:oeg|operational experts(?: group)?|expertos operativos|experts opérationnels)\b",
    "partner": r"\b(?:all (?:partners|endorsing states|participating states|posts)|partners|endorsing states|"
    r"participating states|estados participantes|états participants)\b",
    "core": r"\b(?:core group|editors)\b",
}
#: What a line may have beside the names of tiers and still mean all of their readers. With any other word it may say
#: that they are not to read it, or speak of them in passing.
_BESIDE = re.compile(
    r"\b(?:all|the|and|of|members?|only|for|todos?|los|las|y|e|de|miembros?|solo|tous|toutes|les|et|des|membres?)\b",
    re.IGNORECASE,
)
_PUBLIC = re.compile(r"\b(?:public|unlimited|general|pública|publique)\b", re.IGNORECASE)
_NO_NAMES = re.compile(
    r"(?:the )?(?:information|example|instance|the record|record|action|reference|clearance|now|comment|your .*|"
    r"more .*|further .*|this .*|that .*)\Z",
    re.IGNORECASE,
)
_ONLY = r"(?:only|alone|sol[oa]|sólo|solamente|únicamente|exclusivamente|seul(?:ement)?|uniquement|exclusivement)"
#: What looks like an address: with more words than an address has, in small letters, inside a paragraph.
_ADDRESS_LIKE = (
    re.compile(
        r"(?:\b(?:(?P<to>for|para|pour)|attn|attention|action)\b\.?|\bà l[’']attention d(?:e\b|[’'])"
        r"|\ba la atención de\b)"
        r"\s*(?P<names>[^:.;]{2,80}?)\s?(?P<close>:|[–—]|(?<=\s)-(?=\s)|\.?\Z)",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?P<to>)(?P<names>[^\W\d_][^:.;]{{1,60}}?)\s{_ONLY}\s?(?P<close>:|[–—]|-(?=\s)|\.?\Z)", re.IGNORECASE
    ),
    re.compile(
        rf"\b(?P<to>)(?P<names>[^\W\d_][^:.;]{{1,60}}?)\s{_ONLY}[^\w\s:;,.–—-]*\s?"
        r"(?P<close>:|\.(?=\W)|(?<=[)\]]))",
        re.IGNORECASE,
    ),
)
#: Words that begin an address, and prose more often: what stands behind them must be known.
_TO_NAMES = re.compile(
    r"(?:\b(?:to|a|à)\s|\b(?:to|a|à|for|para|pour|attn|attention|action)\s?:|@)\s*"
    r"(?P<names>[^:.;]{2,80}?)\s?(?P<close>:|[–—]|(?<=\s)-(?=\s)|\.(?=\s)|\.?\Z)",
    re.IGNORECASE,
)
_NAME_ALONE = re.compile(r"\b(?P<name>[^\W\d_][\w ,/&’'*-]{2,120}?)[\s)\]\"”»]{0,3}:")
_BETWEEN_NAMES = re.compile(r"[,/&]|\s(?:and|or|y|e|o|u|et|ou|[–—-])\s", re.IGNORECASE)
_BEFORE_ADDRESS = re.compile(r"(?:\A|[^\w\s,'’&/])\s*\Z")


@dataclass(frozen=True)
class Proposal:
    """An audience for a piece of the paper; `unknown` are the names that nobody here goes by."""

    audience: Audience
    unknown: tuple[str, ...] = ()


def narrowest(policy: Policy) -> Audience:
    """The tier whose readers are the fewest: that which no other includes, and which includes most."""
    tiers = [name for name in policy.tiers if name != PUBLIC]
    included = {other for name in tiers for other in policy.closure([name]) - {name}}
    last = [name for name in tiers if name not in included] or tiers
    return Audience((max(last, key=lambda name: (len(policy.closure([name])), name)),))


def is_address(names: Iterable[str]) -> bool:
    return not any(_NO_NAMES.match(name) for name in names)


def for_names(names: Iterable[str], policy: Policy) -> Proposal:
    """The audience of a text that is “for Ankara and London”. One unknown name leaves it to the fewest."""
    found: list[str] = []
    unknown: list[str] = []
    for name in names:
        code = _state(name, policy)
        tier = next((tier for tier in policy.tiers if tier == name.casefold() and tier != PUBLIC), "")
        tier = tier or next(iter(_tiers_meant(name, policy)), "")
        if code:
            found.append(AREA_PREFIX + code)
        elif tier:
            found.append(tier)
        else:
            unknown.append(name)
    if unknown or not found:
        return Proposal(narrowest(policy), tuple(unknown))
    return Proposal(Audience(tuple(sorted(set(found)))))


def address_like(text: str, policy: Policy) -> str:
    """What in this text looks like an address to some of its readers, and was not read as one; else nothing."""
    for pattern in _ADDRESS_LIKE:
        for found in pattern.finditer(text):
            bare, names = _names_in(found.group("names"))
            known = [_is_known(name, policy) for name in names]
            if _begins_address(text, found):
                is_named = found.group("to") and found.group("close") == ":" and bool(names) and is_address(names)
                is_named = is_named and all(name[0].isupper() for name in names)
                if is_named or any(known) or _names_a_state(bare, policy):
                    return found.group(0).strip()
            elif known and all(known) and found.group("close") == ":":
                return found.group(0).strip()
    for found in _TO_NAMES.finditer(text):
        bare, names = _names_in(found.group("names"))
        is_known = any(_is_known(name, policy) for name in names)
        is_closed = found.group("close") not in ("", ".") and _names_a_state(bare, policy)
        if (is_known or is_closed) and _begins_address(text, found):
            return found.group(0).strip()
    for found in _NAME_ALONE.finditer(text):
        # A capital with a colon behind it is asked; a state may also have spoken.
        name = _without_signs(found.group("name"))
        names = [_without_signs(one) for one in _BETWEEN_NAMES.split(name)]
        is_asked = bool(_state(name, policy)) and (name == name.upper() or not _is_label(name, policy))
        is_asked = is_asked or (len(names) > 1 and any(_state(one, policy) for one in names))
        if is_asked and _begins_address(text, found):
            return found.group(0).strip()
    return ""


def _begins_address(text: str, found: re.Match[str]) -> bool:
    return bool(_BEFORE_ADDRESS.search(text[max(0, found.start() - 8) : found.start()]))


def _names_in(text: str) -> tuple[str, list[str]]:
    """What stands where an address has its names, without what it adds to them; and each of them."""
    bare = re.sub(rf"\([^()]*\)|\b{_ONLY}\b|\bl[’']", " ", text, flags=re.IGNORECASE)
    return bare, [one for name in re.split(r"[,/&]|\s(?:and|or|y|e|o|u|et|ou)\s", bare) if (one := name.strip())]


def _is_known(name: str, policy: Policy) -> bool:
    """Whether a name, or one of several that capitals or dashes part, is a state's; or those of tiers."""
    names = (name, *_BETWEEN_NAMES.split(name))
    return bool(_tiers_meant(name, policy)) or any(_state(_without_signs(one), policy) for one in names)


def _without_signs(name: str) -> str:
    return re.sub(r"\A[\W_]+|[\W_]+\Z", "", name)


def _is_label(name: str, policy: Policy) -> bool:
    return any(name.casefold() == one.casefold() for state in policy.states.values() for one in state.labels.values())


def _names_a_state(text: str, policy: Policy) -> bool:
    names = {label for state in policy.states.values() for label in state.labels.values()}
    names |= {one.strip() for code in policy.states for one in CAPITALS.get(code, "").split(",")} - {""}
    return bool(_any_of(frozenset(names)).search(text))


@functools.cache
def _any_of(names: frozenset[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(names)))})(?!\w)", re.IGNORECASE)


def _state(name: str, policy: Policy) -> str:
    wanted = re.sub(r"\A(?:AMEMBASSY|EMBASSY|the|el|la|le|les)\s+", "", name.strip(), flags=re.IGNORECASE).casefold()
    for code, state in policy.states.items():
        labels = {label.casefold() for label in state.labels.values()}
        capitals = {one.strip().casefold() for one in CAPITALS.get(code, "").split(",")} - {""}
        if wanted in labels | capitals:
            return code
    return ""


def _tiers_in(text: str, policy: Policy) -> list[str]:
    """The tiers that a line names, the narrowest first."""
    found = {name for name in policy.tiers if name in _TIERS and re.search(_TIERS[name], text, re.IGNORECASE)}
    found |= {
        name
        for name, tier in policy.tiers.items()
        if name != PUBLIC and any(label.casefold() in text.casefold() for label in tier.labels.values())
    }
    return sorted(found, key=lambda name: -len(policy.closure([name])))


def _tiers_meant(text: str, policy: Policy) -> list[str]:
    """The tiers that a line names, the narrowest first; none where it says anything besides."""
    found, rest = _tiers_in(text, policy), text
    for name in found:
        labels = sorted(policy.tiers[name].labels.values(), key=len, reverse=True)
        for spelling in (*map(re.escape, labels), *filter(None, [_TIERS.get(name)])):
            rest = re.sub(spelling, " ", rest, flags=re.IGNORECASE)
    return found if not re.search(r"\w", _BESIDE.sub(" ", rest)) else []


def distribution(text: str, policy: Policy) -> tuple[Audience | None, str]:
    """What a line of distribution says, and why it is not followed where it is not."""
    tiers = _tiers_meant(text, policy)
    if tiers:
        return Audience((tiers[0],)), ""
    if _tiers_in(text, policy):
        return None, "it says more than names of readers"
    if _PUBLIC.search(text):
        return None, "it says that everybody may read this, and only an editor can"
    return None, "it names nobody known here"


def meant(names: Iterable[str], policy: Policy) -> str:
    """A hint for names that nobody here goes by."""
    labels = {label: code for code, state in policy.states.items() for label in state.labels.values()}
    labels |= {
        one.strip(): code
        for code, all_names in CAPITALS.items()
        for one in all_names.split(",")
        if code in policy.states
    }
    folded = {label.casefold(): code for label, code in labels.items()}
    found = {
        f"state:{folded[guess]}"
        for name in names
        for guess in difflib.get_close_matches(name.casefold(), sorted(folded), n=1, cutoff=0.75)
    }
    return f"perhaps {join_list(sorted(found), 'en')}" if found else "no state of this site goes by that name"
