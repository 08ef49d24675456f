"""Sealed sections: each token in the public text becomes a locked box that carries its sealed object."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment
from pelican import signals
from pelican.generators import ArticlesGenerator

from communique.documents.addressed import runs
from communique.documents.catalogue import Document, Text
from communique.documents.rendering import place_parts
from communique.documents.source import PUBLIC_PART, Part
from communique.sealing.sections import ENTRY, WHOLE, SealedSource
from communique_pelican.documents import audience_text, in_order, standing
from communique_pelican.gathered import guests_in
from communique_pelican.pages import page_context
from communique_pelican.run import Run, the_run

NAME = "sealed_sections"


def register() -> None:
    signals.article_generator_finalized.connect(fill_markers)


def fill_markers(generator: ArticlesGenerator) -> None:
    run = the_run()
    for article in generator.articles:
        document = run.catalogue.documents[article.document_id]
        html, parts = with_boxes(run, generator.env, document)
        article.document["html"] = html
        guests = guests_in(run, document)
        article.document["guests"] = guests
        marked = [*article.document["markings"], *(one["marking"] for one in guests)]
        article.document["markings"] = in_order(run, marked)
        run.objects[document.path(run.lang)] = tuple(standing(run, document, name) for name in parts)
    run.handshakes[NAME] = len(generator.articles)


def with_boxes(run: Run, env: Environment, document: Document) -> tuple[str, list[str]]:
    """The document's public HTML with its boxes, and the names of the sealed parts on the page.

    Of a document that is sealed as a whole the boxes are all there is.
    """
    if document.is_withdrawn:
        return "", []
    text = document.text_for(run.lang)
    sealed = run.texts[document.id, text.lang]
    put: list[str] = []
    page = page_context(run, document.path(run.lang))

    def box(name: str, place: str) -> str:
        part = text.source.part(name)
        form = place if place == "row" else part.form if place == "inline" else "block"
        return render(part, form) + "".join(beside(child) for child in text.source.children(name))

    def beside(part: Part) -> str:
        # A nested object lies beside the outer one, never inside its plain text: its reader may not open the outer.
        inside_a_line = part.name != PUBLIC_PART and text.source.part(part.parent).form in ("inline", "item", "row")
        form = "inline" if inside_a_line else "block"
        return render(part, form) + "".join(beside(child) for child in text.source.children(part.name))

    def render(part: Part, form: str) -> str:
        name = part.name if part.name != PUBLIC_PART else WHOLE
        put.append(name)
        seen = part_view(run, document, text, part, name, sealed)
        return env.get_template(f"sealed/{form}.html").render(**page, part=seen)

    html = beside(text.source.part(PUBLIC_PART)) if document.is_sealed else place_parts(sealed.public, box)
    if set(put) != sealed.objects.keys() - {ENTRY}:
        # Markdown lost a token: better no page than one whose sealed text is nowhere.
        missing = len(sealed.objects.keys() - {ENTRY} - set(put))
        raise RuntimeError(f"{text.file}: {missing} sealed parts found no place on the page")
    return html, put


def part_view(run: Run, document: Document, text: Text, part: Part, name: str, sealed: SealedSource) -> dict[str, Any]:
    """What the box's template may know of a sealed part. Its numbers are those of its own paragraphs."""
    policy = run.catalogue.policy
    numbers = [number + document.first - 1 for number in text.source.numbers(part.name)]
    view = {
        "name": name,
        "form": part.form,
        "marking": f"TLP:{policy.tlp(part.audience)}",
        "tids": list(sealed.tids[name]),
        "labels": [policy.label(one, run.lang) for one in part.audience.names],
        "audience_text": audience_text(run, part.audience.names),
        "numbers": numbers,
        "runs": runs(numbers),
        "numbering": document.front.numbering,
        "first": numbers[0] if numbers else None,
        "last": numbers[-1] if numbers else None,
        "object": sealed.objects[name],
        "columns": part.columns,
        "doc": document.doc,
        "lang": text.lang,
    }
    if document.is_sealed:
        return view
    return {**view, "title": text.source.title, "symbol": document.front.symbol}
