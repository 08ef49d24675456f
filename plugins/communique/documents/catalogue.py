"""Every document of a site in every language: read once, checked against each other, numbered through their
parts.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from communique.approvals import APPROVED, Approvals, names_to_approve, read_approvals, refuse_who_may_not, the_editor
from communique.contacts import FILE as CONTACTS_FILE
from communique.contacts import Contacts, read_contacts
from communique.documents.attachments import FoundFile, read_attachments
from communique.documents.counted import Counted, counted_figures
from communique.documents.cross_checks import (
    check_facts,
    check_figures,
    check_hints,
    check_links,
    check_symbols,
    number_parts,
)
from communique.documents.document import Document, Text
from communique.documents.embargoes import embargoed_link, embargoed_until, symbols_to_come, telling_parts
from communique.documents.event_pages import check_events
from communique.documents.listing import Listing, list_content, read_data
from communique.documents.symbols import version_of
from communique.documents.terms import for_audience, moment_of, withdrawn
from communique.documents.text_files import read_texts
from communique.events import FILE as EVENTS_FILE
from communique.events import Events, read_events
from communique.figures import FILE as FIGURES_FILE
from communique.figures import Figure, read_figures
from communique.glossary import FILE as GLOSSARY_FILE
from communique.glossary import Glossary, read_glossary
from communique.policy import Policy
from communique.problems import Place, Problem, Refused, did_you_mean
from communique.site import Site
from communique.strict_yaml import load_yaml


@dataclass(frozen=True)
class Catalogue:
    """A whole site's sources, checked. Documents stand in order of collection, date (newest first) and id."""

    site: Site
    policy: Policy
    documents: Mapping[str, Document]
    data_texts: Mapping[str, str] = field(repr=False, default_factory=dict)
    approvals: Approvals = field(default_factory=Approvals)
    #: Documents that are in no build yet, and until when: for editors alone.
    embargoed: Mapping[str, datetime.datetime] = field(repr=False, default_factory=dict)
    events: Events = field(default_factory=Events)
    contacts: Contacts = field(default_factory=Contacts)
    #: What sources have counted and the site cannot.
    figures: Mapping[str, Figure] = field(default_factory=dict)
    #: What the site has counted itself.
    counted: Mapping[str, Counted] = field(default_factory=dict)
    #: The symbols of documents under embargo, and their ids.
    symbols_to_come: Mapping[str, str] = field(repr=False, default_factory=dict)
    #: What words mean, and what they are called in each language.
    glossary: Glossary = field(default_factory=Glossary, kw_only=True)

    def named(self, slug_of: Callable[[str], str]) -> Catalogue:
        """The same with a public name for each document that is sealed as a whole: `slug_of` its id."""
        documents = {
            ident: replace(document, slug=slug_of(ident)) if document.is_sealed else document
            for ident, document in self.documents.items()
        }
        return replace(self, documents=documents)

    def released_by(self, document: Document) -> Document | None:
        """What stands below this document's tearline, if that is there yet."""
        return next((other for other in self.documents.values() if other.released_from == document.id), None)

    def following(self, document: Document) -> Document | None:
        """The part behind this one, in its newest version."""
        behind = (other for other in self.documents.values() if other.front.follows == document.id)
        return max(behind, key=lambda other: version_of(other.front.symbol), default=None)


#: Puts the originals of today into the words of their pinned translations; the second are the ids of documents under
#: embargo. It needs keys, so it is asked for when everything that does not is known to be right.
Merging = Callable[[Mapping[str, Document], Collection[str]], dict[str, Document]]


def _with_released(
    texts: Iterable[tuple[str, Text]], site: Site, problems: list[Problem]
) -> Iterator[tuple[str, Text]]:
    """All texts and those below their tearlines, each under the id of its document."""
    found = list(texts)
    folders = {ident for ident, _ in found}
    papers: dict[str, str] = {}
    for ident, text in found:
        yield ident, text
        released = text.released
        if released is None:
            continue
        collection = released.document.split("/")[0]
        if collection not in site.collections:
            what = f"there is no collection “{collection}”"
            problems.append(
                Problem(released.place, "unknown-collection", what, did_you_mean(collection, site.collections))
            )
        elif released.document in folders or papers.setdefault(released.document, ident) != ident:
            what = f"there is a document {released.document} already"
            problems.append(Problem(released.place, "document-twice", what, "choose another name"))
        else:
            yield released.document, replace(released.text, released_from=ident)


def assemble(
    site: Site,
    policy: Policy,
    texts: Iterable[tuple[str, Text]],
    data_texts: Mapping[str, str],
    files: Iterable[FoundFile] = (),
    approvals: Approvals | None = None,
    moment: datetime.datetime | None = None,
    pinned: Collection[tuple[str, str]] = (),
    merging: Merging | None = None,
) -> Catalogue:
    """The catalogue of all texts and files, with parts numbered through and references between documents checked.

    `moment` is that of the build: documents under embargo are left out before anything is made of them, and of
    withdrawn ones only their title and number of paragraphs is taken. Without it, the site's own date counts.
    What a translation that is `pinned` refers to is judged when it is merged: its original may have moved on.

    Raises:
        Refused: languages that disagree, symbols used twice, parts or links that lead nowhere.
    """
    problems: list[Problem] = []
    read: dict[str, dict[str, Text]] = {}
    for ident, text in _with_released(texts, site, problems):
        read.setdefault(ident, {})[text.lang] = text
    approved, now = approvals or Approvals(), moment or moment_of(site.as_of)
    reviewed = _as_reviewed(read, approved, problems)
    embargoed = embargoed_until(reviewed, now)
    problems += telling_parts(reviewed, embargoed)
    by_id = {
        ident: _what_is_left(languages, now.date()) for ident, languages in reviewed.items() if ident not in embargoed
    }
    documents: dict[str, Document] = {}
    for ident, languages in by_id.items():
        originals = sorted({text.front.original for text in languages.values()})
        if len(originals) > 1:
            place = languages[sorted(languages)[0]].front.place
            what = f"the language files of {ident} name different originals: {', '.join(originals)}"
            problems.append(Problem(place, "two-originals", what, "write the same “original:” in each"))
        elif originals[0] not in languages:
            place = languages[sorted(languages)[0]].front.place
            what = f"the original of {ident}, {originals[0]}.md, is missing"
            fix = f"write {originals[0]}.md, or correct “original:”"
            paper = next(iter(languages.values())).released_from
            if paper:
                fix = f"put the same tearline into {originals[0]}.md of {paper}, or take it away here"
            problems.append(Problem(place, "no-original", what, fix))
        else:
            texts_by_language = dict(sorted(languages.items()))
            documents[ident] = Document(ident, originals[0], texts_by_language, fallback=site.fallback)
    held = {
        (ident, lang)
        for ident, document in documents.items()
        for lang in document.texts
        if (document.released_from or ident, lang) in pinned and lang != document.original
    }
    documents = number_parts(documents, embargoed, problems, held)
    check_symbols(documents, problems)
    check_links(documents, embargoed, problems, held)
    check_facts(documents, embargoed, problems)
    check_hints(documents, problems)
    waiting = {documents[ident].texts[lang].file for ident, lang in held}
    if merging is not None and held and not problems:
        documents, waiting = merging(documents, embargoed), set()
        others = {(ident, lang) for ident, document in documents.items() for lang in document.texts} - held
        check_links(documents, embargoed, problems, others)
    judged = len(problems)
    documents = _with_files(documents, files, problems)
    fronts = {ident: document.front for ident, document in documents.items()}
    dated = _read_events(data_texts, site, policy, now, problems)
    # Where the file itself is wrong, what documents say of its events cannot be judged.
    events = check_events(fronts, dated, policy, embargoed, problems) if dated is not None else Events()
    contacts = _read_contacts(data_texts, site, policy, now, problems)
    figures = _read_figures(data_texts, site, now, problems)
    glossary = _read_glossary(data_texts, site, problems)
    counted = counted_figures((one.texts[one.original].source for one in documents.values()), policy)
    if figures or "figures.yaml" not in data_texts:
        check_figures(documents, figures, counted, policy, problems)
    for reference in (*site.foot, *((site.ask,) if site.ask else ())):
        if reference.id in embargoed:
            problems.append(embargoed_link(reference.place, reference.id, embargoed))
        elif reference.id not in documents:
            what = f"there is no document “{reference.id}”"
            problems.append(Problem(reference.place, "unknown-document", what, did_you_mean(reference.id, documents)))
        elif documents[reference.id].is_sealed:
            what = f"every page would name “{reference.id}”, and it is sealed"
            problems.append(Problem(reference.place, "sealed-reference", what, "name a public document"))
    # A translation that is not merged was written for an original that may have moved on.
    problems[judged:] = [one for one in problems[judged:] if one.place.file not in waiting]
    if problems:
        raise Refused(problems)
    order = {name: index for index, name in enumerate(site.collections)}
    ordered = sorted(
        documents.values(), key=lambda doc: (order[doc.collection], -doc.front.date.toordinal(), doc.front.part, doc.id)
    )
    found = {doc.id: doc for doc in ordered}
    to_come = symbols_to_come(reviewed, embargoed)
    return Catalogue(
        site,
        policy,
        found,
        data_texts,
        approved,
        embargoed,
        events,
        contacts,
        figures,
        counted,
        to_come,
        glossary=glossary,
    )


def _read_events(
    data_texts: Mapping[str, str], site: Site, policy: Policy, now: datetime.datetime, problems: list[Problem]
) -> Events | None:
    text = data_texts.get("events.yaml")
    if text is None:
        return Events()
    try:
        return read_events(load_yaml(text, EVENTS_FILE), site.languages, policy, max(site.as_of, now.date()))
    except Refused as refused:
        problems.extend(refused.problems)
        return None


def _read_figures(
    data_texts: Mapping[str, str], site: Site, now: datetime.datetime, problems: list[Problem]
) -> dict[str, Figure]:
    text = data_texts.get("figures.yaml")
    if text is None:
        return {}
    try:
        return read_figures(load_yaml(text, FIGURES_FILE), site.languages, max(site.as_of, now.date()))
    except Refused as refused:
        problems.extend(refused.problems)
        return {}


def _read_glossary(data_texts: Mapping[str, str], site: Site, problems: list[Problem]) -> Glossary:
    text = data_texts.get("glossary.yaml")
    if text is None:
        return Glossary()
    try:
        return read_glossary(load_yaml(text, GLOSSARY_FILE), site.languages)
    except Refused as refused:
        problems.extend(refused.problems)
        return Glossary()


def _read_contacts(
    data_texts: Mapping[str, str], site: Site, policy: Policy, now: datetime.datetime, problems: list[Problem]
) -> Contacts:
    text = data_texts.get("contacts.yaml")
    if text is None:
        return Contacts()
    try:
        return read_contacts(load_yaml(text, CONTACTS_FILE), site.languages, policy, max(site.as_of, now.date()))
    except Refused as refused:
        problems.extend(refused.problems)
        return Contacts()


def _as_reviewed(
    by_id: Mapping[str, Mapping[str, Text]], approvals: Approvals, problems: list[Problem]
) -> dict[str, Mapping[str, Text]]:
    """All texts, those whose review is approved with the audience they were approved for."""
    result: dict[str, Mapping[str, Text]] = dict(by_id)
    for ident, approval in approvals.reviewed.items():
        fronts = [text.front for text in by_id.get(ident, {}).values() if text.front.review is not None]
        review = fronts[0].review if fronts else None
        if review is None:
            what = f"a review of {ident} is approved, and there is none"
            fix = f"delete this entry of {APPROVED}; if the document was renamed, let it be approved again"
            problems.append(Problem(approval.place, "approval-without-review", what, fix))
            continue
        declared = fronts[0].audience
        if approval.new != str(review.after):
            what = f"{ident} is approved for {approval.new}, and its review names {review.after}"
            fix = f"correct “audience-after:”, or delete this entry and run: invoke review.approve {ident} --by ID"
            problems.append(Problem(approval.place, "approval-other-audience", what, fix))
            continue
        try:
            editor = the_editor(approvals, approval.by, approval.place)
            on = datetime.date.fromisoformat(approval.on)
            refuse_who_may_not(editor, names_to_approve(declared, review.after), on, approval.place)
        except Refused as refused:
            problems.extend(refused.problems)
            continue
        result[ident] = {
            lang: replace(
                text,
                front=replace(text.front, audience=review.after, declared=declared),
                source=for_audience(text.source, review.after),
            )
            # A translation that names another audience than its original is refused for that later.
            if text.front.audience == declared
            else text
            for lang, text in by_id[ident].items()
        }
    return result


def _what_is_left(texts: Mapping[str, Text], today: datetime.date) -> Mapping[str, Text]:
    """The texts of a document, or, once its day to go has come, what is left of them."""
    expires = next((text.front.expires for text in texts.values() if text.front.expires is not None), None)
    if expires is None or today < expires:
        return texts
    return {
        lang: replace(
            text,
            front=replace(
                text.front, summary="", translator="", expires=expires, withdrawn=True, facts={}, fact_places={}
            ),
            source=withdrawn(text.source),
            raw="",
        )
        for lang, text in texts.items()
    }


def read_catalogue(
    content: Path,
    run: Callable[[Sequence[tuple[str, str, Path]]], Iterable[tuple[str, Text] | Refused]] | None = None,
    moment: datetime.datetime | None = None,
    merging: Callable[[Listing], Merging] | None = None,
) -> Catalogue:
    """Everything in `content/`. `run` may spread the reading of files over processes; by default it is done here.
    `moment` is that of the build; without it, the site's own date counts. `merging` is made of what was listed when
    every file is known to be right by itself; without it, translations stay as they stand in their files.

    Raises:
        Refused: every problem of every file.
    """
    site, policy, data_texts = read_data(content)
    problems: list[Problem] = []
    listing = list_content(content, site, problems)
    reading = run(listing.texts) if run else read_texts(content, listing.texts, site, policy)
    texts: list[tuple[str, Text]] = []
    for result in reading:
        if isinstance(result, Refused):
            problems.extend(result.problems)
        else:
            texts.append(result)
    if not problems and not texts:
        problems.append(
            Problem(Place(content.name), "no-documents", "there is no document", "write collection/name/en.md")
        )
    nodes = {
        name: load_yaml(data_texts[name], f"{content.name}/data/{name}") if name in data_texts else None
        for name in ("editors.yaml", "approved.yaml")
    }
    approvals = Approvals()
    try:
        approvals = read_approvals(nodes["editors.yaml"], nodes["approved.yaml"], policy)
    except Refused as refused:
        problems.extend(refused.problems)
    if problems:
        raise Refused(problems)
    return assemble(
        site,
        policy,
        texts,
        data_texts,
        listing.files,
        approvals,
        moment,
        listing.pins.keys(),
        merging(listing) if merging else None,
    )


def _with_files(
    documents: Mapping[str, Document], files: Iterable[FoundFile], problems: list[Problem]
) -> dict[str, Document]:
    found: dict[str, list[FoundFile]] = {}
    for file in files:
        found.setdefault(file.document, []).append(file)
    result: dict[str, Document] = {}
    for ident, document in documents.items():
        sources = [text.source for text in document.texts.values()]
        shown = {reference.name for source in sources for reference in source.files}
        # A file that belongs to translated words which are not shown today is not published either, and is no mistake.
        waiting = {one.name for text in document.texts.values() for one in text.as_written.source.files} - shown
        here = [file for file in found.get(ident, ()) if file.name not in waiting and not document.is_withdrawn]
        attachments, wrong = read_attachments(here, sources)
        problems.extend(wrong)
        result[ident] = replace(document, files=attachments)
    return result
