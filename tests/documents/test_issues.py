"""The issues of a newsletter: items that have one number for everybody, and lists that tell each reader their own."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from communique.documents.catalogue import read_catalogue
from communique.documents.issues import (
    entries_for,
    item_numbers,
    items,
    neighbours,
    number_of_section,
    refuse_issues,
    volume_and_number,
)
from communique.documents.listing import TRIPWIRE, TRIPWIRE_TEXT
from communique.documents.rendering import Phrases
from communique.sealing.issue_lists import IssueLists, around, plain_issues
from tests.documents.reading import RENDERER, STATES, TIERS, cut
from tests.documents.test_catalogue import SITE, write

HEAD = (
    "---\nkind: {kind}\nvolume: {volume}\nnumber: {number}\ndate: {date}\naudience: {audience}\noriginal: en\n"
    "summary: S.\n---\n# {title}\n\n"
)
BODY = """\
Before all items.

## From the editors

A note.

## Exercises

```item
by: nz
themes: [law]
states: [mx]
```

Text.

::: partner
### No item

Inside.
:::

```item
teaser: What comes of it.
themes: [time]
```

::: oeg
## Sealed qxheading

```item
states: [no]
```

Sealed.

::: state:mx
## Inner qxmexico

For one.
:::

:::

## Colophon

End.
"""
PHRASES = Phrases("", "", {"theme:law": "Law", "theme:time": "Time"})


def issue(
    content: Path,
    name: str,
    date: str,
    number: str = "1",
    volume: str = "1",
    body: str = BODY,
    audience: str = "public",
) -> Path:
    head = HEAD.format(
        kind="newsletter", volume=volume, number=number, date=date, audience=audience, title=f"Issue of {date}"
    )
    path = content / f"notes/{name}/en.md"
    write(path, head + body)
    return path


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    both = (TIERS + STATES).replace("{en: ", "{es: X, en: ")
    write(folder / "data/site.yaml", SITE)
    write(folder / "data/tiers.yaml", both[: both.index("states:")])
    write(folder / "data/states.yaml", both[both.index("states:") :])
    write(folder / "data/themes.yaml", "themes:\n  law: {en: Law, es: Derecho}\n  time: {en: Time, es: Tiempo}\n")
    write(folder / TRIPWIRE, TRIPWIRE_TEXT)
    return folder


def problems(content: Path) -> list[tuple[str, int]]:
    return [(one.code, one.place.line) for one in refuse_issues(read_catalogue(content))]


def test_items_are_counted_through_sealed_ones_the_same_for_everybody(content: Path) -> None:
    issue(content, "one", "2008-10-01")
    source = read_catalogue(content).documents["notes/one"].texts["en"].source

    found = items(source)

    assert [(one.number, str(one.audience), one.anchor, one.title) for one in found] == [
        (1, "public", "h1", "From the editors"),
        (2, "public", "h2", "Exercises"),
        (3, "oeg", "s2", "Sealed qxheading"),
        (4, "state:mx", "s3", "Inner qxmexico"),
        (5, "public", "h3", "Colophon"),
    ]
    assert found[2].heading_anchor == "s2-h1"
    assert [number_of_section(source, name) for name in ("", "s1", "s2", "s3")] == [0, 0, 3, 4]


def test_what_stands_before_a_sealed_item_is_for_the_readers_of_the_text_around_it(content: Path) -> None:
    issue(content, "one", "2008-10-01")
    catalogue = read_catalogue(content)
    document = catalogue.documents["notes/one"]

    told = {
        name: [(one.item.number, one.title, one.teaser) for one in entries_for(catalogue, name, document, "en")]
        for name in ("public", "partner", "oeg", "state:mx")
    }

    assert told == {
        "public": [
            (1, "From the editors", ""),
            (2, "Exercises", ""),
            (3, "", "What comes of it."),
            (5, "Colophon", ""),
        ],
        "partner": [],
        "oeg": [(3, "Sealed qxheading", "What comes of it.")],
        "state:mx": [(4, "Inner qxmexico", "")],
    }


def test_each_list_leads_to_items_by_theme_and_by_state_and_names_no_sealed_heading_to_others(content: Path) -> None:
    issue(content, "one", "2008-10-01")
    catalogue = read_catalogue(content)
    public = IssueLists(catalogue, "public", "en", PHRASES)
    sealed = {one.name: one.html for one in plain_issues(catalogue, "en", PHRASES)}
    shown = public.by_issue() + public.by_theme() + public.by_state()

    assert set(sealed) == {"oeg", "state:mx"}
    assert "qx" not in shown
    assert 'href="../notes/one/index.html#s2"' in shown
    assert 'value="3"' in shown
    assert "Sealed, for: Operational Experts Group" in public.by_issue()
    # A sealed item inside a sealed one has its number and its audience there too.
    assert re.search(r'value="4".*Sealed, for: Mexico', public.by_issue())
    assert public.by_theme().index("Law") < public.by_theme().index("What comes of it.")
    assert re.findall(r"<h3[^>]*>([^<]*)", public.by_state()) == ["Mexico", "New Zealand"]
    assert "qxheading" in sealed["oeg"]
    assert "Norway" in sealed["oeg"]
    assert "qxmexico" not in sealed["oeg"]
    assert "qxheading" not in sealed["state:mx"]
    # Mexico reads the public text around, so it is told the issue's title.
    assert "Issue of 2008-10-01" in sealed["state:mx"]


def test_an_issue_that_is_sealed_as_a_whole_is_told_to_its_readers_alone(content: Path) -> None:
    issue(content, "one", "2008-10-01")
    inside = "::: state:mx\n## For qxmexico too\n\nText.\n:::\n"
    issue(content, "two", "2008-11-01", number="2", audience="oeg", body=f"## Whole qxwhole\n\nText.\n\n{inside}")
    issue(content, "three", "2008-12-01", number="3", body="## Third\n\nText.\n")
    catalogue = read_catalogue(content).named(lambda _: "abc")
    documents = catalogue.documents
    public = IssueLists(catalogue, "public", "en", PHRASES).by_issue()

    assert "2008-11-01" not in public
    assert "x/abc" not in public
    lists = {one.name: one.html for one in plain_issues(catalogue, "en", PHRASES)}
    assert "qxwhole" in lists["oeg"]
    assert "qxwhole" not in lists["state:mx"]
    # Whoever may read one section of it alone hears neither its title nor, from its place, its date.
    assert re.findall(r"<h4[^>]*><a[^>]*>([^<]*)", lists["state:mx"]) == ["Issue of 2008-10-01", "Sealed document"]
    assert "2008-11-01" not in lists["state:mx"]
    assert [one and one.id for one in neighbours(catalogue, documents["notes/one"])] == [None, "notes/three"]
    assert [one and one.id for one in neighbours(catalogue, documents["notes/two"])] == ["notes/one", "notes/three"]
    assert "abc" not in around(catalogue, documents["notes/one"], "en", PHRASES)


@pytest.mark.parametrize(
    ("issues", "expected"),
    [
        (["1.1", "1.2", "2.1", "2.2"], []),
        (["1.1", "1.2", "2.3", "2.4"], []),
        (["3.7", "3.8"], []),
        (["1.1", "1.3"], [("issue-number", 4)]),
        (["1.1", "1.1"], [("issue-number", 4)]),
        (["1.2", "1.1"], [("issue-number", 4)]),
        (["1.1", "3.1"], [("issue-number", 4)]),
        (["1.1", "2.3"], [("issue-number", 4)]),
        (["0.1"], [("issue-number", 4)]),
        # What is wrong once is told once.
        (["1.1", "1.3", "1.4"], [("issue-number", 4)]),
    ],
)
def test_numbers_follow_each_other_in_the_order_of_the_dates(
    content: Path, issues: list[str], expected: list[tuple[str, int]]
) -> None:
    for index, one in enumerate(issues, 1):
        volume, number = one.split(".")
        issue(content, f"n{index}", f"2008-0{index}-01", number, volume)

    assert problems(content) == expected


def test_a_withdrawn_issue_leaves_a_place_for_its_number(content: Path) -> None:
    issue(content, "one", "2008-01-01")
    gone = issue(content, "two", "2008-02-01", "2")
    issue(content, "three", "2008-03-01", "3")
    gone.write_text(gone.read_text("utf-8").replace("summary", "expires: 2008-02-02\nsummary"), "utf-8")

    assert problems(content) == []
    catalogue = read_catalogue(content)
    _, after = neighbours(catalogue, catalogue.documents["notes/one"])
    assert after is not None
    assert volume_and_number(after) == (1, 3)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("A.\n\n```item\nby: nz\n```\n", ["item-misplaced"]),
        ("## A\n\nText.\n\n```item\nby: nz\n```\n", ["item-misplaced"]),
        ("## A\n\n```item\nby: nz\n```\n\n::: oeg\n## B\n\nText.\n:::\n", ["item-misplaced"]),
        ("## A\n\n```item\nby: nz\n```\n\n```item\nstates: [mx]\n```\n\nText.\n", ["item-misplaced"]),
        ("### A\n\n```item\nby: nz\n```\n\nText.\n", ["item-misplaced"]),
        ("```item\nby: nz\n```\n\n::: oeg\nText.\n:::\n", ["item-misplaced"]),
        ("## A\n\n::: oeg\nText.\n\n## B\n\nText.\n:::\n", ["item-inside-section"]),
        ("## A\n\n```item\n{}\n```\n\nText.\n", ["empty-item"]),
        ("## A\n\n```item\nthemes: [lor]\n```\n\nText.\n", ["unknown-theme"]),
    ],
)
def test_what_belongs_to_no_item_is_refused(content: Path, body: str, expected: list[str]) -> None:
    issue(content, "one", "2008-10-01", body=body)

    assert [code for code, _ in problems(content)] == expected


def test_only_newsletters_have_items(content: Path) -> None:
    path = issue(content, "one", "2008-10-01")
    path.write_text(path.read_text("utf-8").replace("newsletter\nvolume: 1\nnumber: 1", "guidance"), "utf-8")

    assert {code for code, _ in problems(content)} == {"not-a-newsletter"}


def test_whatever_is_sealed_the_numbers_of_items_run_from_one_without_a_gap() -> None:
    chance = random.Random(6)
    for _ in range(200):
        body, count = _any_issue(chance)
        found = items(cut(body))
        assert [one.number for one in found] == list(range(1, count + 1))
        assert [one.title for one in found] == [f"Item {number}" for number in range(1, count + 1)]
        assert len({one.heading_anchor for one in found}) == count


def _any_issue(chance: random.Random) -> tuple[str, int]:
    count, pieces = 0, list[str]()
    for _ in range(chance.randint(0, 6)):
        count += 1
        item = f"## Item {count}\n\n" + "".join(
            f"{'#' * chance.randint(3, 5)} Lower\n\nText.\n\n" for _ in range(chance.randint(0, 2))
        )
        audience = chance.choice(["", "partner", "oeg", "core"])
        if audience:
            inner = ""
            if chance.random() < 0.4:
                count += 1
                inner = f"::: state:nz\n## Item {count}\n\nText.\n:::\n\n"
            teaser = "```item\nteaser: T.\n```\n\n" if chance.random() < 0.5 else ""
            pieces.append(f"{teaser}::: {audience}\n{item}Text.\n\n{inner}:::\n")
        else:
            pieces.append(item + ("```item\nby: nz\n```\n\n" if item.count("\n") == 2 else "") + "Text.\n")
    return "Text.\n\n" + "\n".join(pieces), count


def test_each_heading_of_an_item_shows_its_number_to_those_who_may_read_it() -> None:
    source = cut(BODY)
    html = RENDERER.render(
        source, lambda target: target, show_numbers=False, phrases=PHRASES, items=item_numbers(source)
    ).html

    assert {name: _numbers(text) for name, text in html.items()} == {
        "": ["1", "2", "5"],
        "s1": [],
        "s2": ["3"],
        "s3": ["4"],
    }


def _numbers(html: str) -> list[str]:
    return re.findall(r'<h2 id="[a-z0-9-]+"><span class="item-number">(\d+)</span> \w', html)
