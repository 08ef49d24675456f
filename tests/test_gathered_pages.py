"""The pages that gather from all documents, on a small site with an area, a group and a readership without a name."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

import pytest

from communique.sealing.envelope import open_sealed, verify_sealed
from communique.sealing.errors import NotForYou
from communique.sealing.keyring import Slot, open_slot
from communique.sealing.keystore import Keystore
from communique.sealing.register import credentials, read_register
from tests.site_building import SITES, built_minimal, copy_site, give_own_keys, published, run

pytestmark = pytest.mark.site

LANGUAGES = ("en", "es", "fr")
GROUPS = """\
groups:
  plan:
    label: {en: "Drafting group", es: "Grupo de redacción", fr: "Groupe de rédaction"}
    until: 2008-11-03
    tlp: AMBER
"""
EDITORS = """\
editors:
  a-moreau: {name: "Anne Moreau", approves: [public, partner]}
"""
AREAS = """\
  areas:
    label: {en: "Areas", es: "Áreas", fr: "Espaces"}
    intro: {en: "One for each state.", es: "Una por Estado.", fr: "Un par État."}
kinds:
"""
HEAD = "---\nkind: notice\ndate: {date}\naudience: {audience}\noriginal: en\nsummary: A text for tests.\n---\n"
AREA = "# The area\n\nOpen text.\n\n::: state:nz\nWords of its own, qxownen.\n:::\n"
TO_GROUP = "# For the drafters\n\n## A heading\n\n::: group:plan\nDrafters meet later, qxdraften.\n:::\n"
WHOLE = "# The title qxtitleen\n\nThe harbour is closed, qxharbouren.\n\n::: group:plan\nA part of it, qxparten.\n:::\n"
_BOX = re.compile(
    r'data-cq-doc="([^"]*)" data-cq-kind="([^"]*)" data-cq-part="([^"]*)".*?<script[^>]*>\s*(.*?)\s*</script>',
    re.DOTALL,
)
_OWN = re.compile(r'data-cq-part="([^"]*)" data-cq-form.*?<script[^>]*>\s*(.*?)\s*</script>', re.DOTALL)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built once for all tests of this module: only to be looked at."""
    site = copy_site(SITES / "minimal", tmp_path_factory.mktemp("gathered") / "site")
    content = site / "content"
    data = (content / "data/site.yaml").read_text(encoding="utf-8")
    data = data.replace("home: null", "home: https://psi-portal.example/p/").replace("kinds:\n", AREAS)
    write(content / "data/site.yaml", data)
    write(content / "data/groups.yaml", GROUPS)
    write(content / "data/editors.yaml", EDITORS)
    whole = HEAD.format(date="2008-10-30", audience="state:nz").replace("A text for tests.", "In short qxshorten.")
    write(content / "areas/nz/en.md", HEAD.format(date="2008-11-01", audience="public") + AREA)
    write(content / "notes/drafters/en.md", HEAD.format(date="2008-10-09", audience="public") + TO_GROUP)
    write(content / "notes/whole/en.md", whole + WHOLE)
    give_own_keys(site)
    register = site / "keys/register.yaml"
    register.write_text(
        register.read_text(encoding="utf-8").replace("state:tr: {g: 1}", "state:tr: {g: 1, opaque: true}"), "utf-8"
    )
    ran = run("build", site)
    assert ran.status == 0, ran.said
    return site


@pytest.fixture(scope="module")
def tree(site: Path) -> Mapping[str, str]:
    return {path: text.decode("utf-8", "replace") for path, text in published(site).items()}


@pytest.fixture(scope="module")
def slots(site: Path, tree: Mapping[str, str]) -> Mapping[str, Slot]:
    name = next(path for path in tree if path.startswith("sealed/keyring."))
    keyring = json.loads(tree[name].removeprefix('CQ1_DATA("keyring",').removesuffix(")\n"))
    keystore = Keystore("psi-portal.example", bytes(range(32)))
    register = read_register((site / "keys/register.yaml").read_text(encoding="utf-8"), "register.yaml")
    wanted = [one for one in credentials(keystore, register) if one.login in ("hr-01", "nz-01")]
    return {one.login: open_slot(keyring, one.login, one.passphrase) for one in wanted}


def guests(page: str) -> dict[tuple[str, str, str], str]:
    """The objects of a page that belong to another, by document, kind and part."""
    return {(doc, kind, part): text for doc, kind, part, text in _BOX.findall(page)}


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<script.*?</script>|<[^>]*>", " ", page, flags=re.DOTALL)).split())


def test_an_area_gathers_what_others_address_to_its_state_with_the_same_bytes(tree: Mapping[str, str]) -> None:
    for lang in LANGUAGES:
        found = guests(tree[f"{lang}/areas/nz/index.html"])
        in_place = dict(_OWN.findall(tree[f"{lang}/papers/forms/index.html"]))

        forms = {part: text for (doc, _, part), text in found.items() if doc == "papers/forms"}
        assert len(forms) == 2
        assert {part: in_place[part] for part in forms} == forms
        assert [(kind, part) for doc, kind, part in found if doc != "papers/forms"] == [("document", "entry")]


def test_what_an_area_gathers_opens_for_its_state_and_nobody_else(
    tree: Mapping[str, str], slots: Mapping[str, Slot]
) -> None:
    for (doc, kind, part), text in guests(tree["en/areas/nz/index.html"]).items():
        context = verify_sealed(text, slots["nz-01"].signers)
        assert (context.doc, context.kind, context.part) == (doc, kind, part)
        opened = open_sealed(text, slots["nz-01"].keys, slots["nz-01"].signers, context)
        assert kind != "document" or opened.meta["title"] == "The title qxtitleen"
        with pytest.raises(NotForYou):
            open_sealed(text, slots["hr-01"].keys, slots["hr-01"].signers, context)


def test_each_audience_has_its_own_sealed_list_of_updates(tree: Mapping[str, str], slots: Mapping[str, Slot]) -> None:
    lists = guests(tree["en/updates/index.html"])

    assert {(doc, kind) for doc, kind, _ in lists} == {("-", "feed")}
    assert {part for _, _, part in lists if not part.startswith("updates/k")} == {
        "updates/partner",
        "updates/oeg",
        "updates/core",
        "updates/nat-mx",
        "updates/nat-nz",
        "updates/grp-plan",
    }
    slot, text = slots["nz-01"], lists["-", "feed", "updates/nat-nz"]
    listed = open_sealed(text, slot.keys, slot.signers, verify_sealed(text, slot.signers)).body.decode()
    assert listed.index("2008-11-01") < listed.index("qxtitleen") < listed.index("../papers/forms/index.html#")
    group = lists["-", "feed", "updates/grp-plan"]
    slot = slots["hr-01"]
    listed = open_sealed(group, slot.keys, slot.signers, verify_sealed(group, slot.signers)).body.decode()
    assert "A heading (section)" in listed
    assert "Sealed document" in listed
    assert "qxtitle" not in listed


def test_nothing_sealed_stands_on_a_gathered_page_or_in_the_feed(tree: Mapping[str, str]) -> None:
    for lang in LANGUAGES:
        feeds = [path.removeprefix(f"{lang}/") for path in tree if path.startswith((f"{lang}/feed.", f"{lang}/feeds/"))]
        assert len(feeds) > 3
        for name in ("access/index.html", "updates/index.html", "review/index.html", "areas/nz/index.html", *feeds):
            assert "qx" not in words(tree[f"{lang}/{name}"]), (lang, name)
            assert "2008-10-30" not in tree[f"{lang}/{name}"], (lang, name)


def test_who_can_read_what_is_told_in_each_language(tree: Mapping[str, str]) -> None:
    english = words(tree["en/access/index.html"])
    assert "Operational Experts Group TLP:AMBER" in english
    assert "Public, Participating states, Operational Experts Group" in english
    assert "Drafting group TLP:AMBER" in english
    assert "3 November 2008" in english
    assert "Mexico (not participating)" in english
    assert "Participating states Anne Moreau" in english
    assert "(ended)" not in english
    assert "Groupe de rédaction TLP:AMBER" in words(tree["fr/access/index.html"])
    assert "Grupo de redacción TLP:AMBER" in words(tree["es/access/index.html"])
    assert '<a href="../areas/nz/index.html">' in tree["en/access/index.html"].replace("../../en/", "../")


def test_readers_whose_name_is_not_told_are_named_nowhere(tree: Mapping[str, str]) -> None:
    for path, text in tree.items():
        if not path.startswith("theme/"):
            assert not re.search(r"Turkey|Turqu[ií]|nat-tr|state:tr", html.unescape(text)), path
    assert "New Zealand or Restricted readers only" in words(tree["en/areas/nz/index.html"])
    assert "Restricted readers" in words(tree["en/updates/index.html"])
    assert "Restricted readers" not in words(tree["en/access/index.html"])
    # Last, behind the group: a place among the states would tell that it is one.
    for lang in LANGUAGES:
        assert [part.partition("/")[2][0] for _, _, part in guests(tree[f"{lang}/updates/index.html"])][-2:] == [
            "g",
            "k",
        ]
    headings = re.findall(r"<h2[^>]*>\s*([^<]*?)\s*<", tree["en/review/index.html"])
    assert headings.index("Restricted readers") == headings.index("Drafting group") + 1


def test_the_review_form_cites_every_passage_and_offers_its_boxes(tree: Mapping[str, str]) -> None:
    page = tree["en/review/index.html"]
    told = words(page)

    assert page.count('type="checkbox" aria-label="Stays"') == len(re.findall(r'<th scope="row" id="for-', page))
    assert "A heading (section)" in told
    assert "For the drafters" in told
    assert "Sealed document d" in told
    assert len(re.findall(r'href="mailto:[^"]*Review', page)) == page.count('class="gathered__part review__sheet"')


def test_every_identifier_of_a_gathered_page_stands_once(tree: Mapping[str, str]) -> None:
    for name in ("access", "updates", "review", "areas/nz"):
        found = re.findall(r'\sid="([^"]*)"', tree[f"fr/{name}/index.html"])
        assert len(found) == len(set(found)), name


def test_the_feed_names_public_documents_by_their_full_address_newest_first(tree: Mapping[str, str]) -> None:
    atom = "{http://www.w3.org/2005/Atom}"
    for lang in LANGUAGES:
        root = ElementTree.fromstring(tree[f"{lang}/feed.xml"])  # noqa: S314  # we wrote it ourselves
        entries = root.findall(f"{atom}entry")
        addresses = [entry.findtext(f"{atom}id", "") for entry in entries]
        dates = [entry.findtext(f"{atom}updated", "") for entry in entries]

        assert root.findtext(f"{atom}id") == f"https://psi-portal.example/p/{lang}/feed.xml"
        assert root.findtext(f"{atom}updated") == dates[0] == "2008-11-01T00:00:00Z"
        assert dates == sorted(dates, reverse=True)
        assert {address.removeprefix("https://psi-portal.example/p/") for address in addresses} < set(tree)
        assert not [address for address in addresses if "/x/" in address]
        assert f'type="application/atom+xml" title="{root.findtext(f"{atom}title")}"' in tree[f"{lang}/index.html"]


def test_a_site_without_an_address_of_its_own_has_no_feed(tmp_path_factory: pytest.TempPathFactory) -> None:
    tree = published(built_minimal(tmp_path_factory))

    assert not [path for path in tree if path.endswith(".xml")]
    assert b"atom+xml" not in tree["en/index.html"]
