"""Lists of states stand in the alphabetical order of each language, as ICU sorts them."""

from __future__ import annotations

import json
import subprocess

import pytest
from babel import Locale

from communique.languages.typography import sort_key

#: Sorts with the Unicode collation of Node's ICU; what is equal to it, by code point.
SORT = """
const {lang, names} = JSON.parse(require("fs").readFileSync(0, "utf8"));
const collator = new Intl.Collator(lang);
names.sort((one, two) => collator.compare(one, two) || (one < two ? -1 : 1));
process.stdout.write(JSON.stringify(names));
"""


def sorted_by_icu(names: list[str], lang: str) -> list[str]:
    given = json.dumps({"lang": lang, "names": names})
    done = subprocess.run(["node", "-e", SORT], input=given, capture_output=True, text=True, check=True)
    found: list[str] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(
    "lang", ["en", "es", "fr", "de", "ar", "da", "fi", "it", "nl", "pl", "pt", "ro", "ru", "sv", "tr", "uk"]
)
def test_every_state_of_cldr_stands_where_icu_puts_it(lang: str) -> None:
    territories = Locale.parse(lang).territories
    names = [str(name) for code, name in territories.items() if len(code) == 2 and code.isalpha()]
    assert len(set(names)) > 250
    assert sorted(names, key=lambda name: sort_key(name, lang)) == sorted_by_icu(names, lang)


@pytest.mark.parametrize("lang", ["en", "es", "fr"])
def test_names_that_differ_in_accents_case_or_signs_alone_stand_where_icu_puts_them(lang: str) -> None:
    names = ["Perú", "Peru", "PERU", "perú", "España", "Espana", "Espanzo", "Île", "Ile", "Côte", "Coté", "Cote"]
    assert sorted(names, key=lambda name: sort_key(name, lang)) == sorted_by_icu(names, lang)
