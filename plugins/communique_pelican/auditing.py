"""The audit at the end of a build: what the build knows, told to the checks that look at the finished tree."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from pathlib import Path

from communique.audit import HandedFile, Known, PublicText, SealedText, Standing, Tree, audit, read_confirmations
from communique.audit.definitions import quoted_in_definitions
from communique.audit.labels import labels_of, told_lines
from communique.documents.catalogue import Catalogue
from communique.documents.data_entries import data_entries, public_lines
from communique.documents.document import Document, Text
from communique.documents.references import without_citations
from communique.documents.rendering import without_notes
from communique.documents.source import PUBLIC_PART, without_tokens
from communique.documents.term_links import without_terms
from communique.languages.shown_data import without_names
from communique.languages.shown_drawn import without_drawn
from communique.languages.shown_facts import own_words, without_panel
from communique.policy import AREA_PREFIX, PUBLIC, Audience, Policy
from communique.problems import Place, Problem, Refused
from communique.sealing.attachments import KIND
from communique.sealing.envelope import open_sealed
from communique.sealing.errors import SealingError
from communique.sealing.lists import KIND as LIST_KIND
from communique.sealing.lists import NO_DOCUMENT, SealedList
from communique.sealing.sections import ENTRY, WHOLE, SealedSource, kind_of
from communique.site import PAGES
from communique.strict_yaml import load_yaml
from communique_pelican.archive import locked_entries
from communique_pelican.attachments import hidden_files, opening_files, standing_in_files, texts_in_files
from communique_pelican.console import Watch
from communique_pelican.discovery import discovery_files
from communique_pelican.feeds import feed_paths
from communique_pelican.finishing import data_script, word_lists
from communique_pelican.gathered import AREAS, gathered_objects
from communique_pelican.gatherings import locked_papers
from communique_pelican.pdf_text import shown_in
from communique_pelican.phrases import opaque_names
from communique_pelican.reading_views import objects_of_wholes
from communique_pelican.run import Plan
from communique_pelican.search import KIND as INDEX_KIND
from communique_pelican.search import NOTHING, Search, opening_indexes
from communique_pelican.workers import spread


def check_finished(
    plan: Plan,
    tree: Path,
    sealed: Mapping[tuple[str, str], SealedSource],
    objects: Mapping[str, tuple[Standing, ...]],
    files: Mapping[str, str],
    watch: Watch,
    jobs: int,
    lists: tuple[SealedList, ...] = (),
    search: Search = NOTHING,
) -> None:
    """The audit of the finished tree.

    Raises:
        Refused: any finding.
    """
    known, found = what_is_known(plan, sealed, objects, files, lists, search), Tree.read(tree)
    with watch.phase("audit", len(found.files) + len(known.handed)) as done:
        problems = audit(
            found, known, lambda look, paths: spread(lambda batch: [look(path) for path in batch], paths, jobs, done)
        )
    problems += pages_of_hidden_areas(plan.catalogue, opaque_names(plan))
    if problems:
        # Where a definition is the cause, one letter says what one for each of many pages would.
        raise Refused(list(quoted_in_definitions(plan.catalogue.glossary, known)) or problems)


def pages_of_hidden_areas(catalogue: Catalogue, hidden: Collection[str]) -> Iterator[Problem]:
    """Pages that tie a state to the identifier of its readers, which is to tell nothing: its texts stand there."""
    for code in catalogue.policy.states:
        name, area = AREA_PREFIX + code, catalogue.documents.get(f"{AREAS}/{code}")
        if name in hidden and area is not None and not area.is_sealed and not area.is_withdrawn:
            what = f"the register hides who the readers of {name} are, and this page tells it"
            fix = "seal the whole page, or do not mark the area opaque in the register"
            yield Problem(area.texts[area.original].front.place, "hidden-area", what, fix)


def what_is_known(
    plan: Plan,
    sealed: Mapping[tuple[str, str], SealedSource],
    objects: Mapping[str, tuple[Standing, ...]],
    files: Mapping[str, str],
    lists: tuple[SealedList, ...] = (),
    search: Search = NOTHING,
) -> Known:
    """What the build knows and the finished tree must agree with. `files`: those that are no pages, by name."""
    catalogue, site = plan.catalogue, plan.catalogue.site
    hidden: list[SealedText] = []
    public: list[PublicText] = []
    bare = _without_links_to_sealed(catalogue)
    for document in catalogue.documents.values():
        for text in document.texts.values():
            of = sealed[document.id, text.lang]
            # What is drawn from elsewhere is judged there.
            own = text.without_drawn
            for part in () if document.is_withdrawn else own.source.parts:
                if part.name == PUBLIC_PART and not document.is_sealed:
                    written, place = own.said_in(part)
                    html = without_notes(without_terms(without_drawn(without_tokens(of.public))))
                    body = bare(without_tokens(written))
                    public.append(PublicText(body, "body", place, document.id, text.lang, html))
                    continue
                name = part.name if part.name != PUBLIC_PART else WHOLE
                written, place = own.said_in(part)
                words, html = (
                    without_tokens(written),
                    without_notes(
                        without_terms(
                            without_citations(
                                without_names(without_drawn(without_panel(of.own.get(name, of.plain[name]))))
                            )
                        )
                    ),
                )
                hidden.append(SealedText(document.id, text.lang, name, part.audience.names, place, words, html))
            if document.is_sealed:
                hidden.extend(_facts(document, text))
                continue
            # Not the summary: a sealed sentence copied into it is the likeliest accident, and excuses nothing.
            title = "" if "title" in text.lent else text.source.title
            front = " ".join([title, document.front.symbol, str(document.front.date)])
            public.append(PublicText(front, "front", text.front.place, document.id, text.lang))
            # What a field says is read like any other sentence: a name in it is one that everybody may see.
            public += [
                PublicText(told, "body", text.front.place, document.id, text.lang)
                for told in own_words(document, text, lent=False)
            ]
    opaque = opaque_names(plan)
    public += [
        PublicText(
            bare(told_lines(name, public_lines(name, content, catalogue), opaque)),
            "data",
            Place(f"{plan.content.name}/data/{name}"),
        )
        for name, content in catalogue.data_texts.items()
        # What editors confirm, approve and withdraw is never published.
        if name not in ("confirmed.yaml", "approved.yaml", "withdrawn.yaml", "glossary.yaml")
    ]
    labels = tuple(labels_of(catalogue.policy, catalogue.data_texts, opaque))
    # The name of a state makes no sealed text public, and is no name that tells what such a text is about.
    public += [
        PublicText(label.markdown, "data", label.source, lang=label.lang, excuses=False)
        for label in labels
        if label.audience[0].startswith(AREA_PREFIX)
    ]
    for term in catalogue.glossary.terms:
        for lang in site.languages:
            public.append(PublicText(" · ".join(term.words(lang)), "data", term.place, lang=lang))
            public.append(PublicText(term.definitions[lang], "data", term.place, lang=lang, excuses=False))
    hidden += [
        SealedText(one.source, lang, one.id, one.audience.names, one.place, words)
        for one in data_entries(catalogue)
        if not one.audience.is_public
        for lang, words in one.words.items()
    ]
    interface = [*(plan.project / "translations").rglob("*.po"), *(plan.project / "theme").rglob("*.*")]
    public += [
        PublicText(path.read_text("utf-8"), "interface", Place(path.name))
        for path in sorted(interface)
        if path.suffix in (".po", ".html", ".css", ".js", ".svg")
    ]
    confirmed = catalogue.data_texts.get("confirmed.yaml")
    release_files = {
        "release.js",
        ".nojekyll",
        "licences.txt",
        "index.html",
        "404.html",
        *discovery_files(plan),
        *files.values(),
    }
    pages = {f"{lang}/index.html" for lang in site.languages}
    pages |= {f"{lang}/{name}/index.html" for lang in site.languages for name in (*site.collections, *PAGES)}
    pages |= feed_paths(catalogue)
    pages |= {document.path(lang) for document in catalogue.documents.values() for lang in site.languages}
    wholes = objects_of_wholes(catalogue, sealed)
    pages |= wholes.keys()
    hidden += texts_in_files(plan)
    gathered = [gathered_objects(catalogue, lists), locked_entries(catalogue), locked_papers(catalogue)]
    return Known(
        sealed=tuple(hidden),
        public=tuple(public),
        expected=frozenset(pages | release_files),
        objects=standing_on_pages(catalogue, sealed, objects, *gathered, wholes),
        confirmed=read_confirmations(load_yaml(confirmed, "content/data/confirmed.yaml")) if confirmed else (),
        audiences=frozenset(catalogue.policy.audience_names),
        labels=labels,
        site=site.id,
        fixed={files["words"]: data_script("words", word_lists()).encode("ascii")} if "words" in files else {},
        attachments={**standing_in_files(plan, files), **search.objects},
        tables=search.tables,
        indexes=frozenset(search.plain),
        summaries=tuple(
            text.front.summary
            for document in catalogue.documents.values()
            if not document.is_sealed
            for text in document.texts.values()
        ),
        hidden_files=hidden_files(plan),
        opens=opening(plan, sealed, lists, search),
        shown=shown_in,
        handed=tuple(_handed(plan)),
    )


def _handed(plan: Plan) -> Iterator[HandedFile]:
    """Papers as files. Calendars and address cards are written from data, which is held against its audience there."""
    for file in plan.editions:
        if file.audience != PUBLIC:
            may_hold = partial(_may_hold, plan.catalogue.policy, file.audience)
            yield HandedFile(f"{file.lang}/{file.name}", file.data, may_hold)


def _may_hold(policy: Policy, name: str, names: tuple[str, ...]) -> bool:
    return policy.may_read([name], Audience(names))


def _facts(document: Document, text: Text) -> Iterator[SealedText]:
    """What a document that is sealed as a whole has beside its text: title, symbol, summary, and its folder's name.

    Not its date and kind: both stand everywhere, and tell nothing without the rest.
    """
    front = text.front
    names = document.front.audience.names
    own = own_words(document, text, lent=False)
    slug = document.id.partition("/")[2]
    title = "" if "title" in text.lent else text.source.title
    summary = "" if "summary" in text.lent else front.summary
    for told in (title, document.front.symbol, summary, document.id, slug, *own):
        if told:
            yield SealedText(document.id, text.lang, "facts", names, front.place, told)


def _without_links_to_sealed(catalogue: Catalogue) -> Callable[[str], str]:
    """Takes the addresses of sealed documents out of sources: pages show them under another name, so that a source
    which links to one does not make its folder's name public.
    """
    ids = [document.id for document in catalogue.documents.values() if document.is_sealed]
    # What a citation shows is in the rendered text; the symbol it was written with may be a sealed document's.
    linked = re.compile(r"\]\(ref:[^)]*\)|\bdoc:(?:" + "|".join(map(re.escape, ids or ["-"])) + r")(?![\w-])")
    return lambda source: linked.sub("]", source)


def standing_on_pages(
    catalogue: Catalogue,
    sealed: Mapping[tuple[str, str], SealedSource],
    told: Mapping[str, tuple[Standing, ...]],
    *gathered: Mapping[str, tuple[Standing, ...]],
) -> dict[str, tuple[Standing, ...]]:
    """Which objects each page must hold: a document's own, a list's entries and what is `gathered` follow from the
    sources alone, whatever the adapters say they put there; other guests stand where the adapters `told`.
    """
    own: dict[str, list[Standing]] = {}
    owner: dict[str, str] = {}
    for document in catalogue.documents.values():
        for lang in catalogue.site.languages:
            text, owner[document.path(lang)] = document.text_for(lang), document.doc
            for name in sorted(sealed[document.id, text.lang].objects):
                page = f"{lang}/{document.collection}/index.html" if name == ENTRY else document.path(lang)
                standing = Standing(kind_of(document, name), document.doc, text.lang, name)
                own.setdefault(page, []).append(standing)
    for found in gathered:
        for page, guests in found.items():
            own.setdefault(page, []).extend(guests)
    return {
        page: (
            *own.get(page, ()),
            *(one for one in told.get(page, ()) if one.doc != owner.get(page) and one not in own.get(page, ())),
        )
        for page in {**told, **own}
    }


def opening(
    plan: Plan,
    sealed: Mapping[tuple[str, str], SealedSource],
    lists: tuple[SealedList, ...] = (),
    search: Search = NOTHING,
) -> Callable[[Standing, str], bool]:
    """Whether an object is genuine, opens for its audience, and holds the text and the facts of its part."""
    documents = {document.doc: document for document in plan.catalogue.documents.values()}

    opens_file, opens_index = opening_files(plan), opening_indexes(search, plan.sealer)

    def opens_list(one: SealedList, text: str) -> bool:
        expected = plan.sealer.context(LIST_KIND, NO_DOCUMENT, one.lang, one.part, (one.name,))
        try:
            opened = open_sealed(text, plan.sealer.keys((one.name,)), plan.sealer.signers, expected)
        except SealingError:
            return False
        return opened.body == one.plain.encode()

    def opens(standing: Standing, text: str) -> bool:
        if standing.kind == KIND:
            return opens_file(standing, text)
        if standing.kind == INDEX_KIND:
            return opens_index(standing, text)
        if standing.kind == LIST_KIND:
            these = [one for one in lists if (one.lang, one.part) == (standing.lang, standing.part)]
            return any(opens_list(one, text) for one in these)
        document = documents.get(standing.doc)
        of = sealed.get((document.id, standing.lang)) if document is not None else None
        if document is None or of is None or standing.part not in of.objects:
            return False
        source_part = PUBLIC_PART if standing.part in (WHOLE, ENTRY) else standing.part
        names = of.changed_for.get(standing.part)
        names = names or document.texts[standing.lang].source.part(source_part).audience.names
        expected = plan.sealer.context(
            kind_of(document, standing.part), document.doc, standing.lang, standing.part, names
        )
        try:
            opened = open_sealed(text, plan.sealer.keys(names), plan.sealer.signers, expected)
        except SealingError:
            return False
        return opened.body == of.plain[standing.part].encode() and dict(opened.meta) == dict(of.metas[standing.part])

    return opens
