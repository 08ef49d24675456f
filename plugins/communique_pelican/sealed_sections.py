"""Sealed sections: each token in the public text becomes a locked box that carries its sealed object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment
from pelican import signals
from pelican.generators import ArticlesGenerator

from communique.documents.document import Document, Text
from communique.documents.issues import KIND as ISSUE
from communique.documents.issues import number_of_section
from communique.documents.numbers import runs
from communique.documents.references import CitedBy, citations
from communique.documents.rendering import Phrases, place_parts
from communique.documents.source import PUBLIC_PART, Part
from communique.languages import typography
from communique.policy import Audience
from communique.sealing.issue_lists import around as issues_around
from communique.sealing.sections import ENTRY, WHOLE, SealedSource, kind_of
from communique.sealing.surroundings import after_text, notices
from communique_pelican.data_words import data_words
from communique_pelican.documents import audience_text, guest_key, in_order, standing
from communique_pelican.edition_files import offered
from communique_pelican.gathered import guests_in
from communique_pelican.gatherings import gathering
from communique_pelican.pages import page_context
from communique_pelican.reading_views import part_apart, reading_views
from communique_pelican.reference_words import citation_words, version_words
from communique_pelican.run import Run, the_run

NAME = "sealed_sections"


def register() -> None:
    signals.article_generator_finalized.connect(fill_markers)


def fill_markers(generator: ArticlesGenerator) -> None:
    run = the_run()
    cited = citations(run.catalogue)
    for article in generator.articles:
        document = run.catalogue.documents[article.document_id]
        html, parts = with_boxes(run, generator.env, document)
        boxes, changed = boxes_of_changes(run, generator.env, document)
        article.document["html"] = html + (boxes if document.is_sealed else "")
        article.document.update(surroundings(run, document, boxes, cited))
        parts += changed
        guests = guests_in(run, document)
        article.document["guests"] = guests
        around = gathering(run, document)
        article.document["gathering"] = around
        files = offered(run, document)
        article.document["offered"] = files
        marked = [
            *article.document["markings"],
            *(one["marking"] for one in [*guests, *(around["locked"] if around else ()), *files["lists"]]),
        ]
        article.document["markings"] = in_order(run, marked)
        run.objects[document.path(run.lang)] = tuple(standing(run, document, name) for name in parts)
    run.wholes = reading_views(run, lambda document, path: with_boxes(run, generator.env, document, path))
    run.handshakes[NAME] = len(generator.articles)


def with_boxes(run: Run, env: Environment, document: Document, elsewhere: str = "") -> tuple[str, list[str]]:
    """The document's public HTML with its boxes, and the names of the sealed parts on the page. On a page
    `elsewhere` the boxes are guests.

    Of a document that is sealed as a whole the boxes are all there is.
    """
    if document.is_withdrawn:
        return "", []
    text = document.text_for(run.lang)
    sealed = run.texts[document.id, text.lang]
    put: list[str] = []
    page = page_context(run, elsewhere or document.path(run.lang))

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
        if elsewhere:
            seen |= {"place": guest_key(document, name), "guest": kind_of(document, name)}
        return env.get_template(f"sealed/{form}.html").render(**page, part=seen)

    public = part_apart(document, sealed.public) if elsewhere else sealed.public
    html = beside(text.source.part(PUBLIC_PART)) if document.is_sealed else place_parts(public, box)
    expected = sealed.objects.keys() - {ENTRY} - sealed.changed_for.keys()
    if set(put) != expected:
        # Markdown lost a token: better no page than one whose sealed text is nowhere.
        missing = len(expected - set(put))
        raise RuntimeError(f"{text.file}: {missing} sealed parts found no place on the page")
    return html, put


def boxes_of_changes(run: Run, env: Environment, document: Document) -> tuple[str, list[str]]:
    """A box for each audience in whose text something changed since the version before, and their parts' names."""
    if document.is_withdrawn:
        return "", []
    text, policy = document.text_for(run.lang), run.catalogue.policy
    sealed = run.texts[document.id, text.lang]
    page = page_context(run, document.path(run.lang))
    boxes = []
    for name, names in sealed.changed_for.items():
        seen = {
            "name": name,
            "marking": f"TLP:{policy.tlp(Audience(names))}",
            "tids": list(sealed.tids[name]),
            "audience_text": audience_text(run, names),
            "object": sealed.objects[name],
            "lang": text.lang,
        }
        boxes.append(env.get_template("sealed/changes.html").render(**page, part=seen))
    return "\n".join(boxes), list(sealed.changed_for)


def surroundings(run: Run, document: Document, boxes: str, cited: Mapping[str, tuple[CitedBy, ...]]) -> dict[str, str]:
    """What stands before and after a public document's text; around a sealed one it is sealed with the text."""
    if document.is_sealed or document.is_withdrawn:
        return {"before_text": "", "after_text": ""}
    text, messages = document.text_for(run.lang), run.messages[run.lang]
    versions, citing = version_words(messages), citation_words(messages)
    changed = run.texts[document.id, text.lang].changes
    if changed and text.lang != run.lang:
        changed = f'<div lang="{text.lang}" dir="{typography.direction(text.lang)}">{changed}</div>'
    return {
        "before_text": notices(run.catalogue, document, run.lang, versions),
        "after_text": after_text(run.catalogue, document, run.lang, versions, citing, changed, boxes, cited)
        + issues_around(run.catalogue, document, run.lang, Phrases("", "", data_words(messages))),
    }


def part_view(run: Run, document: Document, text: Text, part: Part, name: str, sealed: SealedSource) -> dict[str, Any]:
    """What the box's template may know of a sealed part. Its numbers are those of its own paragraphs."""
    policy = run.catalogue.policy
    numbers = list(text.source.numbers(part.name))
    view = {
        "name": name,
        "place": name,
        "form": part.form,
        "marking": f"TLP:{policy.tlp(part.audience)}",
        "tids": list(sealed.tids[name]),
        "audience_text": audience_text(run, part.audience.names),
        "numbers": numbers,
        "runs": runs(numbers),
        "numbering": document.front.numbering,
        "first": numbers[0] if numbers else None,
        "last": numbers[-1] if numbers else None,
        "object": sealed.objects[name],
        "item": number_of_section(text.source, name) if document.front.kind == ISSUE else 0,
        "columns": part.columns,
        "doc": document.doc,
        "lang": text.lang,
    }
    if document.is_sealed:
        return view
    return {**view, "title": text.source.title, "symbol": document.front.symbol}
