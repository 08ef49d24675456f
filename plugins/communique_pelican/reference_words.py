"""What citations and versions say, in each language of the site: messages like any other."""

from __future__ import annotations

from gettext import NullTranslations

from communique.documents.citation import CitationWords, VersionWords


def citation_words(messages: NullTranslations) -> CitationWords:
    _ = messages.gettext
    return CitationWords(
        # Translators: made where a text cites a paragraph of its own document; stands in a sentence
        paragraph=_("paragraph %(number)s"),
        # Translators: made where a text cites another document, whose title follows; stands in a sentence
        paragraph_of=_("paragraph %(number)s of %(document)s"),
        # Translators: stands in a citation where a reader must not be told the title
        sealed=_("a sealed document"),
        # Translators: the same with a paragraph's number
        paragraph_of_sealed=_("paragraph %(number)s of a sealed document"),
        # Translators: heading above the documents that cite this one
        cited_by=_("Cited by"),
        # Translators: two paragraphs, the second cited by the first: "¶ 5, on ¶ 29"
        on=_("%(citing)s, on %(cited)s"),
    )


def version_words(messages: NullTranslations) -> VersionWords:
    _, pgettext = messages.gettext, messages.pgettext
    return VersionWords(
        superseded=pgettext("document", "Superseded"),
        # Translators: %(version)s is a symbol such as PSI/PORTAL/1/Rev.1
        newer=_("A newer version of this document is in force: %(version)s."),
        replaces=_("This version replaces %(version)s."),
        # Translators: link to the list of what changed between two versions
        to_changes=_("What has changed"),
        versions=_("Versions"),
        # Translators: these three stand behind a symbol in a list of a document's versions
        this_one=_("this version"),
        in_force=pgettext("version", "in force"),
        not_in_force=pgettext("version", "superseded"),
        changes_since=_("Changes since %(version)s"),
        unchanged=_("No text that everybody can read has changed."),
        # Translators: these four stand before a paragraph's number in a list of changes
        added=pgettext("change", "Added"),
        withdrawn=pgettext("change", "Withdrawn"),
        changed=pgettext("change", "Changed"),
        renumbered=pgettext("change", "Renumbered"),
        # Translators: the number that a paragraph had before: "¶ 30 (formerly ¶ 29)"
        formerly=_("formerly %(number)s"),
        heading=pgettext("change", "Heading"),
        # Translators: these three are only read aloud, around words that were deleted or inserted
        deleted=_("deleted:"),
        inserted=_("inserted:"),
        end=pgettext("change", "end"),
        # Translators: stands for words that are sealed, in a list of changes
        sealed=_("[sealed]"),
        item=_("list item"),
        row=_("table row"),
    )
