"""A small site with a plan to fill in, cases that teach something and issues of a newsletter: what is told to whom."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from communique.sealing.envelope import open_sealed, verify_sealed
from communique.sealing.keyring import open_slot
from communique.sealing.keystore import Keystore
from communique.sealing.register import credentials, read_register
from tests.site_building import SITES, copy_site, give_own_keys, published, run

pytestmark = pytest.mark.site

HEAD = "---\nkind: {kind}\ndate: 2008-10-30\naudience: {audience}\noriginal: en\nsummary: A text for tests.\n---\n"
THEMES = """\
themes:
  time: {en: "Acting in time", es: "Actuar a tiempo", fr: "Agir à temps"}
"""
LESSON = "```lesson\nwhat: {what}\nthemes: [time]\nphase: alert\n```\n"
CASE = (
    "# The open title\n\nAn abstract.\n\n" + LESSON.format(what="Begin early") + "\n::: oeg\nThe facts.\n\n"
    "```case\nstates: [nz]\nyear: 2003\nroute: [Loaded at qxharbour]\nphases: [alert, after]\n```\n\n"
    + LESSON.format(what="Rehearse the qxrehearsal") + ":::\n"
)  # fmt: skip
WHOLE = (
    "# The title qxtitle\n\nThe note.\n\n" + LESSON.format(what="Answer the qxanswer") + "\n::: state:nz\nFor one.\n\n"
    + LESSON.format(what="Call the qxcapital") + ":::\n"
)  # fmt: skip
PLAN = (
    "# A plan\n\nThe office is <<office>>.\n\n```variable\nname: office\ntype: text\nlabel: Lead office\n"
    "guidance: One office.\n```\n"
)
PLAN_ES = (
    "---\naudience: public\noriginal: en\nsummary: Un texto.\n---\n# Un plan\n\nLa oficina es <<office>>.\n\n"
    "```variable\nname: office\ntype: text\nlabel: Oficina responsable\nguidance: Una sola.\n```\n"
)
ISSUE_HEAD = (
    "---\nkind: newsletter\ndate: {date}\naudience: {audience}\noriginal: en\nsummary: {summary}\nvolume: {volume}\n"
    "number: {number}\n---\n# {title}\n\n"
)
FIRST_ISSUE = """\
## From the editors

A note.

```item
teaser: What the experts drew from it.
themes: [time]
states: [mx]
```

::: oeg
## Read the qxheading

```item
by: tr
```

For the experts.
:::

## Exercises

```item
by: nz
themes: [time]
```

A contribution.
"""
FIRST_ISSUE_ES = """\
---
audience: public
original: en
summary: El primero.
---
# Boletín primero

## De la redacción

Una nota.

```item
teaser: Lo que extrajeron los expertos.
themes: [time]
states: [mx]
```

::: oeg
## Lea el qxencabezado

```item
by: tr
```

Para los expertos.
:::

## Ejercicios

```item
by: nz
themes: [time]
```

Una colaboración.
"""
ISSUES = {
    "notes/first-issue/en.md": ISSUE_HEAD.format(
        date="2008-08-01", audience="public", summary="The first.", volume=1, number=1, title="First newsletter"
    )
    + FIRST_ISSUE,
    "notes/first-issue/es.md": FIRST_ISSUE_ES,
    "notes/second-issue/en.md": ISSUE_HEAD.format(
        date="2008-09-01", audience="oeg", summary="A qxsummary.", volume=1, number=2, title="Second qxtitle"
    )
    + "## One qxitem\n\nFor the experts alone.\n",
    "notes/third-issue/en.md": ISSUE_HEAD.format(
        date="2008-10-01", audience="public", summary="The third.", volume=2, number=1, title="Third newsletter"
    )
    + "## Last words\n\nThe end.\n",
}
_LIST = re.compile(r'data-cq-part="((?:lessons|issues)/[^"]*)".*?<script[^>]*>\s*(.*?)\s*</script>', re.DOTALL)
_WAY = re.compile(r'<a href="([^"]*)" rel="(prev|next)">')


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built once for all tests of this module: only to be looked at."""
    site = copy_site(SITES / "minimal", tmp_path_factory.mktemp("plans") / "site")
    texts = {
        "data/themes.yaml": THEMES,
        "notes/case/en.md": HEAD.format(kind="debriefing", audience="public") + CASE,
        "notes/whole/en.md": HEAD.format(kind="guidance", audience="oeg").replace("A text for", "The qxsummary of")
        + WHOLE,
        "notes/plan/en.md": HEAD.format(kind="plan", audience="public") + PLAN,
        "notes/plan/es.md": PLAN_ES,
        **ISSUES,
    }
    for name, text in texts.items():
        path = site / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    give_own_keys(site)
    ran = run("build", site)
    assert ran.status == 0, ran.said
    return site


@pytest.fixture(scope="module")
def tree(site: Path) -> Mapping[str, str]:
    return {path: text.decode("utf-8", "replace") for path, text in published(site).items()}


def opened_lists(site: Path, tree: Mapping[str, str], page: str) -> dict[str, str]:
    """The sealed lists of a page that the first member from New Zealand can open."""
    name = next(path for path in tree if path.startswith("sealed/keyring."))
    keyring = json.loads(tree[name].removeprefix('CQ1_DATA("keyring",').removesuffix(")\n"))
    keystore = Keystore("psi-portal.example", bytes(range(32)))
    register = read_register((site / "keys/register.yaml").read_text(encoding="utf-8"), "register.yaml")
    member = next(one for one in credentials(keystore, register) if one.login == "nz-01")
    slot = open_slot(keyring, member.login, member.passphrase)
    told: dict[str, str] = {}
    for part, text in _LIST.findall(page):
        context = verify_sealed(text, slot.signers)
        told[part] = open_sealed(text, slot.keys, slot.signers, context).body.decode()
    return told


def test_lessons_stand_under_their_theme_for_everybody_who_may_read_them_and_for_nobody_else(
    site: Path, tree: Mapping[str, str]
) -> None:
    page = tree["fr/lessons/index.html"]
    assert "Agir à temps" in page
    assert "Begin early" in page
    assert 'href="../notes/case/index.html#p1"' in page

    told = opened_lists(site, tree, page)

    assert set(told) == {"lessons/oeg", "lessons/nat-nz"}
    assert all(word in told["lessons/oeg"] for word in ("qxrehearsal", "qxanswer", "qxtitle", "Agir à temps"))
    assert "qxcapital" not in told["lessons/oeg"]
    assert "qxcapital" in told["lessons/nat-nz"]
    # Not even in an address: no title and no lesson of sealed text stands anywhere in the open.
    sealed = re.compile("qx(?:harbour|rehearsal|answer|capital|title|summary)")
    assert not any(sealed.search(text) for text in tree.values())


def test_a_plan_says_in_every_language_which_edition_it_is_and_nothing_of_it_is_stored_or_sent(
    tree: Mapping[str, str],
) -> None:
    pages = {lang: tree[f"{lang}/notes/plan/index.html"] for lang in ("en", "es", "fr")}

    revisions = {re.findall(r'data-plan-revision="([0-9a-f]{12})"', page)[0] for page in pages.values()}
    assert len(revisions) == 1
    assert '<span class="blank" data-plan-blank="office">Oficina responsable</span>' in pages["es"]
    # The original where there is no translation, with tools in the page's language.
    assert '<span class="blank" data-plan-blank="office">Lead office</span>' in pages["fr"]
    assert "Enregistrer dans un fichier" in pages["fr"]
    part = next(text for path, text in tree.items() if path.startswith("theme/js/plan."))
    assert not re.search("localStorage|sessionStorage|indexedDB|document.cookie|fetch|XMLHttp|sendBeacon", part)
    assert not any("data-plan" in text for path, text in tree.items() if path.startswith("en/papers/"))


def test_an_issue_leads_to_those_before_and_after_it_that_its_readers_may_know(tree: Mapping[str, str]) -> None:
    assert _WAY.findall(tree["en/notes/first-issue/index.html"]) == [("../../notes/third-issue/index.html", "next")]
    assert _WAY.findall(tree["fr/notes/third-issue/index.html"]) == [("../../notes/first-issue/index.html", "prev")]
    assert '<a href="../../issues/index.html">' in tree["en/notes/third-issue/index.html"]


def test_the_list_of_issues_tells_everybody_the_same_numbers_and_no_sealed_heading(tree: Mapping[str, str]) -> None:
    page = tree["es/issues/index.html"]

    assert page.index("Volumen 2, número 1") < page.index("Volumen 1, número 1")
    assert "Volumen 1, número 2" not in page
    assert (
        '<li class="issue__item" value="2"><p class="issue__head"><a href="../notes/first-issue/index.html#s1">Nota 2'
        in page
    )
    assert "Lo que extrajeron los expertos." in page
    assert "Colaboración: Nueva Zelanda" in page
    # What is not translated says in which language it is.
    assert '<a href="../notes/third-issue/index.html#h1" lang="en">Last words</a>' in page
    box = tree["es/notes/first-issue/index.html"]
    assert '<span class="item-number">3</span> Ejercicios' in box
    assert "Nota 2, sellada" in box
    assert not any(re.search("qx(?:heading|encabezado|title|summary|item)", text) for text in tree.values())


def test_sealed_items_stand_in_the_list_of_those_who_may_read_them(site: Path, tree: Mapping[str, str]) -> None:
    told = opened_lists(site, tree, tree["en/issues/index.html"])

    assert set(told) == {"issues/oeg"}
    shown = told["issues/oeg"]
    assert re.findall(r"<a [^>]*>([^<]*)", shown.split("By theme")[0]) == [
        "Second qxtitle",
        "One qxitem",
        "First newsletter",
        "Read the qxheading",
    ]
    assert "Contribution: Turkey" in shown
    assert "Mexico" in shown
