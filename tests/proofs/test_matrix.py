"""Every demo member, and an observer, against every sealed object of the portal in every language: what opens is what
policy says, found and opened without any code of ours."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping

import pytest
import yaml

from tests.browser.sealed_sources import read_languages, read_policy
from tests.browser.shipped import PROJECT, Shipped
from tests.proofs.finding import Found, keyring_of, names_of, objects_of, sign_in_all
from tests.proofs.third_reader import Opened, Refused, Slot, b64u, sign_in

pytestmark = pytest.mark.site

REGISTER = yaml.safe_load((PROJECT / "keys/demo/register.yaml").read_text(encoding="utf-8"))
GRANTS = {login: tuple(entry["tiers"]) for login, entry in REGISTER["members"].items()}


@pytest.fixture(scope="module")
def objects(shipped: Shipped) -> list[Found]:
    return objects_of(shipped.output)


@pytest.fixture(scope="module")
def slots(shipped: Shipped) -> Mapping[str, Slot]:
    return sign_in_all(shipped.output, [(one.login, one.passphrase) for one in shipped.members.values()])


@pytest.fixture(scope="module")
def opened(objects: list[Found], slots: Mapping[str, Slot]) -> Mapping[str, list[Opened | None]]:
    """For each member what they get to see of each object, in the order of `objects`."""
    return {login: [one.opened_with(slot) for one in objects] for login, slot in slots.items()}


def test_every_member_opens_exactly_what_policy_says_in_every_language(
    shipped: Shipped, objects: list[Found], opened: Mapping[str, list[Opened | None]]
) -> None:
    policy = read_policy(shipped.content)
    assert set(opened) == set(GRANTS)
    counts: Counter[tuple[str, str, bool]] = Counter()
    for login, seen in opened.items():
        reads = policy.reads(GRANTS[login])
        for one, shown in zip(objects, seen, strict=True):
            may = bool(names_of(one.context["aud"]) & reads)
            assert (shown is not None) is may, (login, one.path, one.context)
            counts[login, one.context["lang"], may] += 1
    # Nobody reads everything, everybody reads something, in each language.
    for login in opened:
        for lang in read_languages(shipped.content):
            assert counts[login, lang, True] > 0, (login, lang)
            assert counts[login, lang, False] > 0, (login, lang)


def test_an_observer_opens_nothing(objects: list[Found], slots: Mapping[str, Slot]) -> None:
    known = next(iter(slots.values()))
    observer = Slot(known.site, known.epoch, "observer", {}, known.signers)
    assert len(objects) > 300
    assert [one.path for one in objects if one.opened_with(observer) is not None] == []


def test_no_object_is_for_everybody_and_every_audience_is_one_of_the_policys(
    shipped: Shipped, objects: list[Found]
) -> None:
    audiences = frozenset().union(*(names_of(one.context["aud"]) for one in objects))
    assert "public" not in audiences
    assert audiences <= set(REGISTER["tiers"])
    # Somebody holds each of them, or the object could not be looked into by this proof.
    policy = read_policy(shipped.content)
    held = frozenset().union(*(policy.reads(grants) for grants in GRANTS.values()))
    unseen = Counter(name for one in objects for name in names_of(one.context["aud"]) if name not in held)
    assert sum(unseen.values()) < len(objects) / 4, unseen


def test_every_language_has_the_same_objects_for_the_same_readers(shipped: Shipped, objects: list[Found]) -> None:
    """By document, and by page for what stands on other pages: the path below the language."""
    there: defaultdict[str, defaultdict[str, Counter[tuple[str, ...]]]] = defaultdict(lambda: defaultdict(Counter))
    for one in objects:
        if one.path.endswith(".html"):
            lang, _, page = one.path.partition("/")
            context = one.context
            there[page][lang][context["kind"], context["part"], *context["aud"]] += 1
    languages = read_languages(shipped.content)
    for page, found in there.items():
        assert {lang: found[lang] for lang in languages} == dict.fromkeys(languages, found[languages[0]]), page


def test_members_who_may_open_the_same_object_see_the_same(
    objects: list[Found], opened: Mapping[str, list[Opened | None]]
) -> None:
    for one, *shown in zip(objects, *opened.values(), strict=True):
        different = {(found.body, json.dumps(found.meta)) for found in shown if found is not None}
        assert len(different) <= 1, one.path
        assert all(found.context == one.context and found.meta["ct"] for found in shown if found is not None)


def test_every_file_in_an_opened_text_is_there_whole_for_the_same_readers(
    objects: list[Found], opened: Mapping[str, list[Opened | None]]
) -> None:
    numbers = {one.context["part"]: number for number, one in enumerate(objects)}
    chunks = {one.context["part"]: one for one in objects if one.context["kind"] == "attachment"}
    referred: set[str] = set()
    for seen, number in itertools.product(opened.values(), range(len(objects))):
        one, shown = objects[number], seen[number]
        if shown is None or one.context["kind"] == "attachment":
            continue
        for ident in re.findall(rb"cq:(att/[a-z0-9]+)", shown.body):
            parts = sorted(part for part in chunks if part.startswith(ident.decode() + "/"))
            assert parts != [], (one.path, ident)
            assert {(chunks[part].context["doc"], *chunks[part].context["aud"]) for part in parts} == {
                (one.context["doc"], *one.context["aud"])
            }
            read = [seen[numbers[part]] for part in parts]
            data = b"".join(chunk.body for chunk in read if chunk is not None)
            for chunk in read:
                assert chunk is not None
                assert chunk.meta["size"] == len(data)
                assert chunk.meta["sha256"] == b64u(hashlib.sha256(data).digest())
            referred |= set(parts)
    assert referred == set(chunks)
    assert len(chunks) > 0


def test_each_kind_of_object_is_there(objects: list[Found]) -> None:
    kinds = Counter((one.context["kind"], one.context["part"].split("/")[0].rstrip("0123456789")) for one in objects)
    assert {("section", "s"), ("document", "text"), ("document", "entry"), ("attachment", "att")} <= set(kinds)
    assert "feed" in {kind for kind, _ in kinds}


def test_each_member_has_a_passphrase_of_their_own(shipped: Shipped) -> None:
    keyring = keyring_of(shipped.output)
    first, second, *_ = shipped.members.values()
    with pytest.raises(Refused, match="does-not-open"):
        sign_in(keyring, first.login, second.passphrase)
