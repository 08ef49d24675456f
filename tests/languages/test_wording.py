"""A sentence is recognised by its template, and said in another language with the same names and numbers in it."""

from __future__ import annotations

import random

import pytest
from babel.messages.catalog import Catalog

from communique.languages.wording import VOCABULARY, Kind, Template, Wording, faults, read, renamed, template_catalogue
from communique_pelican.wording_catalogues import update_wording

TEMPLATES = (
    Template('there is no audience called "{name}"', (("name", "name"),)),
    Template('did you mean "{guess}"?', (("guess", "name"),)),
    Template("known: {names}", (("names", "name"),)),
    Template("{fix}; or leave the number out", (("fix", "words"),)),
    Template("write ¶{number}", (("number", "name"),)),
    Template("{login} reads more: {names}", (("login", "name"), ("names", "list"))),
    Template("seal words with [the words]{{audience}}", ()),
    Template(
        "{count} problem; {kept}",
        (("count", "name"), ("kept", "words")),
        plural=Template("{count} problems; {kept}", (("count", "name"), ("kept", "words"))),
        counted="count",
    ),
    Template("nothing was published"),
    Template("a {kind} for {audience}", (("kind", "words"), ("audience", "name"))),
    Template("table"),
    Template("{name} is not a date", (("name", "words"),)),
    Template("by"),
)
IN_SPANISH = {
    TEMPLATES[0].text: "no hay ningún público llamado «{name}»",
    TEMPLATES[1].text: "¿quería decir «{guess}»?",
    TEMPLATES[2].text: "conocidos: {names}",
    TEMPLATES[3].text: "{fix}; o deje el número fuera",
    TEMPLATES[4].text: "escriba ¶{number}",
    TEMPLATES[5].text: "{login} lee más: {names}",
    TEMPLATES[6].text: "selle palabras con [las palabras]{{audience}}",
    TEMPLATES[8].text: "no se ha publicado nada",
    TEMPLATES[9].text: "bloque «{kind}» para {audience}",
    TEMPLATES[10].text: "tabla",
    TEMPLATES[11].text: "{name} no es una fecha",
    TEMPLATES[12].text: "por",
}


def catalogue(lang: str = "es") -> Catalog:
    made = Catalog(locale=lang)
    made.update(template_catalogue(TEMPLATES))
    for message in made:
        if message.id and message.pluralizable:
            message.string = ("{count} problema; {kept}", "{count} problemas; {kept}")
        elif message.id:
            message.string = IN_SPANISH[str(message.id)]
    return made


@pytest.fixture(scope="module")
def spanish() -> Wording:
    return Wording("es", catalogue())


def test_a_problem_keeps_its_place_and_code_and_is_said_in_the_editors_language(spanish: Wording) -> None:
    letter = (
        'content/a (copy): 2.md:4:1: there is no audience called "x: y" [unknown-audience]\n    did you mean "oeg"?'
    )

    assert spanish.translated(letter) == (
        "content/a (copy): 2.md:4:1: no hay ningún público llamado «x: y» [unknown-audience]\n    ¿quería decir «oeg»?"
    )


def test_one_and_many_are_told_apart_by_the_number_itself(spanish: Wording) -> None:
    assert spanish.translated("1 problem; nothing was published") == "1 problema; no se ha publicado nada"
    assert spanish.translated("\n12 problems; nothing was published") == "\n12 problemas; no se ha publicado nada"


def test_each_plural_form_of_a_language_is_used() -> None:
    made = Catalog(locale="ar")
    made.update(template_catalogue(TEMPLATES))
    for message in made:
        if message.id and message.pluralizable:
            message.string = tuple(f"form {form} {{count}}; {{kept}}" for form in range(6))
    arabic = Wording("ar", made)

    assert [arabic.translated(f"{n} problems; x").split()[1] for n in (0, 2, 7, 20, 100)] == ["0", "2", "3", "5", "4"]
    assert arabic.translated("1 problem; x").split()[1] == "1"


def test_a_sentence_within_a_sentence_is_translated_too(spanish: Wording) -> None:
    assert spanish.translated("write ¶7; or leave the number out") == "escriba ¶7; o deje el número fuera"
    assert spanish.translated("a table for oeg") == "bloque «tabla» para oeg"


def test_two_slots_side_by_side_are_parted_where_a_word_of_ours_ends() -> None:
    slots: tuple[tuple[str, Kind], ...] = (("name", "name"), ("kind", "words"), ("value", "name"))
    templates = (Template("{name} lacks {kind} {value} here", slots), Template("the link to"))
    made = Catalog(locale="es")
    made.update(template_catalogue(templates))
    made[templates[0].text].string = "a {name} le falta aquí {kind} {value}"
    made[templates[1].text].string = "el enlace a"

    shown = Wording("es", made).translated("¶3 lacks the link to “a b” here")

    assert shown == "a ¶3 le falta aquí el enlace a “a b”"
    assert Wording("es", made).translated("¶3 lacks the link to “18 h 30” here").endswith("aquí el enlace a “18 h 30”")


def test_a_list_is_joined_as_the_language_does(spanish: Wording) -> None:
    assert (
        spanish.translated("nz-01 reads more: oeg, partner, and state:nz") == "nz-01 lee más: oeg, partner y state:nz"
    )


def test_a_state_with_its_paragraphs_is_said_as_the_state_is() -> None:
    made = Catalog(locale="es")
    made.update(template_catalogue([Template("stale")]))
    made["stale"].string = "desfasada"

    assert Wording("es", made).translated("stale (¶ 1, 4 and 6)") == "desfasada (¶ 1, 4 y 6)"


def test_braces_of_a_text_are_no_slots(spanish: Wording) -> None:
    assert spanish.translated("seal words with [the words]{audience}") == "selle palabras con [las palabras]{audience}"


def test_a_key_that_is_also_a_word_stays_a_key(spanish: Wording) -> None:
    assert spanish.translated("by is not a date") == "by no es una fecha"


def test_what_no_template_fits_stays_as_it_is(spanish: Wording) -> None:
    for line in ("found character '\\t' that cannot start any token", "", "   ", "exit status 1", "{", "notes/mistake"):
        assert spanish.translated(line) == line


def test_a_translation_that_is_missing_or_marked_fuzzy_leaves_the_sentence_in_english() -> None:
    made = catalogue()
    made[TEMPLATES[8].text].string = ""
    made[TEMPLATES[4].text].flags.add("fuzzy")
    made[TEMPLATES[1].text].string = "¿{nobody}?"
    spanish = Wording("es", made)

    for line in ("nothing was published", "write ¶7", 'did you mean "oeg"?'):
        assert spanish.translated(line) == line
        found = spanish.said(line)
        assert found is not None
        assert not found.whole


def test_whatever_is_filled_in_comes_out_again(spanish: Wording) -> None:
    chance = random.Random(5)
    signs = "abc ÄñØ文ع{}[]():;,.“”\"'`\\%-¶01 "
    for _ in range(300):
        value = "".join(chance.choice(signs) for _ in range(chance.randint(1, 20)))
        shown = spanish.translated(f'there is no audience called "{value}"')
        assert shown == f"no hay ningún público llamado «{value}»"


def test_a_catalogue_is_looked_through_for_what_is_missing_or_broken(tmp_path) -> None:
    path = tmp_path / "translations" / "es" / "LC_MESSAGES" / "editors.po"
    path.parent.mkdir(parents=True)
    wanted = template_catalogue(TEMPLATES)
    path.write_text(
        'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
        'msgid "write ¶{number}"\nmsgstr "escriba {numero}"\n\n'
        '#, fuzzy\nmsgid "nothing was published"\nmsgstr "nada"\n\nmsgid "table"\nmsgstr ""\n\n'
        'msgid "by"\nmsgstr "por {"\n',
        encoding="utf-8",
    )

    found = faults(tmp_path / "translations", "es", wanted)

    codes = {one.code for one in found}
    assert codes == {
        "unknown-placeholder",
        "missing-placeholder",
        "fuzzy-message",
        "untranslated-message",
        "missing-message",
    }
    assert next(one for one in found if one.code == "missing-placeholder").what.endswith("lacks {number}")
    assert faults(tmp_path / "translations", "fr", wanted)[0].code == "missing-catalogue"


def test_a_slot_that_only_got_another_name_keeps_its_translation() -> None:
    made = catalogue()
    before = made["write ¶{number}"].string
    wanted = template_catalogue([Template("write ¶{which}", (("which", "name"),))])

    renamed(made, wanted)

    assert before == "escriba ¶{number}"
    assert made["write ¶{which}"].string == "escriba ¶{which}"


def test_bringing_a_catalogue_up_to_date_twice_writes_the_same(tmp_path) -> None:
    (tmp_path / "plugins").mkdir()
    (tmp_path / "tasks.py").write_text('print(f"{name} is here, and {other} is not")\n', encoding="utf-8")
    ((path, left),) = update_wording(tmp_path, "de")
    first = path.read_bytes()
    ((again, _),) = update_wording(tmp_path)

    assert (again, left) == (path, 1 + len(VOCABULARY))
    assert again.read_bytes() == first
    assert {message.id for message in read(path, "de")} - VOCABULARY == {"", "{name} is here, and {other} is not"}
