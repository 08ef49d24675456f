"""What stands around a document's text: that it is superseded, its versions and what they changed, and who cites it.

Of a public document all of this is public, so it tells of other documents and passages only what everybody may read.
Around a document that is sealed as a whole it is sealed with the text. What changed in a narrower passage is sealed for
the readers of that passage alone, who had it in the version before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from communique.documents.catalogue import Catalogue
from communique.documents.citation import CitationWords, VersionWords
from communique.documents.differences import SEALED, Change, Unit, units_of
from communique.documents.document import Document, Text
from communique.documents.references import CitedBy, citations, may_be_told, told_to
from communique.documents.source import PUBLIC_PART
from communique.documents.term_links import without_terms
from communique.documents.versions import versions_of
from communique.languages import typography

#: The parts in which a page's sealed changes lie: "v1", "v2".
CHANGED_PART = "v"
#: Anchors of this module's sections.
VERSIONS, CITED = "versions", "cited-by"


def may_see(catalogue: Catalogue, document: Document) -> tuple[Document, ...]:
    """The versions of a document's paper that every reader of it may know, itself included, the oldest first."""
    chain = versions_of(catalogue.documents, document)
    readers = document.front.audience.names
    return tuple(one for one in chain if one.id == document.id or may_be_told(catalogue.policy, readers, one))


def newest(catalogue: Catalogue, document: Document) -> Document:
    """The version in force, as far as this document's readers may know of it."""
    return may_see(catalogue, document)[-1]


def before(catalogue: Catalogue, document: Document) -> Document | None:
    """The version that this one replaces, if its readers may know it."""
    chain = versions_of(catalogue.documents, document)
    place = next(index for index, one in enumerate(chain) if one.id == document.id)
    older = chain[place - 1] if place else None
    return older if older is not None and may_be_told(catalogue.policy, document.front.audience.names, older) else None


def notices(catalogue: Catalogue, document: Document, lang: str, words: VersionWords) -> str:
    """What a reader must hear before the text: that it is superseded, or what it replaces."""
    seen = may_see(catalogue, document)
    if len(seen) < 2:
        return ""
    if seen[-1].id != document.id:
        link = _version(seen[-1], lang)
        return (
            f'<div class="notice notice--superseded"><p class="notice__title">{escape(words.superseded)}</p>'
            f"<p>{_with(words.newer, 'version', link)}</p></div>"
        )
    older = before(catalogue, document)
    if older is None:
        return ""
    said = _with(words.replaces, "version", _version(older, lang))
    return f'<p class="replaces">{said} <a href="#{VERSIONS}">{escape(words.to_changes)}</a></p>'


def version_list(catalogue: Catalogue, document: Document, lang: str, words: VersionWords) -> str:
    """All versions, the newest first; nothing where there is only one."""
    seen = may_see(catalogue, document)
    if len(seen) < 2:
        return ""
    items = []
    for one in reversed(seen):
        state = words.in_force if one.id == seen[-1].id else words.not_in_force
        said = f"{escape(words.this_one)}, {escape(state)}" if one.id == document.id else escape(state)
        shown = _symbol(one) if one.id == document.id else _version(one, lang)
        when = typography.format_date(one.front.date, lang)
        items.append(
            f'<li>{shown} <time datetime="{one.front.date.isoformat()}">{escape(when)}</time>'
            f' <span class="versions__state">{said}</span></li>'
        )
    return f'<h2 id="{VERSIONS}">{escape(words.versions)}</h2>\n<ul class="versions">\n' + "\n".join(items) + "\n</ul>"


def after_text(
    catalogue: Catalogue,
    document: Document,
    lang: str,
    words: VersionWords,
    citing: CitationWords,
    changed: str | None,
    boxes: str = "",
    cited: Mapping[str, tuple[CitedBy, ...]] | None = None,
) -> str:
    """Everything that follows the text. `changed` is what `listed_changes` gave for its readers, None where nothing was
    compared; `boxes` hold what changed for narrower ones. `cited`: all citations, where they are known already.
    """
    pieces = [version_list(catalogue, document, lang, words)]
    older = before(catalogue, document)
    if older is not None and changed is not None:
        pieces += [changes_heading(older, words), changed or f"<p>{escape(words.unchanged)}</p>", boxes]
    pieces.append(cited_by(catalogue, document, lang, citing, cited))
    return "\n".join(filter(None, pieces))


def units_for(names: tuple[str, ...], text: Text, html: Mapping[str, str]) -> list[Unit]:
    """What the parts of a text that are for exactly these readers say, in order. `html`: that of each part."""
    source = text.source
    numbers = {block.number.anchor: str(block.number) for block in source.blocks if block.number is not None}
    found: list[Unit] = []
    for part in source.parts:
        if part.audience.names != names:
            continue
        number = anchor = ""
        if part.name == PUBLIC_PART:
            found.append(Unit("heading", "", "", source.title))
        else:
            above = [block.number for block in source.blocks if block.number and block.line <= part.place.line]
            number, anchor = (str(above[-1]), above[-1].anchor) if above else ("", "")
        found += units_of(without_terms(html[part.name]), numbers, number, anchor)
    return found


def changes_heading(older: Document, words: VersionWords) -> str:
    return f"<h3>{_with(words.changes_since, 'version', _symbol(older))}</h3>"


def listed_changes(found: Sequence[Change], words: VersionWords) -> str:
    """What changed in one audience's text. Not told by colour alone: each change is named, and said when read aloud."""
    if not found:
        return ""
    moved = [one for one in found if one.sort == "renumbered"]
    items = [_change(one, words) for one in found if one.sort != "renumbered"]
    if moved:
        places = ", ".join(f"{_place(one)} ({_formerly(one, words)})" for one in moved)
        head = f'<span class="change__sort">{escape(words.renumbered)}</span>'
        items.append(_listed("", head, places))
    return '<ul class="changes">\n' + "\n".join(items) + "\n</ul>"


def _change(change: Change, words: VersionWords) -> str:
    place = _place(change)
    if change.formerly and change.formerly != change.number:
        place += f" ({_formerly(change, words)})"
    if change.kind == "heading":
        place = escape(words.heading)
    elif change.kind in ("li", "tr") and place:
        place += f" ({escape(words.item if change.kind == 'li' else words.row)})"
    head = f'<span class="change__sort">{escape(_sorts(words)[change.sort])}</span>' + (f" {place}" if place else "")
    text = "".join(_piece(sign, text, words) for sign, text in change.pieces)
    return _listed(f" change--{change.sort}", head, text)


def _listed(more: str, head: str, text: str) -> str:
    return f'<li class="change{more}"><p class="change__head">{head}</p>\n<p class="change__text">{text}</p></li>'


def _piece(sign: str, text: str, words: VersionWords) -> str:
    shown = escape(text).replace(SEALED, f'<span class="change__sealed">{escape(words.sealed)}</span>')
    if sign == " ":
        return shown
    tag, said = ("ins", words.inserted) if sign == "+" else ("del", words.deleted)
    blank = " " if text != text.rstrip() else ""
    # Screen readers say nothing of either element.
    spoken = f'<span class="visually-hidden">{escape(said)} </span>'
    end = f'<span class="visually-hidden"> ({escape(words.end)})</span>'
    return f"<{tag}>{spoken}{shown.rstrip()}{end}</{tag}>{blank}"


def _sorts(words: VersionWords) -> Mapping[str, str]:
    return {
        "added": words.added,
        "withdrawn": words.withdrawn,
        "changed": words.changed,
        "renumbered": words.renumbered,
    }


def _formerly(change: Change, words: VersionWords) -> str:
    return escape(words.formerly % {"number": f"¶\u00a0{change.formerly}"})


def _place(change: Change) -> str:
    if not change.number:
        return ""
    sign = escape(f"¶\u00a0{change.number}")
    return f'<a href="#{change.anchor}">{sign}</a>' if change.anchor else sign


def cited_by(
    catalogue: Catalogue,
    document: Document,
    lang: str,
    words: CitationWords,
    cited: Mapping[str, tuple[CitedBy, ...]] | None = None,
) -> str:
    """The papers that cite this one, and where; nothing where none does that its readers may read. What is superseded
    cites nothing any more.
    """
    found = (citations(catalogue) if cited is None else cited).get(document.id, ())
    places = [
        place
        for place in told_to(catalogue, document.front.audience.names, found)
        if newest(catalogue, place.document).id == place.document.id
    ]
    if not places:
        return ""
    papers: dict[str, list[CitedBy]] = {}
    for place in places:
        papers.setdefault(place.document.id, []).append(place)
    items = "\n".join(_citing(found, lang, words) for found in papers.values())
    return f'<h2 id="{CITED}">{escape(words.cited_by)}</h2>\n<ul class="cited-by">\n{items}\n</ul>'


def _citing(found: Sequence[CitedBy], lang: str, words: CitationWords) -> str:
    document = found[0].document
    text = document.text_for(lang)
    page = address_of(document)
    titled = text.lang_of("title")
    elsewhere = f' lang="{titled}" hreflang="{text.lang}" dir="auto"' if titled != lang else ""
    links = []
    for place in found:
        if not place.number or not document.front.numbering:
            continue
        citing = f'<a href="{page}#{place.anchor}">¶\u00a0{escape(place.number)}</a>'
        cited = escape(f"¶\u00a0{place.cited}")
        links.append(_both(words.on, citing, cited) if place.cited else citing)
    symbol = f' <bdi class="symbol">{escape(document.front.symbol)}</bdi>' if document.front.symbol else ""
    # Several paragraphs may cite the same: each is named once.
    shown = "; ".join(dict.fromkeys(links))
    places = f' <span class="cited-by__places">{shown}</span>' if shown else ""
    return f'<li><a href="{page}"{elsewhere}>{escape(text.source.title)}</a>{symbol}{places}</li>'


def address_of(document: Document, anchor: str = "") -> str:
    """From any document's page: two folders up is the page's own language."""
    return "../../" + document.path("-").removeprefix("-/") + anchor


def _symbol(document: Document) -> str:
    return f'<bdi class="symbol">{escape(document.front.symbol)}</bdi>'


def _version(document: Document, lang: str) -> str:
    text = document.text_for(lang)
    elsewhere = f' hreflang="{text.lang}"' if text.lang != lang else ""
    return f'<a href="{address_of(document)}"{elsewhere}>{_symbol(document)}</a>'


def _with(sentence: str, name: str, html: str) -> str:
    first, _, last = escape(sentence).partition(f"%({name})s")
    return first + html + last


def _both(sentence: str, citing: str, cited: str) -> str:
    return escape(sentence).replace("%(citing)s", citing).replace("%(cited)s", cited)


def readers_of_changes(older: Document, newer: Document, lang: str) -> tuple[tuple[str, ...], ...]:
    """The audiences that have text of their own in either version, that of the whole document first."""
    found = {
        part.audience.names for one in (older, newer) if lang in one.texts for part in one.texts[lang].source.parts
    }
    whole = newer.front.audience.names
    return (whole, *sorted(found - {whole}))
