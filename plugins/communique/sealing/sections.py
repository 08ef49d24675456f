"""A rendered document's sealed parts become sealed objects: the one place where their plain HTML exists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from communique.documents.catalogue import Document, Text
from communique.documents.rendering import Phrases, Renderer, place_parts
from communique.documents.source import PUBLIC_PART
from communique.sealing.sealer import Sealer

#: The media type of a sealed section's body.
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class SealedSource:
    """One language file, rendered and sealed: its public HTML, in which tokens stand, and each part's object.

    `plain` is what the leak audit compares the finished site with; it never leaves the building process.
    """

    public: str = field(repr=False)
    objects: Mapping[str, str] = field(repr=False)
    #: The protocol's tier ids of each sealed part, as its object names them.
    tids: Mapping[str, tuple[str, ...]]
    plain: Mapping[str, str] = field(repr=False)


def seal_text(document: Document, text: Text, renderer: Renderer, sealer: Sealer, phrases: Phrases) -> SealedSource:
    """Render `text` and seal its parts, each for its audience and its place on its page.

    Raises:
        Refused: the text is not understood, or an audience has no key.
    """
    rendered = renderer.render(
        text.source,
        address,
        show_numbers=document.front.numbering,
        first=document.first,
        phrases=phrases,
    )
    plain: dict[str, str] = {}
    objects: dict[str, str] = {}
    tids: dict[str, tuple[str, ...]] = {}
    for part in text.source.parts:
        if part.name != PUBLIC_PART:
            plain[part.name] = place_parts(rendered.html[part.name], _place(text))
            tids[part.name] = sealer.tids(part.audience.names)
            meta = {"ct": HTML, "title": text.source.title, "date": document.front.date.isoformat()}
            objects[part.name] = sealer.seal_section(
                document.id, text.lang, part.name, part.audience.names, meta, plain[part.name]
            )
    return SealedSource(rendered.html[PUBLIC_PART], objects, tids, plain)


def address(target: str) -> str:
    """The relative address of `doc:collection/name#p3`, the same on every page and in every language.

    Two folders up is the page's own language, so that a fallback's links stay in the reader's language.
    """
    ident, _, anchor = target.removeprefix("doc:").partition("#")
    return f"../../{ident}/index.html" + (f"#{anchor}" if anchor else "")


def _place(text: Text) -> Callable[[str, str], str]:
    def put(name: str, form: str) -> str:
        if form == "row":
            return f'<tr data-cq-place="{name}">' + "<td></td>" * text.source.part(name).columns + "</tr>"
        tag = "div" if form == "block" else "span"
        return f'<{tag} data-cq-place="{name}"></{tag}>'

    return put
