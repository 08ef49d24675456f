"""The register as a file: what editors read, and what version control compares."""

from __future__ import annotations

from collections.abc import Iterable

from communique.sealing.primitives import b64u
from communique.sealing.register import MemberEntry, Register, TierEntry

#: What a register opens with when nobody has written anything above it.
HEADING = """\
# Who may sign in, and which generation of each key is in use. It holds no secret: commit it.
# Tiers and areas are written as in content. A member's number is the generation from which on a key is held.
# Change it with `invoke members.…` and `invoke keys.…`; never lower a number, and never delete a tier.
"""


def heading_of(text: str) -> str:
    """The comment that an editor keeps above a register."""
    lines: list[str] = []
    for line in text.splitlines(keepends=True):
        if not line.startswith("#"):
            break
        lines.append(line)
    return "".join(lines) or HEADING


def render_register(register: Register, heading: str = HEADING) -> str:
    """The register's file: the same text for the same register, one line a tier or member; reads back equal."""
    lines = [f"site: {register.site}"]
    if register.demo:
        lines.append("demo: true")
    lines += [
        f"salt: {b64u(register.salt)}",
        f"epoch: {register.epoch}",
        f"release: {register.release}",
        f"date: {register.date.isoformat()}",
        f"sig: {register.signing}",
    ]
    if register.signer is not None:
        lines.append(f"signer: {b64u(register.signer)}")
    lines += ["", "tiers:" if register.tiers else "tiers: {}"]
    lines += [f"  {name}: {_tier_line(entry)}" for name, entry in register.tiers.items()]
    lines += ["", "members:" if register.members else "members: {}"]
    lines += [f"  {login}: {_member_line(one, register.tiers)}" for login, one in sorted(register.members.items())]
    if register.former:
        lines += ["", "# The last number issued to logins that are gone.", "former:"]
        lines += [f"  {login}: {number}" for login, number in sorted(register.former.items())]
    return heading + "\n".join(lines) + "\n"


def _tier_line(entry: TierEntry) -> str:
    parts = [f"g: {entry.generation}"]
    if entry.opaque:
        parts.append("opaque: true")
    if entry.restamped:
        parts.append("restamp: true")
    if entry.resealed:
        parts.append(f"resealed: {entry.resealed}")
    return "{" + ", ".join(parts) + "}"


def _member_line(member: MemberEntry, order: Iterable[str]) -> str:
    held = ", ".join(f"{name}: {member.tiers[name]}" for name in order if name in member.tiers)
    lang = _text(member.lang)
    return (
        f"{{lang: {lang}, wordlist: {member.wordlist}, words: {member.words}, n: {member.number}, tiers: {{{held}}}}}"
    )


def _text(value: str) -> str:
    """A value as YAML; quoted where it is more than a plain word."""
    plain = value.isascii() and value.replace("-", "").isalnum() and value[0] != "-"
    return value if plain else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
