"""Editions of the catalogue's papers, one after the other: each text is rendered once for all its readers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from communique.documents.document import Document, Text
from communique.documents.rendering import Phrases, Rendered, Renderer
from communique.editions.composing import EditionWords, audiences_of, compose
from communique.editions.edition import Edition, Remark, Spoken, Words
from communique.editions.reading import NotUnderstood
from communique.languages.typography import direction
from communique.policy import Audience
from communique.problems import Place, Problem, Refused
from communique.sealing.attachments import shown_files
from communique.sealing.sections import render_text
from communique_pelican.phrases import opaque_names, phrases_of
from communique_pelican.run import Plan


@dataclass
class EditionMaker:
    """Makes editions of one site's papers. It holds sealed words: it must not outlive what asked for it."""

    plan: Plan
    _phrases: dict[str, Phrases] = field(repr=False)
    _renderer: Renderer = field(default_factory=Renderer, repr=False)
    _rendered: dict[tuple[str, str], Rendered] = field(default_factory=dict, repr=False)

    def audiences(self, document: Document) -> tuple[str, ...]:
        """For whose readers there is an edition."""
        return audiences_of(self.plan.catalogue, document)

    def edition(
        self,
        document: Document,
        lang: str,
        name: str,
        may_carry: Callable[[Audience], bool] = lambda _: True,
        told_in: str = "",
    ) -> Edition:
        """The edition for the readers of `name`, in `lang` or the language that stands in for it. What stands around
        the text is in the language `told_in`, or else in that of the text.

        Raises:
            Refused: its text holds something that no edition can show.
            ValueError: these readers may not read the document.
        """
        text = document.text_for(lang)
        told = told_in or text.lang
        phrases = self._phrases[told]
        words = EditionWords(
            phrases.audiences,
            lambda message: phrases.said.get(message, message),
            opaque_names(self.plan),
            {
                shown.address: file
                for part in text.source.parts
                for file, shown in shown_files(document, part.name, text.lang, self.plan.sealer).items()
            },
            told,
        )
        try:
            html = self._html(document, text).html
            edition = compose(self.plan.catalogue, document, lang, name, html, words, may_carry)
        except NotUnderstood as error:
            what = f"no edition can show what stands in this text: {error}"
            fix = "write it more plainly, or as paragraphs, lists and tables"
            raise Refused([Problem(Place(text.file), "edition-unclear", what, fix)]) from None
        if text.lang == lang:
            return edition
        # As on the page: who reads another language is told so in it.
        said = Words(self._phrases[lang].untranslated)
        notice = Remark((Spoken(lang, "rtl" if direction(lang) == "rtl" else "ltr", (said,)),))
        return replace(edition, blocks=(notice, *edition.blocks))

    def _html(self, document: Document, text: Text) -> Rendered:
        key = document.id, text.lang
        if key not in self._rendered:
            spoken = self._phrases[text.lang], self._phrases[document.original]
            plan = self.plan
            self._rendered[key] = render_text(plan.catalogue, document, text, self._renderer, plan.sealer, *spoken)
        return self._rendered[key]


def editions_of(plan: Plan) -> EditionMaker:
    """Makes editions of the papers in `plan`."""
    return EditionMaker(plan, phrases_of(plan))
