"""Files beside texts, from an editor's folder to a finished site: public ones cleaned, sealed ones not to be seen."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from communique.audit.objects import context_of
from communique.sealing.attachments import open_file
from communique.sealing.envelope import Context, verify_sealed
from communique.sealing.errors import SealingError
from communique.sealing.keyring import Slot, open_slot
from communique.sealing.lists import NO_DOCUMENT
from communique_pelican.keys import find_keys
from tests.documents.making_files import TOLD, jpeg, pdf, png, written
from tests.site_building import PROJECT, SITES, Ran, built_minimal, copy_site, published, run

pytestmark = pytest.mark.site

HEAD = {
    "en": "---\nkind: notice\ndate: 2008-09-20\naudience: public\noriginal: en\nsummary: With files.\n---\n# Files\n\n",
    "es": "---\naudience: public\noriginal: en\nsummary: Con archivos.\n---\n# Archivos\n\n",
}
TEXT = {
    "en": """\
See [the paper](file:paper.pdf) and [the table](file:table.csv).

![A red and a blue field](file:fields.jpg "Two fields")

::: partner
Partners see [their paper](file:qx-partner-annex.pdf) and ![a photograph](file:qx-photo.png).

::: oeg
Experts see [theirs](file:qx-experts.txt).
:::

:::

- A thing with [a file](file:qx-item.zip) {state:nz}
""",
    "es": """\
Véase [el documento](file:paper.es.pdf) y [el cuadro](file:table.csv).

![Un campo rojo y uno azul](file:fields.jpg "Dos campos")

::: partner
Los socios ven [su documento](file:qx-partner-annex.es.pdf) y ![una fotografía](file:qx-photo.png).

::: oeg
Los expertos ven [el suyo](file:qx-experts.txt).
:::

:::

- Una cosa con [un archivo](file:qx-item.zip) {state:nz}
""",
}
FOLDER = "content/notes/with-files"
EXPERTS = "What the experts alone should know of this matter is written here.\n"
SEALED = {
    "qx-partner-annex.pdf": "partner",
    "qx-partner-annex.es.pdf": "partner",
    "qx-photo.png": "partner",
    "qx-experts.txt": "oeg",
    "qx-item.zip": "state:nz",
}
MAY_READ = {"hr-01": {"partner"}, "nz-01": {"partner", "oeg", "state:nz"}, "mx-01": set[str]()}


def written_files() -> dict[str, bytes]:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("inside.txt"), bytes(range(256)) * 400)
    return {
        "paper.pdf": written(pdf("A public paper")),
        "paper.es.pdf": written(pdf("Un documento")),
        "table.csv": b"name;number\none;1\n",
        "fields.jpg": jpeg(6),
        "qx-partner-annex.pdf": written(pdf("For partners")),
        "qx-partner-annex.es.pdf": written(pdf("Para los socios")),
        "qx-photo.png": png(),
        "qx-experts.txt": EXPERTS.encode(),
        "qx-item.zip": packed.getvalue(),
    }


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ran]:
    site = copy_site(SITES / "minimal", tmp_path_factory.mktemp("with-files") / "site")
    # Only saves time: nothing in it can change what is built.
    shutil.copytree(built_minimal(tmp_path_factory) / ".communique", site / ".communique")
    folder = site / FOLDER
    folder.mkdir()
    for lang in HEAD:
        (folder / f"{lang}.md").write_text(HEAD[lang] + TEXT[lang], encoding="utf-8")
    for name, data in written_files().items():
        (folder / name).write_bytes(data)
    return site, run("build", site)


@pytest.fixture(scope="module")
def tree(built: tuple[Path, Ran]) -> Mapping[str, bytes]:
    site, ran = built
    assert ran.status == 0, ran.said
    return published(site)


@pytest.fixture(scope="module")
def objects(tree: Mapping[str, bytes]) -> dict[str, str]:
    """Each object of a sealed file that lies beside a text by its name, as `release.js` leads to it."""
    told = json.loads(json.loads(tree["release.js"].decode().removeprefix('CQ1_DATA("release",').removesuffix(")\n")))
    found = {
        name: json.loads(tree[path].decode().removeprefix(f'CQ1_DATA("{name}",').removesuffix(")\n"))
        for name, path in told["data"].items()
        if name.startswith("att/")
    }
    return {name: text for name, text in found.items() if context_of(text)["doc"] != NO_DOCUMENT}


@pytest.fixture(scope="module")
def slots(built: tuple[Path, Ran], tree: Mapping[str, bytes]) -> dict[str, Slot]:
    text = next(text for path, text in tree.items() if path.startswith("sealed/keyring."))
    keyring = json.loads(text.decode().removeprefix('CQ1_DATA("keyring",').removesuffix(")\n"))
    listed = find_keys(built[0], PROJECT, {}).credentials()
    return {one.login: open_slot(keyring, one.login, one.passphrase) for one in listed if one.login in MAY_READ}


def test_public_files_lie_below_files_tell_nothing_and_are_linked_from_every_language(
    tree: Mapping[str, bytes],
) -> None:
    below = {
        path.removeprefix("files/notes/with-files/"): data for path, data in tree.items() if path.startswith("files/")
    }

    assert below.keys() == {"paper.pdf", "paper.es.pdf", "table.csv", "fields.jpg"}
    assert not [(name, word) for name, data in below.items() for word in TOLD if word.encode() in data]
    assert below["table.csv"] == written_files()["table.csv"]
    for lang, paper in (("en", "paper.pdf"), ("es", "paper.es.pdf"), ("fr", "paper.pdf")):
        page = tree[f"{lang}/notes/with-files/index.html"].decode()
        assert f'<a class="file" href="../../../files/notes/with-files/{paper}">' in page
        assert 'width="20"' in page
        assert 'src="../../../files/notes/with-files/fields.jpg"' in page


def test_no_name_and_no_byte_of_a_sealed_file_is_public(tree: Mapping[str, bytes]) -> None:
    files = written_files()
    for path, content in tree.items():
        assert not [name for name in SEALED if name.encode() in content.lower() or name in path], path
        assert b"cq:att/" not in content or path.startswith("theme/js/"), path
        for name in SEALED:
            middle = files[name][len(files[name]) // 4 : len(files[name]) // 2]
            assert middle not in content, (path, name)


def test_each_sealed_file_is_objects_of_few_lengths_under_names_that_tell_nothing(objects: dict[str, str]) -> None:
    assert len(objects) == len(SEALED)
    assert all(re.fullmatch(r"att/a[a-z2-7]{16}/0001of0001", name) for name in objects)
    assert {len(text) // 10000 for text in objects.values()} == {8, 17}


@pytest.mark.parametrize("login", MAY_READ)
def test_a_member_gets_exactly_the_files_of_their_audiences(
    login: str, objects: dict[str, str], slots: dict[str, Slot]
) -> None:
    slot, got = slots[login], dict[str, bytes]()
    for name, text in objects.items():
        context = verify_sealed(text, slot.signers)
        expect = Context(context.site, "section", "notes/with-files", "en", "s1", context.aud)
        try:
            meta, data = open_file(objects, name.split("/")[1], expect, slot.keys, slot.signers)
        except SealingError:
            continue
        got[str(meta["name"])] = data

    assert got.keys() == {name for name, audience in SEALED.items() if audience in MAY_READ[login]}
    for name, data in got.items():
        assert not [word for word in TOLD if word.encode() in data], "sealed files are cleaned as well"
        if name.endswith((".txt", ".zip")):
            assert data == written_files()[name]


def test_what_names_or_quotes_a_sealed_file_is_found(built: tuple[Path, Ran], tmp_path: Path) -> None:
    site = copy_site(built[0], tmp_path / "site")
    with (site / FOLDER / "table.csv").open("a", encoding="utf-8") as table:
        table.write(f"see qx-partner-annex.pdf\n{EXPERTS}")

    ran = run("build", site)

    assert ran.status == 1
    assert re.findall(r"^output/(\S+): .*\[(\S+)\]", ran.said, re.MULTILINE) == [
        ("files/notes/with-files/table.csv", "sealed-file"),
        ("files/notes/with-files/table.csv", "sealed-file-name"),
        ("files/notes/with-files/table.csv", "sealed-run"),
    ]
    assert published(site) == published(built[0])
