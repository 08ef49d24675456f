"""Actions and a tearline in a site built as editors build it: what everybody is told, and what is told to whom."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from rich.console import Console

from communique.access.units import units_of
from communique.documents.catalogue import read_catalogue
from communique.sealing.envelope import open_sealed, verify_sealed
from communique.sealing.sealer import Sealer
from communique_pelican.keys import find_keys
from communique_pelican.translation_desk import pin
from tests.site_building import PROJECT, SITES, copy_site, published, run

pytestmark = pytest.mark.site

LANGUAGES = ("en", "es", "fr")
ACTION = "```action\nid: {id}\nwhat: {what}\nwho: [{who}]\ndue: {due}\n```\n\n"
REPORT = """\
---
{head}audience: oeg
original: en
summary: A qvsummary{lang}.
---
# The qvreport{lang} of the harbour

The qvwords{lang} stay here.

{experts}::: state:mx
For one state, qvmexico{lang}.

{mexico}:::

```tearline
document: notes/released
{kind}audience: public
summary: Open to all{lang}.
```

# What may be told {lang}

The harbour is open again.

{public}"""
_SECRET = re.compile(r"qv(?:folder|report|words|summary|mexico|experts|capital)")
_OBJECT = re.compile(r'data-cq-part="actions/([^"]*)".*?<script[^>]*>\s*(.*?)\s*</script>', re.DOTALL)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built once for all tests of this module: only to be looked at."""
    site = copy_site(SITES / "minimal", tmp_path_factory.mktemp("actions") / "site")
    folder = site / "content/papers/qvfolder"
    folder.mkdir()
    for lang in LANGUAGES[:2]:
        text = REPORT.format(
            lang=lang,
            head="kind: notice\ndate: 2008-10-20\n" if lang == "en" else "",
            kind="kind: non-paper\n" if lang == "en" else "",
            experts=ACTION.format(id="experts", what=f"Do qvexperts{lang}", who="oeg", due="2009-01-01T10:00Z"),
            mexico=ACTION.format(id="mexico", what=f"Do qvcapital{lang}", who="state:mx", due="2008-08-06T17:00-05:00"),
            public=ACTION.format(id="all", what=f"Say when {lang}", who="partner", due="2008-11-15T18:00+01:00"),
        )
        (folder / f"{lang}.md").write_text(text, encoding="utf-8")
    pin(site, PROJECT, document="notes/released", language="es", console=Console(quiet=True), environ={})
    ran = run("build", site)
    assert ran.status == 0, ran.said
    return site


@pytest.fixture(scope="module")
def tree(site: Path) -> Mapping[str, str]:
    return {path: text.decode("utf-8", "replace") for path, text in published(site).items()}


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<script.*?</script>|<[^>]*>", " ", page, flags=re.DOTALL)).split())


def test_nothing_of_the_report_is_public_and_what_may_be_told_has_its_page(tree: Mapping[str, str]) -> None:
    assert [path for path, text in tree.items() if "qvfolder" in path or _SECRET.search(text)] == []
    for lang, told in (("en", "en"), ("es", "es"), ("fr", "en")):
        page = words(tree[f"{lang}/notes/released/index.html"])
        assert f"What may be told {told}" in page
        assert "The harbour is open again" in page
        assert f"What may be told {told}" in words(tree[f"{lang}/notes/index.html"])
    assert 'hreflang="en"' in tree["fr/notes/index.html"]


def test_everybody_is_told_what_public_text_asks(tree: Mapping[str, str]) -> None:
    page = words(tree["es/actions/index.html"])

    assert "Say when es Plazo 15 de noviembre de 2008, 18:00 (UTC+1) Responsable Estados participantes" in page
    assert 'href="../notes/released/index.html#p1"' in tree["es/actions/index.html"]


def test_each_audience_alone_is_told_what_its_own_text_asks(site: Path, tree: Mapping[str, str]) -> None:
    keys = find_keys(site, PROJECT, {})
    sealer = Sealer(keys.keystore, keys.register)
    lists = dict(_OBJECT.findall(tree["en/actions/index.html"]))

    def opened(part: str, name: str) -> str:
        context = verify_sealed(lists[part], sealer.signers)
        return open_sealed(lists[part], sealer.keys((name,)), sealer.signers, context).body.decode()

    assert sorted(lists) == ["nat-mx", "oeg"]
    assert "qvexpertsen" in opened("oeg", "oeg")
    assert "The qvreporten of the harbour" in opened("oeg", "oeg")
    mexico = opened("nat-mx", "state:mx")
    assert "qvcapitalen" in mexico
    assert "Sealed document" in mexico
    # The state may read one section of a report whose title is for others.
    assert "qvreport" not in mexico
    assert "qvexperts" not in mexico


def test_what_may_be_told_is_compared_and_translated_as_any_document(site: Path) -> None:
    catalogue = read_catalogue(site / "content")
    pins = (site / "content/papers/qvfolder/es.pins").read_text(encoding="utf-8")

    assert {str(unit.audience) for unit in units_of(catalogue) if unit.document == "notes/released"} == {"public"}
    assert re.findall(r"^(\w+):", pins, re.MULTILINE) == ["format", "key", "audience", "fields", "blocks", "released"]
