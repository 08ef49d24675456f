"""What the site says within texts, in each language: labels of data, names of audiences, footnotes’ arrows."""

from __future__ import annotations

from communique.documents.lessons import theme_words
from communique.documents.rendering import Phrases
from communique_pelican.data_words import audience_names, data_words
from communique_pelican.reference_words import citation_words, version_words
from communique_pelican.run import Plan


def phrases_of(plan: Plan) -> dict[str, Phrases]:
    """By language."""
    # Translators: the first is read aloud for a footnote's arrow, the second for a table that scrolls.
    return {
        lang: Phrases(
            _("Back to the text"),
            _("Table"),
            data_words(plan.messages[lang])
            | theme_words(plan.catalogue.data_texts, plan.catalogue.site.languages, lang),
            audience_names(plan.catalogue.policy, opaque_names(plan), plan.messages[lang], lang),
            # Translators: stands where a paragraph was taken out; its number stands before it
            _("Withdrawn"),
            # Translators: below a paragraph that a translation lacks and that is shown in the original's language
            untranslated=_("Not yet translated"),
            # Translators: below a paragraph in the original's language: there is a translation of what it once said
            outdated=_("The original has changed since it was translated, and stands here in its own language."),
            # Translators: below a paragraph in the original's language: its translation may not be shown as it is
            withheld=_("Shown in the original language until its translation has been checked."),
            # Translators: below a translated paragraph; a link to the paragraph of the original follows
            changed=_("The original has changed since."),
            # Translators: a link to one paragraph in the language it was written in
            see_original=_("See the original"),
            citing=citation_words(plan.messages[lang]),
            versions=version_words(plan.messages[lang]),
        )
        for lang, _ in ((lang, messages.gettext) for lang, messages in plan.messages.items())
    }


def opaque_names(plan: Plan) -> frozenset[str]:
    """The tiers, areas and groups whose names the site does not tell."""
    return frozenset(name for name, entry in plan.keys.register.tiers.items() if entry.opaque)
