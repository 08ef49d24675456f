"""Timeline, calendar, states, archive and a meeting's page, on a small site with an event that is not for everybody."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from tests.site_building import SITES, copy_site, published, run

pytestmark = pytest.mark.site

LANGUAGES = ("en", "es", "fr")
EVENTS = """\
regions:
  europe: {en: "Europe", es: "Europa", fr: "Europe"}
events:
  - id: gathering
    kind: meeting
    from: 2009-03-02
    to: 2009-03-04
    status: confirmed
    audience: public
    region: europe
    label: {en: "A gathering", es: "Una reunión", fr: "Une rencontre"}
    place: {en: "Paris", es: "París", fr: "Paris"}
    hosts: [fr]
  - id: rehearsal
    kind: exercise
    from: 2009
    status: planned
    audience: public
    region: europe
    form: table-top
    domains: [sea, air]
    label: {en: "A rehearsal", es: "Un ensayo", fr: "Une répétition"}
    hosts: [tr, fr]
  - id: qxhiddenid
    kind: visit
    from: 2009-03-09
    status: proposed
    audience: state:nz
    region: europe
    label: {en: "Visit qxvisiten", es: "Visita qxvisites", fr: "Visite qxvisitfr"}
    place: {en: "Qxtownen", es: "Qxtownes", fr: "Qxtownfr"}
    hosts: [nz]
"""
FIGURES = """\
figures:
  participating:
    value: 4711
    on: 2008-07
    label: {en: "states take part", es: "Estados participan", fr: "États participent"}
    source: {en: "A paper", es: "Un documento", fr: "Un document"}
"""
HEAD = "---\nkind: {kind}\ndate: 2008-10-30\naudience: {audience}\noriginal: en\nsummary: {summary}\n{more}---\n"


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    site = copy_site(SITES / "minimal", tmp_path_factory.mktemp("dated") / "site")

    def write(path: str, text: str) -> None:
        file = site / "content" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    write("data/events.yaml", EVENTS)
    write("data/figures.yaml", FIGURES)
    meeting = HEAD.format(
        kind="meeting",
        audience="public",
        summary="A meeting for tests.",
        more="event: gathering\ndelegations: [tr, fr, ar]\n",
    )
    write("notes/the-meeting/en.md", meeting + "# The meeting\n\nText.\n")
    paper = HEAD.format(
        kind="statement", audience="oeg", summary="In short qxpapershort.", more="meeting: notes/the-meeting\n"
    )
    write("notes/qxpaperfolder/en.md", paper + "# The title qxtitleen\n\nText of it.\n")
    ran = run("build", site)
    assert ran.status == 0, ran.said
    return {path: text.decode("utf-8", "replace") for path, text in published(site).items()}


def main_of(page: str) -> str:
    text = page.split('<main id="main"', 1)[1].split("</main>", 1)[0]
    return " ".join(re.sub(r"<script.*?</script>|<[^>]*>", " ", text, flags=re.DOTALL).split())


def test_an_event_for_some_readers_stands_in_no_public_byte(tree: Mapping[str, str]) -> None:
    assert [path for path, text in tree.items() if re.search("qx(?:visit|town|hidden|title|paper)", text, re.I)] == []


def test_its_readers_have_a_sealed_list_of_it_on_timeline_and_calendar(tree: Mapping[str, str]) -> None:
    for lang in LANGUAGES:
        for page in ("timeline", "calendar"):
            html = tree[f"{lang}/{page}/index.html"]
            assert f'data-cq-part="{page}/nat-nz"' in html
            assert html.count('data-cq-kind="feed"') == html.count('<script type="application/jose+json"')


def test_the_page_of_a_meeting_counts_and_sorts_its_delegations_in_each_language(tree: Mapping[str, str]) -> None:
    orders = {"en": "Argentina France Turkey", "es": "Argentina Francia Turquía", "fr": "Argentine France Turquie"}
    for lang, order in orders.items():
        text = main_of(tree[f"{lang}/notes/the-meeting/index.html"])
        assert order in text
        assert re.search(r"\b3\b", text.split(order)[0][-60:])


def test_its_sealed_papers_are_locked_entries(tree: Mapping[str, str]) -> None:
    html = tree["en/notes/the-meeting/index.html"]
    assert len(re.findall(r'<li class="entry sealed[^>]*data-cq-part="entry"', html)) == 1
    assert "Sealed document" in main_of(html)


def test_a_sealed_entry_of_the_archive_tells_its_collection_and_translation_alone(tree: Mapping[str, str]) -> None:
    for lang in LANGUAGES:
        [entry] = re.findall(r'<li class="entry sealed[^>]*>', tree[f"{lang}/archive/index.html"])
        told = dict(re.findall(r'data-(kind|year|collection|region|meeting|state)="([^"]*)"', entry))
        assert told == {"collection": "notes", "state": "original" if lang == "en" else "missing"}


def test_the_archive_lists_every_public_document_once(tree: Mapping[str, str]) -> None:
    listed = re.findall(r'<li class="entry" data-kind="[^"]+"', tree["fr/archive/index.html"])
    documents = {path.split("/")[2] for path in tree if re.fullmatch(r"fr/(?:papers|notes)/[^/]+/index\.html", path)}
    assert len(listed) == len(documents) > 5


def test_what_can_be_counted_is_counted_and_what_cannot_has_its_source(tree: Mapping[str, str]) -> None:
    html = tree["en/states/index.html"]
    assert "4,711 states take part (July 2008). Source: A paper." in main_of(html)
    rows = html.count('<th scope="row">')
    assert f"<dd>{rows}</dd>" in html
    # France hosts two public events, Turkey one; New Zealand’s is not for everybody.
    hosted = re.findall(r'<text class="tile__hosted"', html)
    assert hosted == []
    assert main_of(html).count("A rehearsal") == 2
    written = re.compile("4[,.\u202f]?711")
    assert [path for path, text in tree.items() if written.search(text) and path.endswith(".html")] == [
        f"{lang}/states/index.html" for lang in LANGUAGES
    ]


def test_the_calendar_warns_of_what_may_be_close_without_telling_of_what_is_sealed(tree: Mapping[str, str]) -> None:
    text = main_of(tree["en/calendar/index.html"])
    assert "Europe: possibly close together: A rehearsal (2009) · A gathering (2–4 March 2009)" in text.replace(
        " )", ")"
    )
    assert "date not fixed" in text
