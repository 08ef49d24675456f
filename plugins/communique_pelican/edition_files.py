"""Papers as files of the site: as PDF those that delegations pass on, newsletters as plain text besides.

The public one lies beside its page. For each tier, area and group that has something of its own in the paper there is a
sealed PDF, offered by a sealed list on that page. All are made once, before the pages, and spread over the cores.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from html import escape
from typing import Any

import pikepdf

from communique.documents.catalogue import Catalogue
from communique.documents.document import Document
from communique.editions.composing import audiences_of
from communique.editions.edition import Edition
from communique.editions.plain_text import plain_text
from communique.editions.sheets import images_of
from communique.languages import typography
from communique.policy import PUBLIC, tier_id
from communique.problems import Problem, Refused
from communique.sealing.attachments import MadeFile, address_of_made_file
from communique.sealing.lists import PlainList
from communique_pelican.composing_desk import EditionMaker, editions_of
from communique_pelican.pdf_editions import sheet_words, typeset
from communique_pelican.run import Plan, Run
from communique_pelican.sealed_lists import sealed_lists
from communique_pelican.text_words import text_words
from communique_pelican.workers import spread

#: Papers of these kinds are passed on as files; other pages are printed from the browser.
PDF_KINDS = frozenset({"newsletter", "statement", "plan"})
TEXT_KINDS = frozenset({"newsletter"})
PDF, TEXT = "application/pdf", "text/plain; charset=utf-8"


def wanted_editions(plan: Plan) -> list[tuple[str, str, str]]:
    """The editions that the site offers as files: document, language, and for whose readers each is."""
    return [
        (document.id, lang, name)
        for document in plan.catalogue.documents.values()
        if document.front.kind in PDF_KINDS
        for lang in sorted(document.texts)
        for name in readers_of(plan.catalogue, document)
    ]


def readers_of(catalogue: Catalogue, document: Document) -> tuple[str, ...]:
    """The audiences that have something of their own in a paper: for others an edition would say nothing more."""
    own = {name for text in document.texts.values() for part in text.source.parts for name in part.audience.names}
    return tuple(name for name in audiences_of(catalogue, document) if name in own)


def with_editions(
    plan: Plan, wanted: Sequence[tuple[str, str, str]], jobs: int, done: Callable[[int], None] = lambda _: None
) -> Plan:
    """The plan with the files of these editions.

    Raises:
        Refused: texts that no edition can show.
    """
    made: list[MadeFile] = []
    problems: list[Problem] = []
    # A process that has typeset already must not be divided: the typesetter's threads would not be there.
    for result in spread(_making(plan), wanted, 1 if "typst" in sys.modules else jobs, done):
        if isinstance(result, Refused):
            problems += result.problems
        else:
            made += result
    if problems:
        raise Refused(list(dict.fromkeys(problems)))
    return replace(plan, editions=tuple(made))


def _making(plan: Plan) -> Callable[[Sequence[tuple[str, str, str]]], list[list[MadeFile] | Refused]]:
    def work(batch: Sequence[tuple[str, str, str]]) -> list[list[MadeFile] | Refused]:
        maker = editions_of(plan)
        results: list[list[MadeFile] | Refused] = []
        for ident, lang, name in batch:
            try:
                results.append(list(_made(plan, maker, plan.catalogue.documents[ident], lang, name)))
            except Refused as refused:
                results.append(refused)
        return results

    return work


def _made(plan: Plan, maker: EditionMaker, document: Document, lang: str, name: str) -> Iterator[MadeFile]:
    edition, messages = maker.edition(document, lang, name), plan.messages[lang]
    images = {file: document.files[file].data for file in images_of(edition) if file in document.files}
    pdf = packed(typeset(edition, sheet_words(messages), images, document.texts[lang].raw))
    yield _file(document, edition, lang, name, "pdf", PDF, pdf)
    if name == PUBLIC and document.front.kind in TEXT_KINDS:
        text = plain_text(edition, text_words(messages)).encode("utf-8")
        yield _file(document, edition, lang, name, "txt", TEXT, text)


def _file(document: Document, edition: Edition, lang: str, name: str, suffix: str, media: str, data: bytes) -> MadeFile:
    # As it is cited: whoever has saved several finds them by it.
    called = re.sub(r"[^a-z0-9]+", "-", (edition.symbol or document.id.partition("/")[2]).lower()).strip("-")
    page = _page(document, lang)
    if name == PUBLIC:
        return MadeFile(page, name, lang, f"{page}/{called}.{lang}.{suffix}", media, data)
    return MadeFile(page, name, lang, f"{called}-{tier_id(name)}.{lang}.{suffix}", media, data)


def _page(document: Document, lang: str) -> str:
    """The folder of the document's page, below that of the language."""
    return document.path(lang).removeprefix(f"{lang}/").removesuffix("/index.html")


def packed(pdf: bytes) -> bytes:
    """The same PDF in fewer bytes: its tags, which are many and alike, lie together."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        out = io.BytesIO()
        opened.save(
            out,
            deterministic_id=True,
            fix_metadata_version=False,
            compress_streams=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
    return out.getvalue()


def edition_files(plan: Plan, lang: str) -> Iterator[MadeFile]:
    """The files in one language, as the build made them."""
    return (file for file in plan.editions if file.lang == lang)


def editions_for_readers(plan: Plan) -> Iterator[PlainList]:
    """What each audience is told below a paper: where its PDF is. A page in a language that the paper does not have
    offers the one that stands in for it.
    """
    sealed = {(file.page, file.lang, file.audience): file for file in plan.editions if file.audience != PUBLIC}
    for document in plan.catalogue.documents.values():
        if document.front.kind not in PDF_KINDS:
            continue
        for lang in plan.catalogue.site.languages:
            page, spoken = _page(document, lang), document.text_for(lang).lang
            for name in plan.catalogue.policy.audience_names:
                file = sealed.get((page, spoken, name))
                if file is not None:
                    link = f'<a class="file" href="{address_of_made_file(file, plan.sealer)}">{escape(file.name)}</a>'
                    size = escape(typography.file_size(len(file.data), lang))
                    yield PlainList(page, name, lang, f'<p>{link} <span class="file__facts">PDF, {size}</span></p>')


def offered(run: Run, document: Document) -> dict[str, Any]:
    """What the document's page shows of its files: `files` for everybody, and sealed `lists`."""
    page, spoken = _page(document, run.lang), document.text_for(run.lang).lang
    # Translators: a paper as a file without any layout
    labels = {PDF: "PDF", TEXT: run.messages[run.lang].gettext("Plain text")}
    files = [
        {
            "path": f"{file.lang}/{file.name}",
            "name": file.name.rpartition("/")[2],
            "media": file.media.partition(";")[0],
            "label": labels[file.media],
            "size": typography.file_size(len(file.data), run.lang),
            "lang": file.lang,
        }
        for file in run.editions
        if (file.page, file.lang, file.audience) == (page, spoken, PUBLIC)
    ]
    return {"files": files, "lists": sealed_lists(run, page)}
