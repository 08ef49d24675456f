"""A sentence of the interface that is missing, outdated or broken in a language stops the build."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from communique.languages.messages import by_count, catalogue_path, check_messages, load_messages
from communique.problems import Refused
from communique_pelican.message_extraction import extract_messages, update_catalogue, update_catalogues

HEADER = (
    'msgid ""\nmsgstr ""\n"Language: es\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
)


def catalogue(tmp_path: Path, entries: str, header: str = HEADER) -> Path:
    folder = tmp_path / "translations"
    path = folder / "es" / "LC_MESSAGES" / "communique.po"
    path.parent.mkdir(parents=True)
    path.write_text(header + entries, encoding="utf-8")
    return folder


def wanted(*messages: str | tuple[str, str], context: str | None = None) -> Catalog:
    template = Catalog()
    for message in messages:
        template.add(message, None, [("theme/templates/base.html", 7)], context=context)
    return template


def codes(folder: Path, template: Catalog) -> list[tuple[str, int]]:
    return [(problem.code, problem.place.line) for problem in check_messages(folder, "es", template)]


def test_messages_plurals_and_contexts_come_from_the_catalogue(tmp_path: Path) -> None:
    folder = catalogue(
        tmp_path,
        'msgid "Lock"\nmsgstr "Cerrar"\n\n'
        'msgid "%(num)d issue"\nmsgid_plural "%(num)d issues"\n'
        'msgstr[0] "%(num)d número"\nmsgstr[1] "%(num)d números"\n\n'
        'msgctxt "language version"\nmsgid "original"\nmsgstr "versión original"\n',
    )
    messages = load_messages(folder, "es", "en")

    assert messages.gettext("Lock") == "Cerrar"
    assert messages.ngettext("%(num)d issue", "%(num)d issues", 1) == "%(num)d número"
    assert messages.ngettext("%(num)d issue", "%(num)d issues", 3) == "%(num)d números"
    assert messages.pgettext("language version", "original") == "versión original"


def test_what_a_catalogue_does_not_have_is_refused_when_it_is_asked_for(tmp_path: Path) -> None:
    spanish = load_messages(catalogue(tmp_path, 'msgid "Sign in"\nmsgstr "Iniciar sesión"\n'), "es", "en")

    assert spanish.gettext("Sign in") == "Iniciar sesión"
    for ask in (
        lambda: spanish.gettext("Sign out"),
        lambda: spanish.ngettext("a day", "days", 2),
        lambda: spanish.pgettext("menu", "Sign in"),
        lambda: spanish.npgettext("menu", "a day", "days", 2),
    ):
        with pytest.raises(Refused, match="nothing told the extraction of it"):
            ask()


def test_the_source_language_needs_no_catalogue(tmp_path: Path) -> None:
    assert load_messages(tmp_path / "translations", "en", "en").gettext("Lock") == "Lock"


def test_another_language_without_a_catalogue_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"translations/es/LC_MESSAGES/communique\.po: .* has no catalogue") as refused:
        load_messages(tmp_path / "translations", "es", "en")
    assert refused.value.problems[0].code == "missing-catalogue"
    assert codes(tmp_path / "translations", wanted("Lock")) == [("missing-catalogue", 0)]


def test_a_complete_catalogue_has_no_problems(tmp_path: Path) -> None:
    folder = catalogue(
        tmp_path,
        'msgid "Lock"\nmsgstr "Cerrar"\n\nmsgid "one issue"\nmsgid_plural "%(num)d issues"\n'
        'msgstr[0] "un número"\nmsgstr[1] "%(num)d números"\n',
    )
    assert codes(folder, wanted("Lock", ("one issue", "%(num)d issues"))) == []


def test_a_missing_message_is_named_with_the_template_that_uses_it(tmp_path: Path) -> None:
    problems = check_messages(catalogue(tmp_path, ""), "es", wanted("Lock"))

    assert [problem.code for problem in problems] == ["missing-message"]
    assert '"Lock", used in theme/templates/base.html:7' in problems[0].what


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ('msgid "Part %(n)s"\nmsgstr ""\n', "untranslated-message"),
        ('#, fuzzy\nmsgid "Part %(n)s"\nmsgstr "Parte %(n)s"\n', "fuzzy-message"),
        ('msgid "Part %(n)s"\nmsgstr "Parte"\n', "missing-placeholder"),
        ('msgid "Part %(n)s"\nmsgstr "Parte %(n)s de %(total)s"\n', "unknown-placeholder"),
        ('msgid "Part %(n)s"\nmsgstr "Parte %(n)d"\n', "unknown-placeholder"),
        ('msgid "Part %(n)s"\nmsgstr "Parte <b>%(n)s</b>"\n', "markup-differs"),
        ('msgid "Part %(n)s"\nmsgid_plural "Parts"\nmsgstr[0] "%(n)s"\nmsgstr[1] "b"\n', "plural-differs"),
    ],
)
def test_a_broken_translation_is_a_problem_at_its_line(tmp_path: Path, entries: str, code: str) -> None:
    found = codes(catalogue(tmp_path, entries), wanted("Part %(n)s"))

    assert code in [one for one, _line in found]
    assert {line for _code, line in found} <= {7, 8}


def test_a_plural_form_left_empty_is_untranslated(tmp_path: Path) -> None:
    folder = catalogue(
        tmp_path, 'msgid "one issue"\nmsgid_plural "%(num)d issues"\nmsgstr[0] "un número"\nmsgstr[1] ""\n'
    )
    assert codes(folder, wanted(("one issue", "%(num)d issues"))) == [("untranslated-message", 7)]


def test_placeholders_of_the_browser_s_messages_are_compared_too(tmp_path: Path) -> None:
    folder = catalogue(tmp_path, 'msgid "{n} sections opened"\nmsgstr "Se han abierto {m} secciones"\n')

    assert [code for code, _line in codes(folder, wanted("{n} sections opened"))] == [
        "missing-placeholder",
        "unknown-placeholder",
    ]


def test_a_percent_sign_of_the_text_is_no_placeholder(tmp_path: Path) -> None:
    folder = catalogue(tmp_path, 'msgid "100%% (sealed)"\nmsgstr "100 %% (cerrado)"\n')

    assert codes(folder, wanted("100%% (sealed)")) == []


def test_the_same_words_in_another_context_are_another_message(tmp_path: Path) -> None:
    folder = catalogue(tmp_path, 'msgid "original"\nmsgstr "original"\n')

    assert [code for code, _line in codes(folder, wanted("original", context="language version"))] == [
        "missing-message"
    ]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (HEADER + 'msgid "Lock"\nmsgstr "Cerrar\n', 8),
        (HEADER + "this is no catalogue\n", 7),
        (HEADER.replace("plural=(n != 1)", "plural=print(n)") + 'msgid "a"\nmsgstr "b"\n', 0),
    ],
    ids=["an open quotation mark", "no PO at all", "a plural rule that is a program"],
)
def test_a_catalogue_that_cannot_be_read_is_refused_with_its_line(tmp_path: Path, content: str, line: int) -> None:
    folder = catalogue(tmp_path, content, header="")

    problems = check_messages(folder, "es", wanted("Lock"))

    assert [problem.code for problem in problems] == ["broken-catalogue"]
    assert problems[0].place.line == line


def test_a_catalogue_in_another_encoding_is_refused(tmp_path: Path) -> None:
    folder = catalogue(tmp_path, "")
    path = folder / "es" / "LC_MESSAGES" / "communique.po"
    path.write_bytes((HEADER + 'msgid "Lock"\nmsgstr "sección"\n').encode("latin-1"))

    assert codes(folder, wanted("Lock")) == [("broken-catalogue", 0)]


def theme(tmp_path: Path, template: str) -> Path:
    folder = tmp_path / "theme"
    (folder / "templates").mkdir(parents=True)
    (folder / "templates" / "base.html").write_text(template, encoding="utf-8")
    return folder


def test_messages_are_taken_from_the_templates_with_their_lines(tmp_path: Path) -> None:
    template = (
        "{# translators: a button #}\n{{ _('Lock') }}\n{{ ngettext('%(num)d issue', '%(num)d issues', n) }}\n"
        "{{ pgettext('language version', 'original') }}\n{% trans %}\n  Over\n  lines\n{% endtrans %}\n"
    )
    messages = extract_messages(theme(tmp_path, template))

    assert [(message.id, message.context, message.locations) for message in messages if message.id] == [
        ("Lock", None, [("theme/templates/base.html", 2)]),
        (("%(num)d issue", "%(num)d issues"), None, [("theme/templates/base.html", 3)]),
        ("original", "language version", [("theme/templates/base.html", 4)]),
        ("Over lines", None, [("theme/templates/base.html", 5)]),
    ]
    lock = messages.get("Lock")
    assert lock is not None
    assert lock.auto_comments == ["a button"]


def test_a_template_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="broken-template"):
        extract_messages(theme(tmp_path, "{% if %}\n"))


def test_updating_a_catalogue_keeps_translations_adds_new_entries_and_is_repeatable(tmp_path: Path) -> None:
    folder = catalogue(tmp_path, 'msgid "Lock"\nmsgstr "Cerrar"\n')
    messages = extract_messages(theme(tmp_path, "{{ _('Lock') }} {{ _('Sign in') }}"))

    path = update_catalogue(folder, "es", messages)
    once = path.read_bytes()
    update_catalogue(folder, "es", messages)

    assert path.read_bytes() == once
    assert load_messages(folder, "es", "en").gettext("Lock") == "Cerrar"
    assert [code for code, _line in codes(folder, messages)] == ["untranslated-message"]


def test_a_new_language_starts_with_an_empty_catalogue(tmp_path: Path) -> None:
    messages = extract_messages(theme(tmp_path, "{{ _('Lock') }}"))

    update_catalogue(tmp_path / "translations", "ar", messages)

    problems = check_messages(tmp_path / "translations", "ar", messages)
    assert [problem.code for problem in problems] == ["untranslated-message"]


def test_a_plural_that_the_template_words_otherwise_is_outdated(tmp_path: Path) -> None:
    entry = 'msgid "one issue"\nmsgid_plural "%(num)d papers"\nmsgstr[0] "un número"\nmsgstr[1] "%(num)d números"\n'
    folder = catalogue(tmp_path, entry)

    assert codes(folder, wanted(("one issue", "%(num)d issues"))) == [("plural-differs", 7)]


def test_an_entry_that_is_there_twice_is_refused_with_the_line_of_the_first(tmp_path: Path) -> None:
    entries = 'msgid "Lock"\nmsgstr "Cerrar"\n\nmsgctxt "door"\nmsgid "Lock"\nmsgstr "Cerradura"\n\n'
    again = 'msgid ""\n"Lo"\n"ck"\nmsgstr "Bloquear"\n'

    assert codes(catalogue(tmp_path / "once", entries), wanted("Lock")) == []
    problems = check_messages(catalogue(tmp_path / "twice", entries + again), "es", wanted("Lock"))
    assert [(one.code, one.place.line) for one in problems] == [("broken-catalogue", 14)]
    assert "on line 7" in problems[0].what


def test_what_was_given_up_may_stand_beside_what_took_its_place(tmp_path: Path) -> None:
    folder = catalogue(tmp_path, 'msgid "Lock"\nmsgstr "Cerrar"\n\n#~ msgid "Lock"\n#~ msgstr "Bloquear"\n')

    assert codes(folder, wanted("Lock")) == []


@pytest.mark.parametrize("text", ["100 % sellado", "%(num)", "% (num)s"])
def test_a_percent_sign_that_would_break_a_sentence_while_it_is_filled_in_is_a_problem(
    tmp_path: Path, text: str
) -> None:
    folder = catalogue(tmp_path, f'msgid "sealed"\nmsgstr "{text}"\n')

    assert codes(folder, wanted("sealed")) == [("stray-percent", 7)]


def test_scripts_get_a_counted_sentence_in_every_form_that_a_language_has(tmp_path: Path) -> None:
    arabic = HEADER.replace("es", "ar").replace(
        "nplurals=2; plural=(n != 1)",
        "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100<=2 ? 4 : 5)",
    )
    forms = "".join(f'msgstr[{number}] "{number}: {{n}}"\n' for number in range(6))
    path = tmp_path / "translations" / "ar" / "LC_MESSAGES" / "communique.po"
    path.parent.mkdir(parents=True)
    path.write_text(f'{arabic}msgid "{{n}} word"\nmsgid_plural "{{n}} words"\n{forms}', encoding="utf-8")
    words = "{n} word", "{n} words"

    assert by_count(load_messages(tmp_path / "translations", "ar", "en"), "ar", *words) == {
        "zero": "0: {n}", "one": "1: {n}", "two": "2: {n}", "few": "3: {n}", "many": "5: {n}", "other": "4: {n}",
    }  # fmt: skip
    assert by_count(load_messages(tmp_path, "en", "en"), "en", *words) == {"one": "{n} word", "other": "{n} words"}


def test_sentences_for_scripts_are_found_with_both_their_forms(tmp_path: Path) -> None:
    messages = extract_messages(theme(tmp_path, "<p data-said='{{ by_count('{n} word', '{n} words')|tojson }}'></p>"))

    assert [message.id for message in messages if message.id] == [("{n} word", "{n} words")]


def test_one_command_brings_every_catalogue_up_to_date_and_begins_a_new_one(tmp_path: Path) -> None:
    folder = catalogue(tmp_path, 'msgid "Lock"\nmsgstr "Cerrar"\n')
    theme(tmp_path, "{# translators: a button #}\n{{ _('Lock') }} {{ pgettext('menu', 'Sign in') }}")
    source = tmp_path / "plugins" / "communique_pelican" / "letters.py"
    source.parent.mkdir(parents=True)
    source.write_text('# translators: ends a letter\n_("Yours")\n', encoding="utf-8")

    told = update_catalogues(tmp_path, "pt")

    assert [(path.relative_to(folder).parts[0], left) for path, left in told] == [("es", 2), ("pt", 3)]
    portuguese = catalogue_path(folder, "pt").read_text(encoding="utf-8")
    assert '#. a button\n#: theme/templates/base.html\nmsgid "Lock"' in portuguese
    assert '#. ends a letter\n#: plugins/communique_pelican/letters.py\nmsgid "Yours"' in portuguese
    assert 'msgctxt "menu"\nmsgid "Sign in"' in portuguese
    with pytest.raises(Refused, match="there is no language"):
        update_catalogues(tmp_path, "xx")
