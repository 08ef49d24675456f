"""A rendered document's sealed parts become sealed objects: the one place where their plain HTML exists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from communique.documents.catalogue import SEALED_FOLDER, Catalogue, Document, Text
from communique.documents.rendering import Phrases, Renderer, place_parts
from communique.documents.source import PUBLIC_PART, Part
from communique.languages.typography import format_date
from communique.sealing.attachments import shown_files
from communique.sealing.primitives import Json
from communique.sealing.sealer import Sealer

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


def kind_of(document: Document, name: str) -> str:
    """The protocol's kind of the object in which this part of a document is sealed."""
    return "document" if document.is_sealed and name in (WHOLE, ENTRY) else "section"


def seal_text(
    catalogue: Catalogue, document: Document, text: Text, renderer: Renderer, sealer: Sealer, phrases: Phrases
) -> SealedSource:
    """Render `text` and seal its parts, each for its audience and its place on its page.

    Raises:
        Refused: the text is not understood, or an audience has no key.
    """
    if document.is_withdrawn:
        return SealedSource("", {}, {}, {})
    rendered = renderer.render(
        text.source,
        partial(address, catalogue),
        show_numbers=document.front.numbering,
        first=document.first,
        phrases=phrases,
        files=lambda part: shown_files(document, part, text.lang, sealer),
    )
    plain: dict[str, str] = {}
    objects: dict[str, str] = {}
    tids: dict[str, tuple[str, ...]] = {}
    metas: dict[str, Mapping[str, Json]] = {}

    def seal(name: str, part: Part, meta: Mapping[str, Json], html: str) -> None:
        names = part.audience.names
        plain[name], metas[name], tids[name] = html, meta, sealer.tids(names)
        objects[name] = sealer.seal(
            kind_of(document, name), document.doc, text.lang, name, names, meta, html.encode("utf-8")
        )

    for part in text.source.parts:
        html = place_parts(rendered.html[part.name], _place(text))
        if part.name != PUBLIC_PART:
            seal(part.name, part, _meta(catalogue, document, text, part), html)
        elif document.is_sealed:
            facts = sealed_facts(catalogue, document, text)
            seal(WHOLE, part, facts, html)
            seal(ENTRY, part, facts, "")
    return SealedSource("" if document.is_sealed else rendered.html[PUBLIC_PART], objects, tids, plain, metas)


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
