"""What is new for whom since which release: followed through edits, moves, widenings, translations and a new master."""

from __future__ import annotations

import datetime
import hmac
import random
import re
from collections.abc import Mapping, Sequence

import pytest

from communique.access.record import Record, key_of, read_record, record_of, render_record
from communique.access.since import News, Told, news_of
from communique.access.units import Keyed, units_of
from communique.documents.addressed import addressed_to
from communique.documents.source import PUBLIC_PART
from communique.documents.terms import readers
from communique.problems import Refused
from communique.sealing.updates import Words, plain_updates
from tests.access.test_comparison import catalogue, keyed, policy

WORDS = Words("Sealed document", {"block": "section"}, "New in release %(number)s", "Changed in release %(number)s")
Texts = Mapping[str, str]


def day(release: int) -> datetime.date:
    return datetime.date(2008, 11, release)


def releases(*texts: Texts, hashed: Sequence[Keyed] = ()) -> Record | None:
    """The record after these releases, each read back from its file."""
    record: Record | None = None
    for number, one in enumerate(texts, 1):
        with_key = hashed[number - 1] if hashed else keyed
        units = units_of(catalogue(one))
        made = record_of(
            units, policy(), with_key, release=number, date=day(number), content="0" * 32, last=record, shown="1" * 32
        )
        record = read_record(render_record(made), "released.yaml")
        assert record == made
    return record


def news(*texts: Texts, hashed: Sequence[Keyed] = ()) -> News:
    """What the last of these releases tells its readers."""
    record, number = releases(*texts[:-1], hashed=hashed[:-1]), len(texts)
    assert record is not None
    with_key = hashed[-1] if hashed else keyed
    known = {**record.known_releases, number: day(number)}
    units = units_of(catalogue(texts[-1]))
    return news_of(units, record.before, known, policy(), with_key, is_comparable=record.key == key_of(with_key))


def told(name: str, *texts: Texts, part: str = "s1", lang: str = "en") -> Told:
    return news(*texts).of("notes/one", lang, part, name)


OLD = {"one": "Open words.\n\n::: oeg\nThe harbour master says no.\n\nThe quay is closed at night.\n:::"}


def edited(old: str, new: str) -> Texts:
    assert old in OLD["one"]
    return {"one": OLD["one"].replace(old, new)}


def test_what_was_there_before_is_as_old_as_its_first_release() -> None:
    assert told("oeg", OLD, OLD) == Told(1)
    assert told("oeg", {"one": "Open words."}, OLD, OLD, OLD) == Told(2)


def test_what_is_added_is_new_and_other_words_in_its_place_are_a_change() -> None:
    assert told("oeg", {"one": "Open words."}, OLD) == Told(2)
    assert told("oeg", OLD, edited("says no", "says yes")) == Told(1, 2)
    assert told("oeg", OLD, edited("says no", "says yes"), edited("says no", "says yes")) == Told(1, 2)
    assert told("oeg", OLD, edited("night.", "night.\n\nA third text.")) == Told(1, 2)


def test_only_other_words_for_everybody_change_public_text() -> None:
    def public_change(*texts: Texts) -> datetime.date | None:
        return news(*texts).public_change("notes/one", "en")

    corrected = edited("Open words", "Other open words")
    assert public_change(OLD, OLD) is None
    assert public_change(OLD, corrected) == day(2)
    assert public_change(OLD, corrected, corrected) == day(2)
    assert public_change(OLD, edited("says no", "says yes")) is None
    # It came with the second release, in these words.
    assert public_change({"two": "Others."}, OLD) is None


def test_what_only_moves_is_no_news() -> None:
    moved = {"one": "Open words.\n\nMore open words.\n\nAnd more.\n\n" + OLD["one"].partition("\n\n")[2]}

    assert told("oeg", OLD, moved) == Told(1)


def test_for_whom_a_text_is_opened_it_is_new_and_for_the_others_it_is_not() -> None:
    wider = edited("::: oeg", "::: oeg, state:nz")

    assert told("state:nz", OLD, wider) == Told(2)
    assert told("oeg", OLD, wider) == Told(1)
    assert told("state:nz", OLD, wider, wider) == Told(2)
    assert told("partner", OLD, edited("::: oeg", "::: partner")) == Told(2)


def test_what_was_public_is_no_news_when_it_is_sealed() -> None:
    public = {"one": OLD["one"].replace("::: oeg\n", "").replace("\n:::", "")}

    assert told("oeg", public, OLD) == Told(1)


def test_a_translation_is_a_change_for_those_who_read_the_original_before() -> None:
    both = {**OLD, "one.fr": OLD["one"].replace("harbour", "port")}

    assert told("oeg", OLD, both, lang="fr") == Told(1, 2)
    assert told("oeg", both, both, lang="fr") == Told(1)


def test_a_document_that_is_sealed_as_a_whole_is_told_of_too() -> None:
    whole = {"one": "oeg! The harbour master says no."}

    assert told("oeg", {"two": "Else."}, {**whole, "two": "Else."}, part=PUBLIC_PART) == Told(2)
    assert told("oeg", whole, {"one": "oeg! The harbour master says yes."}, part=PUBLIC_PART) == Told(1, 2)


def test_under_another_master_what_stands_in_its_place_is_the_same() -> None:
    def other(data: bytes) -> bytes:
        return hmac.digest(b"another key", data, "sha256")

    assert news(OLD, OLD, hashed=[keyed, other]).of("notes/one", "en", "s1", "oeg") == Told(1)


def test_a_record_of_before_releases_were_told_apart_counts_as_the_first() -> None:
    record = releases(OLD)
    assert record is not None
    text = re.sub(r'releases:\n  "1": \S+\n', "", render_record(record))
    old = read_record(text, "released.yaml")
    known = {**old.known_releases, 2: day(2)}

    found = news_of(units_of(catalogue(edited("says no", "says yes"))), old.before, known, policy(), keyed)

    assert list(found.releases) == [1, 2]
    assert found.of("notes/one", "en", "s1", "oeg") == Told(1, 2)


def test_lists_say_each_passage_with_its_release_and_before_the_second_one_nothing() -> None:
    texts = [
        {"one": "A.\n\n::: oeg\nB one two.\n:::\n\nC."},
        {"one": "A.\n\n::: oeg\nB one two.\n:::\n\nC.\n\n::: oeg\nD three.\n:::"},
    ]
    now = catalogue(texts[1])

    (plain,) = plain_updates(now, "en", WORDS, News({1: day(1)}))
    (shown,) = plain_updates(now, "en", WORDS, news(*texts))

    assert "release" not in plain.html
    assert plain == next(plain_updates(now, "en", WORDS))
    lines = re.findall(
        r'<span class="updates__places release-(\d)"><span class="updates__release">(.*?)</span> (.*?)</span>',
        shown.html,
    )
    assert [(release, said) for release, said, _ in lines] == [("2", "New in release 2"), ("1", "New in release 1")]
    assert ["#p4" in lines[0][2], "#p2" in lines[1][2]] == [True, True]


def test_a_record_tells_no_word_and_a_damaged_one_is_refused_at_its_line() -> None:
    wider = OLD["one"].replace("::: oeg", "::: oeg, state:nz")
    record = releases(OLD, {"one": wider}, {"one": wider.replace("says no", "says yes")})
    assert record is not None
    text = render_record(record)
    lines = text.splitlines()

    assert not re.search("harbour|quay|night", text)
    assert text.count('since: "1 core oeg; 2 state:nz"') == 2
    assert text.count("changed: 3") == 1
    since = next(index for index, line in enumerate(lines) if "since:" in line)
    first = next(index for index, line in enumerate(lines) if line.startswith('  "1": '))
    for at, old, new in [
        (since, 'since: "', 'since: "9 core; '),
        (since, 'since: "', 'since: "0 core; '),
        (since, 'since: "', 'since: "' + "1 oeg; 1 "),
        (since, 'since: "', 'since: ": '),
        (first, "2008", "2009"),
        (first, "-01", "-31"),
        (first, '"1"', '"3"'),
    ]:
        damaged = [*lines[:at], lines[at].replace(old, new), *lines[at + 1 :]]
        assert damaged != lines
        with pytest.raises(Refused, match=r"released\.yaml:\d+:.*bad-record") as refused:
            read_record("\n".join(damaged), "released.yaml")
        assert "oeg" not in str(refused.value)
    for line in (lines.index("releases:"), first):
        with pytest.raises(Refused, match="bad-record"):
            read_record("\n".join([*lines[:line], *lines[first + 3 :]]).replace('"3":', '"4":'), "released.yaml")


def test_whatever_is_edited_nobody_is_told_of_a_release_in_which_they_could_not_read_it() -> None:
    """And nothing that came, or was opened, since a release is missing from what is new since then."""
    chance = random.Random(6)
    audiences = ["oeg", "partner", "core", "state:nz", "oeg, state:nz"]
    words = ["The harbour.", "A quay by night.", "No ships.", "Two ships at sea.", "A late berth."]
    for _ in range(120):
        history: list[list[tuple[str, str]]] = [[(words[0], "oeg")]]
        for _ in range(chance.randint(1, 4)):
            now = list(history[-1])
            for _ in range(chance.randint(1, 2)):
                at, what = chance.randrange(len(now)) if now else 0, chance.choice(["add", "drop", "for", "say"])
                if what == "add" or not now:
                    now.insert(at, (chance.choice(words), chance.choice(audiences)))
                elif what == "drop":
                    del now[at]
                else:
                    now[at] = (
                        (now[at][0], chance.choice(audiences)) if what == "for" else (chance.choice(words), now[at][1])
                    )
            history.append(now)
        texts = [{"one": "Open.\n\n" + "\n\n".join(f"::: {who}\n{text}\n:::" for text, who in one)} for one in history]
        found, site = news(*texts), catalogue(texts[-1])
        for name in policy().audience_names:
            for passage in addressed_to(site, name, "en") if name != "public" else ():
                text = passage.part.text.strip()
                said = found.of(passage.document.id, "en", passage.part.name, name)
                had = [
                    number
                    for number, one in enumerate(history, 1)
                    if any(
                        text == other and name in readers(policy(), policy().parse_audience(who, passage.part.place))
                        for other, who in one
                    )
                ]
                # Since when they could read these words in every release.
                unbroken = next(number for number in had if set(range(number, len(history) + 1)) <= set(had))
                assert said.last >= unbroken, (history, name, text)
                could = [
                    number
                    for number, one in enumerate(history, 1)
                    if any(
                        name in readers(policy(), policy().parse_audience(who, passage.part.place)) for _, who in one
                    )
                ]
                assert said.new >= min(could), (history, name, text)
                assert said.last in found.releases
