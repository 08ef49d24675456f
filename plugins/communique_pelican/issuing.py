"""Editions in the forms in which they leave, each held against what its readers may not read before anybody gets it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from communique.audit.editions import Guard, guard_of, leaks_in_edition
from communique.audit.leaks import Secrets
from communique.documents.document import Document
from communique.editions.edition import Edition
from communique.editions.mail import Envelope, message
from communique.editions.outgoing import Addressed, Writer
from communique.editions.plain_text import plain_text
from communique.editions.said import everything_said
from communique.editions.sheets import images_of
from communique.policy import Audience
from communique.problems import Place, Problem, Refused
from communique_pelican.auditing import what_is_known
from communique_pelican.build import seal_all
from communique_pelican.composing_desk import EditionMaker, editions_of
from communique_pelican.console import BuildReport, Watch
from communique_pelican.edition_files import packed
from communique_pelican.mail_words import mail_words
from communique_pelican.pdf_editions import sheet_words, typeset
from communique_pelican.pdf_text import text_of_pdf
from communique_pelican.run import Plan
from communique_pelican.text_words import text_words

#: What each form's files end in, in the order in which they are written.
FORMS = {"mail": "eml", "text": "txt", "pdf": "pdf"}


@dataclass
class Issuing:
    """Writes editions of one site's papers. It holds sealed words: it must not outlive what asked for it."""

    plan: Plan
    maker: EditionMaker = field(repr=False)
    guard: Guard = field(repr=False)
    _against: dict[tuple[str, bool], Secrets] = field(default_factory=dict, repr=False)

    def written(self, form: str, document: Document, lang: str, name: str, envelope: Envelope) -> bytes:
        """The edition for the readers of `name`, as a file of `form`. `envelope` is for mail alone.

        Raises:
            Refused: no such edition can be made, or it would hold what those readers may not read.
        """
        if not self.exists(form, document, name):
            what = f"{document.id} is sealed as a whole, and the policy lets no text for its readers travel by mail"
            fix = "write it as PDF or text, or allow it: email: allowed in tiers.yaml or groups.yaml"
            raise Refused([Problem(Place(document.id), "not-by-mail", what, fix)])
        # A PDF says in one language of itself what its tags declare for all of it: that of its text.
        told_in = "" if form == "pdf" else lang
        edition = self.maker.edition(document, lang, name, self._may_carry(form, name), told_in)
        content = _WRITERS[form](self, document, edition, envelope)
        file = f"{document.id}/{edition.lang}/{file_name(name, form)}"
        shown = ["\n".join(everything_said(edition)), *([text_of_pdf(content)] if form == "pdf" else [])]
        problems = leaks_in_edition(file, content, shown, self._secrets(form, name))
        if problems:
            raise Refused(problems)
        return content

    def exists(self, form: str, document: Document, name: str) -> bool:
        """Whether there is something to write: a message without any word of a sealed paper would be none of it."""
        return document.front.audience.is_public or self._may_carry(form, name)(document.front.audience)

    def messages(self) -> Writer:
        """Writes messages to one reader each."""

        def write(document: str, lang: str, audience: str, addressed: Addressed) -> bytes:
            envelope = Envelope(addressed.sender, addressed.unsubscribe, addressed.recipient)
            return self.written("mail", self.plan.catalogue.documents[document], lang, audience, envelope)

        return write

    def _may_carry(self, form: str, name: str) -> Callable[[Audience], bool]:
        policy = self.plan.catalogue.policy
        return lambda audience: form != "mail" or policy.may_be_mailed(name, audience)

    def _secrets(self, form: str, name: str) -> Secrets:
        key = (name, form == "mail")
        if key not in self._against:
            policy, may_carry = self.plan.catalogue.policy, self._may_carry(form, name)

            def may_hold(names: tuple[str, ...]) -> bool:
                audience = Audience(names)
                return policy.may_read([name], audience) and may_carry(audience)

            self._against[key] = self.guard.against(may_hold)
        return self._against[key]

    def mailed(self, document: Document, edition: Edition, envelope: Envelope) -> bytes:  # noqa: ARG002
        messages = self.plan.messages[edition.told_in]
        return message(edition, mail_words(messages, text_words(messages)), envelope)

    def as_text(self, document: Document, edition: Edition, envelope: Envelope) -> bytes:  # noqa: ARG002
        return plain_text(edition, text_words(self.plan.messages[edition.told_in])).encode("utf-8")

    def as_pdf(self, document: Document, edition: Edition, envelope: Envelope) -> bytes:  # noqa: ARG002
        images = {file: document.files[file].data for file in images_of(edition) if file in document.files}
        words, written = sheet_words(self.plan.messages[edition.lang]), document.texts[edition.lang].raw
        return packed(typeset(edition, words, images, written))


_WRITERS: Mapping[str, Callable[[Issuing, Document, Edition, Envelope], bytes]] = {
    "mail": Issuing.mailed,
    "text": Issuing.as_text,
    "pdf": Issuing.as_pdf,
}


def issuing(plan: Plan, watch: Watch, jobs: int = 1) -> Issuing:
    """Gets ready to write editions of what is in `plan`: the words that must not be in them are known first."""
    known = what_is_known(plan, seal_all(plan, watch, jobs), {}, {})
    return Issuing(plan, editions_of(plan), guard_of(known))


def message_writer(plan: Plan) -> Writer:
    """Writes messages to one reader each, and refuses any that holds what its readers may not be sent."""
    with Watch(None, BuildReport()) as watch:
        return issuing(plan, watch).messages()


def file_name(name: str, form: str) -> str:
    """Of the edition for `name`: `state:nz` is `state-nz` in the name of a file."""
    return f"{name.replace(':', '-')}.{FORMS[form]}"
