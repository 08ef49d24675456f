"""From one release to the next: numbers, records, approvals; and documents whose hour has not come, or is over."""

from __future__ import annotations

import dataclasses
import datetime
import io
import json
import re
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from rich.console import Console

from communique.documents.catalogue import read_catalogue
from communique.problems import Refused
from communique.sealing.envelope import open_sealed
from communique.sealing.keystore import Keystore
from communique.sealing.register import read_register
from communique.sealing.sealer import Sealer
from communique_pelican import access_desk, desk, releasing
from communique_pelican.keys import PASSPHRASE_FILE
from communique_pelican.releasing import Release, recorded
from communique_pelican.terminal import Terminal
from tests.site_building import PROJECT, built_minimal, copy_site, give_own_keys, published, run

pytestmark = pytest.mark.site

EDITORS = (
    "editors:\n  chair: {name: The chair, approves: [public, partner, oeg]}\n"
    "  office: {name: The office, approves: [state:mx]}\n"
)
NOON = "1226318400"  # 2008-11-10T12:00Z
PAPER = "papers/moved-on"
TODAY = datetime.date(2008, 11, 3)


@pytest.fixture
def site(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    site = copy_site(built_minimal(tmp_path_factory), tmp_path / "site")
    write(site, "content/data/editors.yaml", EDITORS)
    return site


def write(site: Path, name: str, text: str) -> None:
    (site / name).parent.mkdir(parents=True, exist_ok=True)
    (site / name).write_text(text, encoding="utf-8")


def edit(site: Path, name: str, old: str, new: str) -> None:
    text = (site / name).read_text(encoding="utf-8")
    assert text.count(old) == 1, name
    write(site, name, text.replace(old, new))


def done(verb: str, site: Path, env: dict[str, str] | None = None) -> str:
    ran = run(verb, site, env=env)
    assert ran.status == 0, ran.said
    return ran.said


def asked(verb: Any, site: Path, *project: Path, answer: str | None = None, **options: Any) -> tuple[int, str]:
    """What an editor's verb says, with somebody at the terminal who gives `answer`, or nobody."""
    console = Console(file=io.StringIO(), width=200)
    terminal = Terminal(console, None if answer is None else lambda _: answer)
    environ = {PASSPHRASE_FILE: str(site / "passphrase.txt")}
    status = verb(site, *project, terminal=terminal, environ=environ, **options)
    return status, cast(io.StringIO, console.file).getvalue()


def register(site: Path) -> Any:
    return read_register((site / "keys/register.yaml").read_text(encoding="utf-8"), "keys/register.yaml")


def list_of(site: Path, lang: str, name: str) -> str:
    """What the readers of a tier find on the page of updates."""
    sealer = Sealer(Keystore("psi-portal.example", bytes(range(32))), register(site))
    page = published(site)[f"{lang}/updates/index.html"].decode("utf-8")
    found = re.search(rf'<script [^>]*data-cq="updates/{name}">\s*(.*?)\s*</script>', page, re.DOTALL)
    assert found
    expected = sealer.context("feed", "-", lang, f"updates/{name}", (name,))
    return open_sealed(found[1], sealer.keys((name,)), sealer.signers, expected).body.decode("utf-8")


def news_in(site: Path, lang: str, name: str) -> list[str]:
    """Each line of a list with the release that it tells, and the document it leads to."""
    line = r'updates__places release-(\d+)"><span class="updates__release">(.*?)</span> (.*?)</span>'
    return [" ".join(found) for found in re.findall(line, list_of(site, lang, name))]


def number_in(site: Path) -> int:
    literal = published(site)["release.js"].decode("ascii").removeprefix('CQ1_DATA("release",')[:-2]
    return int(json.loads(json.loads(literal))["release"])


def test_what_a_release_opens_waits_for_an_editor_and_each_release_is_numbered_and_recorded(site: Path) -> None:
    give_own_keys(site)
    edit(site, "keys/register.yaml", "  oeg: {g: 1}", "  oeg: {g: 1, restamp: true}")
    said = done("release", site)
    assert "it is release 1: commit" in said
    first = published(site)
    record = (site / "keys/released.yaml").read_bytes()
    assert b"release: 1\n" in record
    assert re.search(rb"^shown: [0-9a-f]{32}$", record, re.MULTILINE)
    assert not re.search(rb"qx[a-z]+|thrush", record)

    # The same again is the same, byte for byte.
    assert "it is release 1 again" in done("release", site)
    assert published(site) == first
    assert (site / "keys/released.yaml").read_bytes() == record
    # Before a second release there is nothing since which anything could be new.
    assert "release-1" not in list_of(site, "en", "oeg")
    assert b"data-since" not in first["en/updates/index.html"]

    for lang in ("en", "es", "fr"):
        edit(site, f"content/{PAPER}/{lang}.md", "::: oeg", "::: partner")
    status, told = asked(access_desk.diff, site, PROJECT)
    assert status == 0
    assert "widened: ¶3: oeg → partner; gained by partner\n" in told

    ran = run("release", site)
    assert ran.status == 1
    assert f"content/{PAPER}/en.md:" in ran.said
    assert "¶3 of papers/moved-on would be read by more people: oeg → partner (gained by partner) [not-app" in ran.said
    assert "invoke access.approve --by chair\n" in ran.said
    assert published(site) == first
    assert register(site).release == 1

    with pytest.raises(Refused, match="office may not approve for partner"):
        asked(access_desk.approve, site, PROJECT, by="office", on=TODAY, answer="yes")
    status, told = asked(access_desk.approve, site, PROJECT, by="chair", on=TODAY, answer="yes")
    assert (status, "1 recorded for release 2; commit it" in told) == (0, True)
    assert "thrush" not in (site / "content/data/approved.yaml").read_text(encoding="utf-8")

    # What is edited after it was approved has not been approved.
    path = site / f"content/{PAPER}/fr.md"
    approved = path.read_text(encoding="utf-8")
    write(site, f"content/{PAPER}/fr.md", approved.replace("qxthrushfr", "qxthrushfr nouvellement"))
    assert "for an approval: invoke access.approve" in asked(access_desk.diff, site, PROJECT)[1]
    path.write_text(approved, encoding="utf-8")

    assert "it is release 2: commit" in done("release", site)
    assert (register(site).release, number_in(site)) == (2, 2)
    assert "release: 2\n" in (site / "keys/released.yaml").read_text(encoding="utf-8")
    other = "en/papers/forms/index.html"
    assert published(site)[other] != first[other], "every object of a restamped tier is sealed anew in each release"
    # Its new readers are told of it; to the others' lists nothing was added.
    gained = [line for line in news_in(site, "fr", "partner") if "#p3" in line and PAPER in line]
    assert [line.partition("<a")[0] for line in gained] == ["2 Nouveau dans la publication 2 "]
    assert not [line for line in news_in(site, "fr", "oeg") if not line.startswith("1 ")]
    assert '<option value="1" selected>Publication 1, 3 novembre 2008</option>' in published(site)[
        "fr/updates/index.html"
    ].decode("utf-8")

    # Without the record nobody can tell what a release would open.
    (site / "keys/released.yaml").unlink()
    ran = run("release", site)
    assert (ran.status, "[no-release-record]" in ran.said) == (1, True)


def a_release(site: Path) -> Release:
    """Release 2 of a site whose register says 1, with nothing built."""
    before = register(site)
    after = dataclasses.replace(before, release=2)
    plan = SimpleNamespace(site_dir=site, keys=SimpleNamespace(register=after))
    return Release(cast(Any, plan), before, site / "keys/released.yaml", "the record\n", repeats=False)


def test_the_number_is_raised_before_the_tree_is_shown_and_the_record_written_after_it(site: Path) -> None:
    give_own_keys(site)

    with recorded(a_release(site)):
        # A crash here costs a number: the next release takes none that may have been seen.
        assert register(site).release == 2
        assert not (site / "keys/released.yaml").exists()

    assert (site / "keys/released.yaml").read_text(encoding="utf-8") == "the record\n"


def test_a_release_that_cannot_be_shown_leaves_number_and_record_as_they_were(site: Path) -> None:
    give_own_keys(site)
    before = (site / "keys/register.yaml").read_bytes()

    with pytest.raises(OSError, match="full"), recorded(a_release(site)):
        raise OSError("the disk is full")

    assert (site / "keys/register.yaml").read_bytes() == before
    assert not (site / "keys/released.yaml").exists()


def test_what_stands_below_a_tearline_has_no_folder_and_belongs_to_the_content_of_a_release() -> None:
    catalogue = read_catalogue(PROJECT / "content")
    keys = SimpleNamespace(keystore=Keystore("psi-portal.example", bytes(range(32))))
    told = {"keys": keys, "content": PROJECT / "content"}

    assert [one for one in catalogue.documents.values() if one.released_from]
    whole = releasing.shown_hash(cast(Any, SimpleNamespace(catalogue=catalogue, **told)))
    without = dataclasses.replace(
        catalogue, documents={one.id: one for one in catalogue.documents.values() if not one.released_from}
    )
    assert releasing.shown_hash(cast(Any, SimpleNamespace(catalogue=without, **told))) != whole


FRONT = (
    "---\nkind: notice\ndate: 2008-10-01\naudience: {audience}\noriginal: en\nsummary: A qx{word} summary.\n{more}---\n"
)


def paper(site: Path, name: str, audience: str, word: str, more: str) -> None:
    head = FRONT.format(audience=audience, word=word, more=more)
    body = f"# A paper called qx{word}title\n\nIts qx{word}one text.\n\nIts qx{word}two text.\n"
    write(site, f"content/notes/{name}/en.md", head + body)


def holding(tree: dict[str, bytes], word: str) -> list[str]:
    return [path for path, text in tree.items() if word in path or word.encode() in text]


def test_before_its_hour_a_document_leaves_no_trace_and_before_its_day_nothing_is_withdrawn(
    site: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    paper(site, "not-yet", "public", "petrel", "embargo: 2008-11-03T00:01+00:00\nsymbol: PSI/X/9\n")
    edit(site, "content/papers/forms/en.md", "original: en\n", "original: en\nexpires: 2008-11-04\n")
    (site / "content/data/editors.yaml").unlink()
    shutil.rmtree(site / ".releases")
    (site / "output").unlink()

    done("build", site)

    assert published(site) == published(built_minimal(tmp_path_factory)), "not a byte tells of it"


def test_at_its_hour_a_document_is_there_and_on_its_day_another_is_gone(site: Path) -> None:
    paper(site, "not-yet", "public", "petrel", "embargo: 2008-11-10T12:00Z\n")
    paper(site, "whole", "oeg", "skua", "expires: 2008-11-10\n")
    paper(site, "overdue", "oeg", "auk", "review: {by: 2008-11-04, audience-after: partner}\n")
    paper(site, "approved", "oeg", "puffin", "review: {by: 2008-11-30, audience-after: public}\n")
    edit(site, "content/papers/forms/en.md", "original: en\n", "original: en\nexpires: 2008-11-10\n")
    edit(site, "content/papers/part-1/en.md", "The first paragraph", "See [there](doc:papers/forms#p2). The first")
    console = Console(file=io.StringIO(), width=200)
    desk.status(site, PROJECT, console=console, environ={})
    assert "notes/not-yet: embargoed until 2008-11-10 12:00 UTC" in cast(io.StringIO, console.file).getvalue()
    told = asked(access_desk.list_reviews, site)[1]
    assert re.search(r"notes/overdue +2008-11-04 +1 day +oeg → partner +chair", told)
    with pytest.raises(Refused, match="office may not approve for public"):
        asked(access_desk.approve_review, site, document="notes/approved", by="office", on=TODAY, answer="yes")
    with pytest.raises(Refused, match="waits for no review"):
        asked(access_desk.approve_review, site, document="notes/plain", by="chair", on=TODAY, answer="yes")
    approve: dict[str, Any] = {"document": "notes/approved", "by": "chair", "on": TODAY, "answer": "yes"}
    assert asked(access_desk.approve_review, site, **approve)[0] == 0
    assert "notes/approved" not in asked(access_desk.list_reviews, site)[1]

    done("build", site, env={"SOURCE_DATE_EPOCH": NOON})

    tree = published(site)
    assert holding(tree, "petrel"), "its hour has come"
    assert "en/notes/approved/index.html" in tree
    assert not holding(tree, "qxauk"), "until its review is approved the narrower audience holds, also after the date"
    assert not holding(tree, "qxskua")
    sources = (site / "content/papers/forms/en.md").read_text(encoding="utf-8")
    assert "The end is open again." in sources
    assert not holding(tree, "The end is open again.")
    page = tree["en/papers/forms/index.html"].decode()
    assert "Withdrawn on 10 November 2008" in page
    assert ">Every form of sealing</h1>" in page
    assert re.findall(r'<p id="p(\d+)" class="withdrawn">¶(\d+) withdrawn</p>', page)
    assert "application/jose" not in page
    assert 'href="../../papers/forms/index.html#p2"' in tree["en/papers/part-1/index.html"].decode()
    gone = [text.decode() for path, text in tree.items() if path.startswith("fr/x/") and b"Retir\xc3\xa9 le" in text]
    assert len(gone) == 1
    assert re.findall(r'<p id="p\d+"', gone[0]) == ['<p id="p1"', '<p id="p2"']


def test_a_released_document_is_not_gone_until_an_editor_says_so_and_its_symbol_is_never_given_again(
    site: Path,
) -> None:
    give_own_keys(site)
    (site / "content/data/editors.yaml").unlink()
    paper(site, "leaving", "public", "petrel", "symbol: PSI/LEAVE/1\nnumbering: paragraphs\n")
    paper(site, "secret", "oeg", "skua", "symbol: PSI/QXSECRET/1\n")
    assert "it is release 1: commit" in done("release", site)
    record = (site / "keys/released.yaml").read_text(encoding="utf-8")
    assert '  notes/leaving:\n    symbol: "PSI/LEAVE/1"\n' in record
    assert "QXSECRET" not in record

    shutil.rmtree(site / "content/notes/leaving")
    shutil.rmtree(site / "content/notes/secret")
    ran = run("release", site)
    assert ran.status == 1
    assert "content/notes/leaving: notes/leaving (PSI/LEAVE/1) of release 1 is not there any more" in ran.said
    assert "content/notes/secret: notes/secret of release 1 is not there any more" in ran.said
    assert ran.said.count("[released-document-gone]") == 2
    assert "“withdrawn:” in content/data/withdrawn.yaml" in ran.said
    assert "QXSECRET" not in ran.said

    write(site, "content/data/withdrawn.yaml", "withdrawn:\n  - notes/leaving\n  - notes/secret\n")
    assert "it is release 2: commit" in done("release", site)
    assert not holding(published(site), "petrel")
    assert not holding(published(site), "PSI/LEAVE/1")

    # The record goes on knowing them, whoever comes by their symbols or forgets the list.
    paper(site, "another", "public", "auk", "symbol: PSI/Leave/1\n")
    paper(site, "sealed", "oeg", "puffin", "symbol: PSI/QXSECRET/1\n")
    ran = run("build", site)
    assert ran.status == 1
    told = "content/notes/{}/en.md:7:1: this symbol is that of {}, which was released and withdrawn [symbol-twice]"
    assert told.format("another", "notes/leaving") in ran.said
    assert told.format("sealed", "notes/secret") in ran.said
    assert "QXSECRET" not in ran.said
    shutil.rmtree(site / "content/notes/another")
    shutil.rmtree(site / "content/notes/sealed")
    (site / "content/data/withdrawn.yaml").unlink()
    assert "notes/leaving (PSI/LEAVE/1) of release 2 is not there any more" in run("build", site).said


def test_a_state_that_leaves_its_seal_waits_though_its_folder_was_renamed(site: Path) -> None:
    give_own_keys(site)
    told = FRONT.format(audience="public", word="case", more="symbol: PSI/CASE/1\n").replace("notice", "debriefing")
    told += "# A title\n\nText.\n\n```case\nphases: [alert]{}\n```\n\n::: oeg\nOf the case.\n\n```case\n{}```\n:::\n"
    write(site, "content/notes/then/en.md", told.format("", "year: 2007\nstates: [nz]\n"))
    assert "it is release 1: commit" in done("release", site)

    shutil.rmtree(site / "content/notes/then")
    write(site, "content/notes/now/en.md", told.format("\nstates: [nz]", "year: 2007\n"))
    ran = run("release", site)
    assert ran.status == 1
    assert "en.md:13:1: fact at ¶1 of notes/now would be read by more people: oeg → public" in ran.said
