"""A rendered document's sealed parts become sealed objects: the one place where their plain HTML exists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from xml.etree.ElementTree import Element

from communique.documents.catalogue import Catalogue
from communique.documents.data_blocks import DataBlock
from communique.documents.differences import changes
from communique.documents.document import SEALED_FOLDER, Document, Text
from communique.documents.fields import DRAWN_WORDS
from communique.documents.issues import KIND as ISSUE
from communique.documents.issues import WORD, item_numbers, items
from communique.documents.meetings import finding_of
from communique.documents.references import Targets, cite
from communique.documents.rendering import Foreign, Phrases, Rendered, Renderer, ShownFigure, place_parts
from communique.documents.source import PUBLIC_PART, Part
from communique.documents.term_links import TermLinks
from communique.languages.shown_data import shown_data
from communique.languages.shown_drawn import shown_drawn
from communique.languages.shown_facts import as_panel, shown_facts
from communique.languages.typography import direction, format_date, format_number
from communique.sealing.attachments import shown_files
from communique.sealing.issue_lists import ITEM
from communique.sealing.issue_lists import around as issues_around
from communique.sealing.primitives import Json
from communique.sealing.released_note import released_note
from communique.sealing.sealer import Sealer
from communique.sealing.surroundings import (
    CHANGED_PART,
    after_text,
    before,
    listed_changes,
    notices,
    readers_of_changes,
    units_for,
)

#: The media type of a sealed section's body.
HTML = "text/html; charset=utf-8"
#: The parts of a document that is sealed as a whole, beside its sections: its text, and its entry in a list, which
#: has no body.
WHOLE, ENTRY = "text", "entry"


@dataclass(frozen=True)
class SealedSource:
    """One language file, rendered and sealed: its public HTML, in which tokens stand, and each part's object.

    A document that is sealed as a whole has no public HTML, and two parts more: WHOLE and ENTRY. `plain` and `metas`
    are what the audit compares the finished site with; they never leave the building process.
    """

    public: str = field(repr=False)
    objects: Mapping[str, str] = field(repr=False)
    #: The protocol's tier ids of each sealed part, as its object names them.
    tids: Mapping[str, tuple[str, ...]]
    plain: Mapping[str, str] = field(repr=False)
    metas: Mapping[str, Mapping[str, Json]] = field(repr=False, default_factory=dict)
    #: Of a document that is sealed as a whole: its text without what is gathered around it from others.
    own: Mapping[str, str] = field(repr=False, default_factory=dict)
    #: What changed in public text since the version before; None where nothing was compared.
    changes: str | None = None
    #: Whose each part with sealed changes is.
    changed_for: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def kind_of(document: Document, name: str) -> str:
    """The protocol's kind of the object in which this part of a document is sealed."""
    return "document" if document.is_sealed and name in (WHOLE, ENTRY) else "section"


def seal_text(
    catalogue: Catalogue,
    document: Document,
    text: Text,
    renderer: Renderer,
    sealer: Sealer,
    phrases: Phrases,
    of_original: Phrases | None = None,
) -> SealedSource:
    """Render `text` and seal its parts, each for its audience and its place on its page. `of_original` are the phrases
    in the original's language, for what a translation lacks.

    Raises:
        Refused: the text is not understood, or an audience has no key.
    """
    if document.is_withdrawn:
        return SealedSource("", {}, {}, {})
    spoken = phrases, of_original or phrases
    rendered = render_text(catalogue, document, text, renderer, sealer, *spoken)
    plain: dict[str, str] = {}
    objects: dict[str, str] = {}
    tids: dict[str, tuple[str, ...]] = {}
    metas: dict[str, Mapping[str, Json]] = {}

    def seal(name: str, names: tuple[str, ...], meta: Mapping[str, Json], html: str) -> None:
        plain[name], metas[name], tids[name] = html, meta, sealer.tids(names)
        objects[name] = sealer.seal(
            kind_of(document, name), document.doc, text.lang, name, names, meta, html.encode("utf-8")
        )

    changed = _changed(catalogue, document, text, rendered, renderer, sealer, *spoken)
    own: dict[str, str] = {}
    below = released_note(catalogue, document, text.lang, phrases, partial(address, catalogue))
    for part in text.source.parts:
        html = place_parts(rendered.html[part.name], _place(text))
        names = part.audience.names
        if part.name != PUBLIC_PART:
            seal(part.name, names, _meta(catalogue, document, text, part), html)
        elif document.is_sealed:
            facts = sealed_facts(catalogue, document, text)
            own[WHOLE] = _panel(catalogue, document, text, phrases) + html
            said = notices(catalogue, document, text.lang, phrases.versions)
            around = after_text(catalogue, document, text.lang, phrases.versions, phrases.citing, changed.get(names))
            around += issues_around(catalogue, document, text.lang, phrases)
            seal(WHOLE, names, facts, said + own[WHOLE] + below + around)
            seal(ENTRY, names, facts, "")
    found = [
        (names, html)
        for names, html in changed.items()
        # On the page of a sealed document such a box would tell everybody that there is a version before it.
        if html and names != document.front.audience.names and not document.is_sealed
    ]
    # Not by names: an opaque one's place among the others would tell it.
    found.sort(key=lambda one: sealer.tids(one[0]))
    changed_for = {f"{CHANGED_PART}{index}": names for index, (names, _) in enumerate(found, 1)}
    for name, (names, html) in zip(changed_for, found, strict=True):
        seal(name, names, {"ct": HTML}, html)
    public = "" if document.is_sealed else rendered.html[PUBLIC_PART] + below
    return SealedSource(
        public, objects, tids, plain, metas, own, changed.get(document.front.audience.names), changed_for
    )


def render_text(
    catalogue: Catalogue,
    document: Document,
    text: Text,
    renderer: Renderer,
    sealer: Sealer,
    phrases: Phrases,
    of_original: Phrases,
) -> Rendered:
    """The HTML of every part of a text, sealed ones too.

    Raises:
        Refused: the text is not understood.
    """
    # To look at every document for each of them would take time that most have no use for.
    targets = Targets(catalogue.documents if text.source.references else {})
    return renderer.render(
        text.source,
        partial(address, catalogue),
        show_numbers=document.front.numbering,
        phrases=phrases,
        files=lambda part: shown_files(document, part, text.lang, sealer),
        data=partial(_data, catalogue, text, phrases, of_original),
        cite=lambda part, target: cite(catalogue, targets, document, text, part, target, phrases.citing),
        figures={
            **{name: ShownFigure(format_number(figure.value, text.lang)) for name, figure in catalogue.figures.items()},
            **{
                name: ShownFigure(format_number(figure.value, text.lang), figure.page)
                for name, figure in catalogue.counted.items()
            },
        },
        foreign=_foreign(catalogue, targets, document, text, sealer, of_original),
        items=item_numbers(text.source) if document.front.kind == ISSUE else None,
        # A plan becomes somebody's own paper, and has words of its own.
        terms=TermLinks(catalogue.glossary, text.lang, partial(address, catalogue))
        if document.front.kind != "plan"
        else None,
    )


def _data(catalogue: Catalogue, text: Text, phrases: Phrases, of_original: Phrases, block: DataBlock) -> Element:
    if block.word in DRAWN_WORDS:
        return shown_drawn(catalogue, block, text.source.part(block.part).audience, text.lang, phrases)
    spoken = of_original if block.lang else phrases
    # No heading says which item it is to those who may not read it.
    number = next((item.number for item in items(text.source) if item.told is block), 0) if block.word == WORD else 0
    called = spoken.said.get(ITEM, ITEM) % {"number": number} if number else ""
    return shown_data(block, block.lang or text.lang, catalogue.policy, spoken, called)


def _foreign(
    catalogue: Catalogue, targets: Targets, document: Document, text: Text, sealer: Sealer, phrases: Phrases
) -> Foreign | None:
    """How a translation shows what it has from its original; None where there is no such thing in it."""
    if not any(block.lang or block.stale for block in text.source.blocks):
        return None
    original = document.texts[document.original]
    page = f"../../../{document.path(document.original)}"
    return Foreign(
        original.lang,
        direction(original.lang),
        phrases,
        original=lambda number: page + (f"#{number.anchor}" if number is not None else ""),
        files=lambda part: shown_files(document, part, original.lang, sealer),
        cite=lambda part, target: cite(catalogue, targets, document, original, part, target, phrases.citing),
    )


def _changed(
    catalogue: Catalogue,
    document: Document,
    text: Text,
    rendered: Rendered,
    renderer: Renderer,
    sealer: Sealer,
    phrases: Phrases,
    of_original: Phrases,
) -> dict[tuple[str, ...], str]:
    """By audience: what changed, since the version before, in the text that is for exactly these readers."""
    older = before(catalogue, document)
    if older is None or older.is_withdrawn or older.front.audience != document.front.audience:
        return {}
    was = older.texts.get(text.lang)
    if was is None:
        return {}
    theirs = render_text(catalogue, older, was, renderer, sealer, phrases, of_original)
    return {
        names: listed_changes(
            changes(units_for(names, was, theirs.html), units_for(names, text, rendered.html)), phrases.versions
        )
        for names in readers_of_changes(older, document, text.lang)
    }


def _panel(catalogue: Catalogue, document: Document, text: Text, phrases: Phrases) -> str:
    """What the kind of a sealed document says besides: it stands above its text, and nowhere else."""
    shown = shown_facts(catalogue, document, text, text.lang, lambda message: phrases.said.get(message, message))
    return as_panel(shown, text.lang, lambda target: address(catalogue, f"doc:{target.id}"))


def sealed_facts(catalogue: Catalogue, document: Document, text: Text) -> dict[str, Json]:
    """What the pages of other documents say openly, and those of a sealed one only to its readers."""
    front = document.front
    facts = {
        "ct": HTML,
        "title": text.source.title,
        "date": front.date.isoformat(),
        "date_text": format_date(front.date, text.lang),
        "symbol": front.symbol,
        "summary": text.front.summary,
        "kind": catalogue.site.kinds[front.kind][text.lang] if front.kind != "page" else "",
        "archive": str(finding_of(catalogue, document)),
    }
    return {name: fact for name, fact in facts.items() if fact}


def _meta(catalogue: Catalogue, document: Document, text: Text, part: Part) -> dict[str, Json]:
    # An area's section may stand in a document whose title that area's readers must not know.
    outer = document.front.audience
    if not all(catalogue.policy.may_read([name], outer) for name in part.audience.names):
        return {"ct": HTML}
    date = document.front.date
    facts = {
        "ct": HTML,
        "title": text.source.title,
        "date": date.isoformat(),
        "date_text": format_date(date, text.lang),
        "symbol": document.front.symbol,
    }
    return {name: fact for name, fact in facts.items() if fact}


def address(catalogue: Catalogue, target: str) -> str:
    """The relative address of `doc:collection/name#p3`, the same on every page and in every language.

    Two folders up is the page's own language, so that a fallback's links stay in the reader's language.
    """
    ident, _, anchor = target.removeprefix("doc:").partition("#")
    document = catalogue.documents.get(ident)
    folder = f"{SEALED_FOLDER}/{document.doc}" if document is not None and document.is_sealed else ident
    return f"../../{folder}/index.html" + (f"#{anchor}" if anchor else "")


def _place(text: Text) -> Callable[[str, str], str]:
    def put(name: str, form: str) -> str:
        if form == "row":
            return f'<tr data-cq-place="{name}">' + "<td></td>" * text.source.part(name).columns + "</tr>"
        tag = "div" if form == "block" else "span"
        return f'<{tag} data-cq-place="{name}"></{tag}>'

    return put
