"""What a change of members or keys means, in plain words: what changes, who must be sent what, what stays open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from communique.languages.typography import join_list
from communique.sealing.membership import Change
from communique.sealing.register import Register
from communique_pelican.run import SOURCE_LANGUAGE


def consequences(before: Register, change: Change) -> list[str]:
    """The lines an editor reads before they agree. Each of the three questions is answered, if only by "nothing"."""
    answers = (
        ("what changes", _changes(before, change)),
        ("who is to be handed what", _handed(change)),
        ("what old copies still open", _kept_open(change)),
    )
    return [line for question, told in answers for line in (f"{question}:", *(f"- {one}" for one in told))]


def _changes(before: Register, change: Change) -> Iterator[str]:
    after = change.register
    for login in sorted(set(after.members) - set(before.members)):
        member = after.members[login]
        words = f"{member.words} words of the list {member.wordlist}"
        yield f"new member {login}: reads {_and(change.gained[login])}; language {member.lang}, {words}"
    for login, names in change.gained.items():
        if login in before.members:
            yield f"{login} reads more: {_and(names)}; not what was sealed with keys of the past"
    for login, names in change.lost.items():
        if login not in after.members:
            yield f"{login} no longer signs in"
        else:
            yield f"{login} no longer reads {_and(names)}; still reads {_and(sorted(after.members[login].tiers))}"
    renewed = [login for login in change.letters if login in before.members]
    if renewed:
        yield f"another passphrase for {_and(renewed)}; the one from before opens nothing of the next release"
    if change.begun:
        yield f"new keys for {_and(change.begun)}: name them in content from now on"
        unread = sorted(set(change.begun) - {name for names in change.gained.values() for name in names})
        if unread:
            yield f"nobody reads {_and(unread)} yet: invoke members.grant LOGIN {unread[0]}"
    if change.new_master:
        yield "another master: keystore, paper backup and the editors' passphrase are new"
    if change.rotated:
        bodies = (
            "every text sealed for them gets a key of its own anew, so that all of these objects change"
            if change.resealed
            else "their keys are wrapped anew, the sealed texts stay byte for byte as they are"
        )
        yield f"new keys from the next release on for {_and(change.rotated)}: {bodies}"
    left = change.unread
    if left:
        yield f"nobody is left who reads {_and(left)}: what is addressed to nobody else is sealed for the editors alone"
    yield f"keyring of epoch {after.epoch}: all slots are made anew, so that none shows who came or went"


def _handed(change: Change) -> Iterator[str]:
    if change.letters:
        yield f"to be handed a letter: {_and(change.letters)} (invoke members.letter {','.join(change.letters)})"
    if change.new_copies:
        yield (
            f"to be given the next copy, where they read from a stick: {_and(change.new_copies)};"
            " their passphrase stays, and their old stick opens as before"
        )
    if change.new_master:
        yield "the new keystore and its passphrase: to the editors who stay, by hand"
    if not (change.letters or change.new_copies or change.new_master):
        yield "nothing, to nobody"


def _kept_open(change: Change) -> Iterator[str]:
    if change.new_master:
        yield (
            "cannot be taken back: whoever kept the old keystore or paper backup opens everything in every copy made"
            " until now"
        )
        yield "cannot be taken back: in an old copy, each member's passphrase of its time opens what it always did"
        yield "nothing of the next release opens with the old keystore, an old passphrase, or a key kept from before"
        return
    for kept in change.kept:
        held = "has" if _stays(kept.login, change) else "had until now"
        yield (
            f"cannot be taken back: in an old copy, the passphrase that {kept.login} {held} still opens what is there"
            f" for {_and(kept.names)}"
        )
    if change.kept:
        yield from _from_now_on(change)
    elif change.begun:
        yield f"what they always did; none of them holds anything for {_and(change.begun)}"
    else:
        yield "what they always did: no sign-in ends"


def _from_now_on(change: Change) -> Iterator[str]:
    logins = [kept.login for kept in change.kept]
    ended = [login for login in logins if not _stays(login, change)]
    theirs = "that passphrase opens nothing" if len(logins) == 1 else "those passphrases open nothing"
    if change.keys_stay:
        yield (
            f"in the next release {theirs}; but the keys stay, and an old copy gives them to whoever has both. If"
            f" others may have the passphrase, use instead: invoke members.stolen {logins[0]}"
        )
        return
    ends = f"{theirs}, and " if ended else ""
    yield f"in the next release {ends}no key kept from before opens what is added or changed"
    if not change.resealed:
        yield (
            "a text that does not change keeps its own key: whoever kept that can still open it, and see that it is"
            " unchanged. --reseal ends that too, at the price of a large difference between releases"
        )


def _stays(login: str, change: Change) -> bool:
    """Whether the passphrase that `login` has stays in use."""
    return login in change.register.members and not change.letters


def _and(names: Sequence[str]) -> str:
    return join_list(list(names), SOURCE_LANGUAGE)
