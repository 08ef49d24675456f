"""What is new for each tier, area and group: a list of all that is addressed to it, newest document first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from communique.access.since import News, Told
from communique.documents.addressed import Passage, addressed_to
from communique.documents.catalogue import Catalogue
from communique.documents.document import Document
from communique.documents.numbers import runs
from communique.languages import typography
from communique.policy import PUBLIC
from communique.sealing.lists import PlainList

#: The page on which these lists stand.
PAGE = "updates"


@dataclass(frozen=True)
class Words:
    """What a list itself says, in its language. `forms`: what a passage that has no numbers of its own is called;
    `new` and `changed` say it of a release, whose `%(number)s` they leave open.
    """

    sealed_document: str
    forms: Mapping[str, str]
    new: str = ""
    changed: str = ""


def plain_updates(catalogue: Catalogue, lang: str, words: Words, news: News | None = None) -> Iterator[PlainList]:
    """The lists of one language, in the policy's order; none where nothing is addressed. With `news` each passage says
    since which release it is there for these readers.
    """
    told = None if news is None or news.is_first else news
    for name in catalogue.policy.audience_names:
        found = () if name == PUBLIC else addressed_to(catalogue, name, lang)
        if found:
            yield PlainList(PAGE, name, lang, _listed(catalogue, name, found, lang, words, told))


def called(passage: Passage, words: Words) -> str:
    """How a passage is cited without quoting it: by its numbers, else by where it stands and what it is."""
    numbers = "¶\u00a0" + ", ".join(
        str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs(passage.numbers)
    )
    if passage.is_whole:
        return words.sealed_document
    if passage.has_numbers and passage.has_own_numbers:
        return numbers
    form = words.forms[passage.part.form] + (f" {passage.ordinal}" if passage.ordinal else "")
    place = numbers if passage.has_numbers else passage.heading
    return f"{place} ({form})" if place else form


def _listed(
    catalogue: Catalogue, name: str, found: Sequence[Passage], lang: str, words: Words, news: News | None
) -> str:
    by_document: dict[str, list[Passage]] = {}
    for passage in found:
        by_document.setdefault(passage.document.id, []).append(passage)
    told = [ident for ident in by_document if _may_know(catalogue, name, catalogue.documents[ident])]
    # As on the home page: of documents of one day, the order is that of their names.
    told.sort(key=lambda ident: (catalogue.documents[ident].front.date, ident), reverse=True)
    # Where a document stands among the others would tell its date.
    order = [*told, *(ident for ident in by_document if ident not in told)]
    items = (_item(catalogue, name, by_document[ident], lang, words, news) for ident in order)
    return '<ul class="updates__list">\n' + "\n".join(items) + "\n</ul>"


def _item(catalogue: Catalogue, name: str, found: Sequence[Passage], lang: str, words: Words, news: News | None) -> str:
    document, text = found[0].document, found[0].text
    page = _address(document, lang)
    told = _may_know(catalogue, name, document)
    titled = text.lang_of("title")
    elsewhere = f' lang="{titled}"' if titled != lang and told else ""
    elsewhere += f' hreflang="{text.lang}"' if text.lang != lang and told else ""
    title = escape(text.source.title if told else words.sealed_document)
    symbol = f' <span class="symbol">{escape(document.front.symbol)}</span>' if told and document.front.symbol else ""
    date = document.front.date
    when = f'<time datetime="{date.isoformat()}">{escape(typography.format_date(date, lang))}</time> ' if told else ""
    places = "".join(_places(name, found, page, words, news))
    return f'<li>{when}<a href="{page}"{elsewhere}>{title}</a>{symbol}{places}</li>'


def _places(name: str, found: Sequence[Passage], page: str, words: Words, news: News | None) -> Iterator[str]:
    """Where in a document, in lines of what was there, or changed, in the same release; the newest line first."""
    lines: dict[Told | None, list[str]] = {}
    for passage in found:
        document, text = passage.document, passage.text
        told = news.of(document.id, text.lang, passage.part.name, name) if news is not None else None
        links = lines.setdefault(told, [])
        if not passage.is_whole:
            links.append(f'<a href="{page}#{passage.anchor}">{escape(called(passage, words))}</a>')
    for told in sorted(lines, key=lambda told: told.last if told is not None else 0, reverse=True):
        said = f'<span class="updates__release">{_since(told, words)}</span>' if told is not None else ""
        line = " ".join(filter(None, [said, " · ".join(lines[told])]))
        # The class is what the page narrows the list by: opened text keeps no other mark (theme/static/js/since.js).
        since = f" release-{told.last}" if told is not None else ""
        if line:
            yield f' <span class="updates__places{since}">{line}</span>'


def _since(told: Told, words: Words) -> str:
    said = [words.new % {"number": told.new}]
    said += [words.changed % {"number": told.changed}] if told.changed else []
    return " · ".join(map(escape, said))


def _may_know(catalogue: Catalogue, name: str, document: Document) -> bool:
    """Whether title and date are for these readers: a state may open one passage of a document that is for others."""
    return catalogue.policy.may_read((name,), document.front.audience)


def _address(document: Document, lang: str) -> str:
    """From the page of updates, which lies two folders below the site's root as they all do."""
    return "../" + document.path(lang).removeprefix(f"{lang}/")
