"""`invoke serve --as`: the preview opens what its grants open, to this browser alone, and leaves no trace on disk."""

from __future__ import annotations

import dataclasses
import http.client
import io
import shutil
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from rich.console import Console

from communique.documents.listing import read_data
from communique.problems import Refused
from communique.sealing.keyring import open_slot
from communique_pelican import preview
from communique_pelican.keys import PASSPHRASE_FILE, Keys, find_keys, find_register
from communique_pelican.preview import SignedIn
from communique_pelican.preview_as import asked_names, reader, release_with_keyring
from tests.browser.shipped import PROJECT, Shipped
from tests.browser.visitor import Box, Visitor
from tests.site_building import files_of

GRANTS = ("partner", "state:nz")
PAGE = "en/meetings/paris-2008/index.html"


@dataclass(frozen=True)
class Shown:
    """A preview of the shipped site, at `host`."""

    host: str
    signed_in: SignedIn
    site: Path
    keys: Keys = field(repr=False)

    @property
    def base(self) -> str:
        return f"http://{self.host}{self.signed_in.prefix}"

    def ask(self, path: str, method: str = "GET", headers: Mapping[str, str] | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection(self.host, timeout=10)
        connection.request(method, path, headers=dict(headers or {}))
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


@pytest.fixture(scope="module")
def shown(shipped: Shipped, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    site = tmp_path_factory.mktemp("preview")
    shutil.copytree(shipped.content, site / "content")
    shutil.copytree(shipped.output, site / "output")
    keys = find_keys(site, PROJECT, {})
    who = reader(site, PROJECT, keys, GRANTS)
    assert who is not None
    signed_in = SignedIn(who)
    handler = partial(preview._Handler, directory=str(site / "output"), signed_in=signed_in)
    server = preview._listen(0, handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Shown(f"{preview.ADDRESS}:{server.server_port}", signed_in, site, keys)
    server.shutdown()
    server.server_close()


def test_the_page_is_signed_in_by_itself_and_opens_exactly_what_the_grants_open(
    shown: Shown, chromium: Browser, capfd: pytest.CaptureFixture[str]
) -> None:
    before = files_of(shown.site)
    visitor = Visitor(chromium.new_context(), shown.base)
    visitor.open(PAGE)
    expect(visitor.page.locator("#cq-status p").first).to_be_visible(timeout=20_000)
    _, policy, _ = read_data(shown.site / "content")
    held = policy.closure(GRANTS)

    boxes: tuple[Box, ...] = ()
    for seen in (visitor.look(), visitor.follow("en/meetings/index.html"), visitor.follow(PAGE)):
        assert seen is not None
        boxes = seen.boxes
        assert {box.part: box.is_open for box in boxes} == {box.part: bool(box.audience & held) for box in boxes}
    assert {box.is_open for box in boxes} == {True, False}
    expect(visitor.page.locator("[data-cq-member]").first).to_contain_text("preview.partner.state-nz")
    visitor.page.locator("header [data-cq-lock]").click()
    expect(visitor.page.locator("header [data-cq-sign-in]")).to_be_visible()
    visitor.page.wait_for_timeout(1500)
    expect(visitor.page.locator("header [data-cq-sign-in]")).to_be_visible()
    assert visitor.complaints == []
    visitor.page.context.close()

    assert files_of(shown.site) == before, "the preview writes nothing"
    told = capfd.readouterr()
    for secret in (shown.signed_in.who.passphrase, shown.signed_in.prefix):
        assert secret not in told.out + told.err


def test_without_the_word_in_the_address_nothing_is_answered(shown: Shown) -> None:
    for path in ("/", f"/{PAGE}", "/release.js", "/preview.js", "/x" + shown.signed_in.prefix + PAGE):
        assert shown.ask(path)[0] == 404
    word = shown.signed_in.prefix
    assert shown.ask(word[:-2] + "/" + PAGE)[0] == 404
    assert shown.ask(word + PAGE)[0] == 200
    assert shown.ask(word)[0] == 200, "a folder's address shows its page"
    assert shown.ask(word + "sealed/")[0] == 404, "no folder is listed"
    assert shown.ask(word + "../../../../etc/passwd")[0] == 404


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "OURS", "Sec-Fetch-Site": "same-site"},
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
        {"Origin": "http://127.0.0.1:1", "Sec-Fetch-Site": "same-origin"},
    ],
)
def test_only_a_page_of_the_preview_itself_is_told_the_words(shown: Shown, headers: dict[str, str]) -> None:
    sent = {name: value.replace("OURS", f"http://{shown.host}") for name, value in headers.items()}
    status, body = shown.ask(shown.signed_in.prefix + "preview-sign-in", "POST", sent)

    assert status == 403
    assert shown.signed_in.who.passphrase not in body


def test_the_words_are_in_nothing_that_can_be_embedded(shown: Shown) -> None:
    word = shown.signed_in.prefix
    for path in ("preview.js", "release.js", shown.signed_in.keyring_path, PAGE):
        assert shown.signed_in.who.passphrase not in shown.ask(word + path)[1]
        if not path.endswith(".html"):
            assert shown.ask(word + path, headers={"Sec-Fetch-Site": "same-site", "Sec-Fetch-Dest": "script"})[0] == 404
    assert shown.ask(word + "preview-sign-in")[0] == 404


def test_a_name_of_elsewhere_that_leads_to_this_machine_is_turned_away(shown: Shown) -> None:
    for host in ("rebound.example", f"rebound.example:{shown.host.split(':')[1]}", "127.0.0.1"):
        status, body = shown.ask(shown.signed_in.prefix, headers={"Host": host})
        assert status == 421
        assert "no other site" in body


def test_the_slot_holds_the_keys_of_the_grants_and_no_others(shown: Shown) -> None:
    who = shown.signed_in.who
    slot = open_slot(who.keyring, who.login, who.passphrase)

    tids = {shown.keys.keystore.tid(shown.keys.register.entry(name).tier) for name in GRANTS}
    assert {kid.split(".")[0] for kid in slot.keys} == tids
    assert who.passphrase not in repr(who)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["partnr"], 'did you mean "partner"?'),
        (["observer", "oeg"], "observer-alone"),
        (["nz-01"], "--as oeg --as state:nz"),
        ([","], "nobody is named"),
    ],
)
def test_a_name_that_nobody_reads_by_is_refused_with_a_better_one(shown: Shown, typed: list[str], said: str) -> None:
    with pytest.raises(Refused, match=said):
        reader(shown.site, PROJECT, shown.keys, typed)


def test_an_observer_is_nobody(shown: Shown) -> None:
    _, policy, _ = read_data(shown.site / "content")

    assert asked_names(["observer"], policy, find_register(shown.site, PROJECT)) == ()
    assert reader(shown.site, PROJECT, shown.keys, ["public"]) is None


def test_keys_that_were_renewed_while_the_preview_ran_are_told(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    register = dataclasses.replace(shown.keys.register, signer=bytes(32))
    monkeypatch.setattr("communique_pelican.preview_as.find_register", lambda *_: register)

    with pytest.raises(Refused, match="start the preview again"):
        reader(shown.site, PROJECT, shown.keys, ["oeg"])


def test_a_release_file_that_no_build_wrote_is_refused() -> None:
    for text in ("", 'CQ1_DATA("release","{}")\n', "CQ1_DATA(\"release\",'x')\n", 'CQ1_DATA("release","[1]")'):
        with pytest.raises(Refused, match="not-our-release"):
            release_with_keyring(text, "sealed/keyring.preview.js")


def test_the_passphrase_of_a_keystore_reaches_each_build_through_a_pipe_and_no_file() -> None:
    for _ in range(2):
        with preview._handed_over("some words", {"HOME": "/home"}) as (environment, descriptors):
            path = environment[PASSPHRASE_FILE]
            assert path == f"/dev/fd/{descriptors[0]}"
            assert Path(path).read_text(encoding="utf-8") == "some words\n"
    with preview._handed_over(None, {"HOME": "/home"}) as (environment, descriptors):
        assert (dict(environment), descriptors) == ({"HOME": "/home"}, ())


def test_the_terminal_names_whom_the_preview_is_signed_in_as(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    import watchfiles

    monkeypatch.setattr(watchfiles, "watch", lambda *_, **__: iter(()))
    monkeypatch.setattr(preview, "find_keys", lambda *_: shown.keys)
    said = io.StringIO()

    preview.serve(shown.site, PROJECT, port=0, console=Console(file=said, width=40), as_=["oeg"], environ={})
    assert "Preview as oeg (signed in from memory; the address is for you alone)" in said.getvalue()
    preview.serve(shown.site, PROJECT, port=0, console=Console(file=said, width=40), as_=["observer"], environ={})
    assert "Preview as observer (nobody is signed in)" in said.getvalue()


def test_a_build_of_a_changed_source_gets_the_passphrase_and_the_sign_in_follows_the_register(
    shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    import watchfiles

    handed: list[str] = []

    def built(command: list[str], *, env: Mapping[str, str], pass_fds: tuple[int, ...], **_: object) -> None:
        assert "some words" not in " ".join([*command, *env.values()])
        handed.append(Path(env[PASSPHRASE_FILE]).read_text(encoding="utf-8"))

    readers: list[SignedIn] = []
    monkeypatch.setattr(watchfiles, "watch", lambda *_, **__: iter([set()]))
    monkeypatch.setattr(preview, "find_keys", lambda *_: shown.keys)
    monkeypatch.setattr(preview, "_asked_once", lambda *_: "some words")
    monkeypatch.setattr(preview, "_follow", lambda signed_in, *_: readers.append(signed_in))
    monkeypatch.setattr("communique_pelican.preview.subprocess.run", built)

    preview.serve(shown.site, PROJECT, port=0, console=Console(quiet=True), as_=["oeg"], environ={})
    assert handed == ["some words\n"]
    before = readers[0].who
    monkeypatch.undo()
    preview._follow(readers[0], shown.site, PROJECT, shown.keys, ["oeg"], Console(quiet=True))
    assert readers[0].who.passphrase != before.passphrase
    assert readers[0].who.names == ("oeg",)
    said = io.StringIO()
    preview._follow(readers[0], shown.site, PROJECT, shown.keys, ["gone"], Console(file=said))
    assert "unknown-audience" in said.getvalue()
    assert readers[0].who.names == ("oeg",), "what worked before goes on"
