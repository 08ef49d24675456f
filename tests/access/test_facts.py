"""What a front matter says in words of its own is a text like others: who may read more of it is found."""

from __future__ import annotations

import datetime
import hmac
import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from communique.access.comparison import compare
from communique.access.record import record_of
from communique.access.remaining import as_then
from communique.access.since import news_of
from communique.access.units import CODES, Unit, units_of
from communique.documents.catalogue import Catalogue, read_catalogue

CONTENT = Path(__file__).resolve().parents[1] / "kinds" / "content"


def test_the_words_of_the_front_matter_are_pieces_for_the_readers_of_the_document() -> None:
    catalogue = read_catalogue(CONTENT)
    paper = catalogue.documents["papers/statement"]
    found = {
        (unit.lang, " ".join(unit.words), str(unit.audience))
        for unit in units_of(replace(catalogue, documents={paper.id: paper}))
        if unit.kind == "fact"
    }

    assert found == {("en", "the chair", "public"), ("es", "la presidencia", "public")}


def keyed(data: bytes) -> bytes:
    return hmac.digest(b"a key for tests", data, "sha256")


def coded(tmp_path: Path, states: str, year: str, in_case: str) -> Catalogue:
    """The papers of `CONTENT`, with these facts in front of the debriefing and in a sealed case of it."""
    content = shutil.copytree(CONTENT, tmp_path / f"{len(list(tmp_path.iterdir()))}/content")
    for path in (content / "papers/debriefing").glob("*.md"):
        head, body = path.read_text("utf-8").split("\n---\n", 1)
        lines = [line for line in head.split("\n") if not line.startswith(("states:", "year:"))]
        if path.name == "en.md":
            lines += [states, year]
        case = f"\n::: oeg\nOf the case.\n\n```case\n{in_case}\n```\n:::\n"
        path.write_text("\n".join(filter(None, lines)) + f"\n---\n{body}{case}", "utf-8")
    read = read_catalogue(content)
    return replace(read, documents={"papers/debriefing": read.documents["papers/debriefing"]})


def widened(before: Catalogue, after: Catalogue) -> list[str]:
    day = datetime.date(2008, 11, 3)
    record = record_of(units_of(before), before.policy, keyed, release=1, date=day, content="0" * 32)
    then = as_then(record, after, tuple(units_of(after)), keyed)
    found = compare(record, then, after.policy, keyed)
    return [f"{one.lang} {one.kind}: {one.old} → {one.new}" for one in found if one.way == "widened"]


def public_change(before: Catalogue, units: Iterable[Unit], after: Catalogue) -> datetime.date | None:
    days = {number: datetime.date(2008, 11, number) for number in (1, 2)}
    record = record_of(units, before.policy, keyed, release=1, date=days[1], content="0" * 32)
    news = news_of(units_of(after), record.before, days, after.policy, keyed)
    return news.public_change("papers/debriefing", "en")


def test_a_code_that_changes_in_sealed_text_is_no_change_of_what_everybody_reads(tmp_path: Path) -> None:
    before = coded(tmp_path, "", "", "states: [nz]\nyear: 2007\nphases: [alert]")
    for case in ("states: [us]\nyear: 2007", "states: [nz, us]\nyear: 2007", "states: [nz]\nyear: 2008"):
        after = coded(tmp_path, "", "", f"{case}\nphases: [alert]")
        assert public_change(before, units_of(before), after) is None, case
    # A record of before codes were kept has none of them: that they are there now is no change.
    of_old = [unit for unit in units_of(before) if unit.part != CODES]
    assert len(of_old) < len(list(units_of(before)))
    assert public_change(before, of_old, before) is None


def test_a_code_that_leaves_its_seal_for_the_front_matter_is_seen(tmp_path: Path) -> None:
    sealed = coded(tmp_path, "", "", "states: [nz]\nyear: 2007\nphases: [alert]")

    assert widened(sealed, sealed) == []
    opened = coded(tmp_path, "states: [nz]", "", "year: 2007\nphases: [alert]")
    assert widened(sealed, opened) == [
        f"{lang} fact: oeg → public" for lang in sealed.documents["papers/debriefing"].texts
    ]
    # What stays sealed may change, and what was open already may be said again.
    assert widened(sealed, coded(tmp_path, "", "", "states: [us]\nyear: 2008\nphases: [alert]")) == []
    assert widened(opened, coded(tmp_path, "states: [nz]", "", "states: [nz]\nyear: 2008\nphases: [alert]")) == []


def test_a_code_that_leaves_its_seal_while_the_folder_is_renamed_is_seen(tmp_path: Path) -> None:
    def renamed(catalogue: Catalogue) -> Catalogue:
        (paper,) = catalogue.documents.values()
        return replace(catalogue, documents={"papers/renamed": replace(paper, id="papers/renamed")})

    sealed = coded(tmp_path, "", "", "states: [nz]\nyear: 2007\nphases: [alert]")
    opened = coded(tmp_path, "states: [nz]", "", "year: 2007\nphases: [alert]")

    assert widened(sealed, renamed(sealed)) == []
    assert widened(sealed, renamed(opened)) == widened(sealed, opened) != []
