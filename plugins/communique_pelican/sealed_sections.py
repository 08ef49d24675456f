"""Sealed sections: each token in the public text becomes a locked box that carries its sealed object."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment
from pelican import signals
from pelican.generators import ArticlesGenerator

from communique.documents.catalogue import Document, Text
from communique.documents.rendering import place_parts
from communique.documents.source import PUBLIC_PART, Part
from communique.sealing.sections import SealedSource
from communique_pelican.documents import audience_text
from communique_pelican.pages import page_context
from communique_pelican.run import Run, the_run

NAME = "sealed_sections"


def register() -> None:
    signals.article_generator_finalized.connect(fill_markers)


def fill_markers(generator: ArticlesGenerator) -> None:
    run = the_run()
    for article in generator.articles:
        document = run.catalogue.documents[article.document_id]
        html, objects = with_boxes(run, generator.env, document)
        article.document["html"] = html
        run.objects[document.path(run.lang)] = objects
    run.handshakes[NAME] = len(generator.articles)


def with_boxes(run: Run, env: Environment, document: Document) -> tuple[str, int]:
    """The document's public HTML with its boxes, and how many sealed objects stand on the page."""
    text = document.text_for(run.lang)
    sealed = run.texts[document.id, text.lang]
    put: set[str] = set()
    page = page_context(run, document.path(run.lang))

    def box(name: str, place: str) -> str:
        part = text.source.part(name)
        form = place if place == "row" else part.form if place == "inline" else "block"
        return render(part, form) + "".join(beside(child) for child in text.source.children(name))

    def beside(part: Part) -> str:
        # A nested object lies beside the outer one, never inside its plain text: its reader may not open the outer.
        form = "inline" if text.source.part(part.parent).form in ("inline", "item", "row") else "block"
        return render(part, form) + "".join(beside(child) for child in text.source.children(part.name))

    def render(part: Part, form: str) -> str:
        put.add(part.name)
        return env.get_template(f"sealed/{form}.html").render(**page, part=part_view(run, document, text, part, sealed))

    html = place_parts(sealed.public, box)
    missing = {part.name for part in text.source.parts if part.name != PUBLIC_PART} - put
    if missing:
        # Markdown lost a token: better no page than one whose sealed text is nowhere.
        raise RuntimeError(f"{text.file}: {len(missing)} sealed parts found no place on the page")
    return html, len(put)


def part_view(run: Run, document: Document, text: Text, part: Part, sealed: SealedSource) -> dict[str, Any]:
    """What the box's template may know of a sealed part. Its numbers include those of the parts inside it."""
    policy = run.catalogue.policy
    numbers = [number + document.first - 1 for number in text.source.numbers(part.name)]
    return {
        "name": part.name,
        "form": part.form,
        "marking": f"TLP:{policy.tlp(part.audience)}",
        "tids": list(sealed.tids[part.name]),
        "labels": [policy.label(name, run.lang) for name in part.audience.names],
        "audience_text": audience_text(run, part.audience.names),
        "numbers": numbers,
        "numbering": document.front.numbering,
        "first": numbers[0] if numbers else None,
        "last": numbers[-1] if numbers else None,
        "object": sealed.objects[part.name],
        "columns": part.columns,
        "doc": document.id,
        "title": text.source.title,
        "symbol": document.front.symbol,
        "lang": text.lang,
    }
