"""What a person types: the verbs are there, and whatever goes wrong ends in a letter, not in a traceback."""

from __future__ import annotations

import http.client
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from rich.console import Console

from communique.problems import Refused
from communique_pelican import doctor, preview
from communique_pelican.doctor import Finding, Prerequisite, install_command

PROJECT = Path(__file__).resolve().parents[1]
VERBS = {
    "build",
    "release",
    "serve",
    "test",
    "check",
    "doctor",
    "status",
    "keys.add",
    "keys.create",
    "keys.renew",
    "keys.restore",
    "members.add",
    "members.grant",
    "members.leave",
    "members.letter",
    "members.list",
    "members.reissue",
    "members.remove",
    "members.stolen",
    "members.withdraw",
    "translate.acknowledge",
    "translate.diff",
    "translate.export",
    "translate.import",
    "translate.pin",
    "translate.update",
    "newsletter.send",
    "newsletter.write",
    "audit.confirm",
    "access.diff",
    "new",
    "schema",
    "import",
    "access.approve",
    "review.list",
    "review.approve",
}


def invoke(*words: str, project: Path = PROJECT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "invoke", *words],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of its own, so that a test's log and output lie beside nobody else's."""
    shutil.copy(PROJECT / "tasks.py", tmp_path)
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    shutil.copytree(PROJECT / "plugins", tmp_path / "plugins", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_every_verb_is_listed_with_what_it_does() -> None:
    tasks = dict(re.findall(r"^  ([a-z][a-z.-]*)(?: \([a-z]+\))? +(\S.*)$", invoke("--list").stdout, re.MULTILINE))

    assert set(tasks) == VERBS


@pytest.mark.parametrize(
    "words",
    ["newsletter.send --help", "new --help", "new statement -h", "import --help", "newsletter --help", "build -h"],
)
def test_every_verb_tells_how_it_is_used_even_where_it_waits_for_a_name(words: str) -> None:
    ran = invoke(*words.split())
    verb = words.split()[0].replace("newsletter", "newsletter.write") if "." not in words else words.split()[0]

    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith(f"Usage: inv[oke] [--core-opts] {verb} ")


def test_every_option_of_every_verb_says_what_it_is_for() -> None:
    program = (
        "import json, tasks; verbs = {name: tasks.namespace[name] for name in tasks.namespace.task_names};"
        "print(json.dumps({name: {one.name: one.help or '' for one in verb.get_arguments()}"
        " for name, verb in verbs.items()}))"
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True)
    options = json.loads(ran.stdout)

    assert set(options) == VERBS
    assert [(verb, name) for verb, said in options.items() for name, text in said.items() if not text] == []
    assert "keys/recipients" in invoke("newsletter.send", "--help").stdout


def test_the_readme_names_every_verb_that_takes_another_site() -> None:
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"`([a-z.*]+)`", text[text.index("`build`, `serve`") : text.index(" take `--site FOLDER`")])
    program = (
        "import tasks; verbs = {name: tasks.namespace[name] for name in tasks.namespace.task_names};"
        "print(*(name for name, verb in verbs.items() if 'site' in {one.name for one in verb.get_arguments()}))"
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True)

    assert {verb for verb in ran.stdout.split() if not {verb, verb.split(".")[0] + ".*"} & set(listed)} == set()


def test_listing_the_verbs_loads_neither_pelican_nor_cryptography() -> None:
    program = "import sys, tasks; print(sorted({'pelican', 'cryptography', 'babel', 'rich'} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "[]"


def test_a_refusal_ends_with_status_1_and_a_letter(project: Path) -> None:
    ran = invoke("serve", project=project)

    assert ran.returncode == 1
    assert ran.stderr == "output: there is no finished site yet [nothing-built]\n    run `invoke build`\n"


def test_something_unexpected_ends_with_status_2_one_line_and_a_log(project: Path) -> None:
    (project / "plugins" / "communique_pelican" / "doctor.py").write_text("1 / 0\n", encoding="utf-8")

    ran = invoke("doctor", project=project)

    assert ran.returncode == 2
    assert ran.stderr == ("something unexpected happened (ZeroDivisionError); details: .communique/errors.log\n")
    assert "1 / 0" in (project / ".communique" / "errors.log").read_text(encoding="utf-8")


def test_the_doctor_names_every_program_with_its_version() -> None:
    ran = invoke("doctor")

    for one in doctor.FOR_TESTS:
        assert one.name in ran.stdout


def test_what_is_missing_or_too_old_is_named_with_the_command_that_installs_it() -> None:
    tool = Prerequisite("Tool", "tests", ("no-such-program-here",), (2,), ("tool", "tool-data"))
    old = Prerequisite("Old Python", "tests", (sys.executable, "--version"), (99,), ("new-python",))
    here = Prerequisite("Python", "tests", (sys.executable, "--version"), (3, 11), ("python3",))

    findings = doctor.examine([tool, old, here])

    assert [(one.version != "", one.usable) for one in findings] == [
        (False, False),
        (True, False),
        (True, True),
    ]
    assert install_command(findings).endswith("apt-get install --yes new-python tool tool-data")
    assert install_command([findings[2]]) == ""


def test_without_the_right_to_install_the_tests_refuse_and_name_the_command(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    missing = Finding(doctor.FOR_TESTS[0], "", False)
    monkeypatch.setattr(doctor, "examine", lambda *_: [missing])
    monkeypatch.setattr(doctor, "_may_install", lambda: False)

    with pytest.raises(Refused, match=r"Chromium is not installed: .*\n.*apt-get install --yes chromium"):
        doctor.provide_for_tests(tmp_path, Console(quiet=True))


def test_with_the_right_to_install_the_tests_install_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    installed: list[str] = []
    wanted = doctor.FOR_TESTS[1]
    monkeypatch.setattr(
        doctor, "examine", lambda *_: [Finding(wanted, "present" if installed else "", bool(installed))]
    )
    monkeypatch.setattr(doctor, "_may_install", lambda: True)
    monkeypatch.setattr(doctor, "_apt_install", installed.extend)
    monkeypatch.setattr(doctor, "_install_node_packages", lambda *_: None)

    doctor.provide_for_tests(tmp_path, Console(quiet=True))

    assert installed == ["jose"]


def test_an_environment_made_for_building_only_says_how_to_add_what_tests_need(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    doctor.require_test_packages()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "mypy" else object())

    with pytest.raises(Refused, match=r"pip install --quiet --require-hashes -r requirements-dev\.txt"):
        doctor.require_test_packages()


def test_old_package_lists_are_renewed_once_before_giving_up(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []

    def quietly(command: list[str]) -> int:
        ran.append("update" if "update" in command else "install")
        return 0 if "update" in ran else 100

    monkeypatch.setattr(doctor, "_quietly", quietly)
    doctor._apt_install(["jose"])

    assert ran == ["install", "update", "install"]


@pytest.fixture
def address(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    (tmp_path / "es").mkdir()
    (tmp_path / "es" / "index.html").write_text("hola", encoding="utf-8")
    (tmp_path / "404.html").write_text("nothing here", encoding="utf-8")
    server = ThreadingHTTPServer((preview.ADDRESS, 0), partial(preview._Handler, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"{preview.ADDRESS}:{server.server_port}", tmp_path
    server.shutdown()
    server.server_close()


def get(address: str, path: str) -> tuple[int, str, str]:
    connection = http.client.HTTPConnection(address, timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer.status, answer.read().decode(), answer.getheader("Cache-Control") or ""


def test_the_preview_serves_the_site_uncached_and_its_own_page_for_a_missing_one(
    address: tuple[str, Path],
) -> None:
    host, _folder = address

    assert get(host, "/es/index.html") == (200, "hola", "no-store")
    assert get(host, "/es/") == (200, "hola", "no-store")
    assert get(host, "/fr/index.html") == (404, "nothing here", "no-store")
    assert get(host, "/../../../../etc/passwd")[0] == 404


def test_a_port_in_use_is_a_letter_that_names_another(address: tuple[str, Path], tmp_path: Path) -> None:
    port = int(address[0].split(":")[1])
    (tmp_path / "output").mkdir()

    with pytest.raises(Refused, match=f"invoke serve --port {port + 1}"):
        preview.serve(tmp_path, tmp_path, port=port, console=Console(quiet=True))


# What is installed is pinned, and comes from wherever the machine is set up to take it from.


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_by_hash_and_no_host_is_named(name: str) -> None:
    text = (PROJECT / name).read_text(encoding="utf-8")
    entries = re.findall(r"^([a-z0-9][^\n]*?)(?: \\)?\n((?:    [^\n]*\n?)*)", text, re.MULTILINE)

    assert len(entries) > 15
    for requirement, rest in entries:
        assert re.fullmatch(r"[a-z0-9-]+==[0-9][0-9.a-z]*(?: ;.*)?", requirement)
        assert "--hash=sha256:" in rest
    assert not re.search(r"://|index|find-links|trusted", text)


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_whatever_is_asked_for_is_pinned(name: str) -> None:
    asked = re.findall(r"^([a-z][a-z0-9-]*)", (PROJECT / f"{name}.in").read_text(encoding="utf-8"), re.MULTILINE)
    pinned = re.findall(r"^([a-z0-9-]+)==", (PROJECT / f"{name}.txt").read_text(encoding="utf-8"), re.MULTILINE)

    assert set(asked) <= set(pinned)


def test_what_builds_and_what_tests_pin_the_same_versions() -> None:
    def pins(name: str) -> dict[str, str]:
        text = (PROJECT / name).read_text(encoding="utf-8")
        return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE))

    assert pins("requirements.txt").items() <= pins("requirements-dev.txt").items()


def test_node_packages_are_pinned_by_hash_and_name_no_host() -> None:
    lock = json.loads((PROJECT / "package-lock.json").read_text(encoding="utf-8"))
    wanted = json.loads((PROJECT / "package.json").read_text(encoding="utf-8"))

    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())
    assert "resolved" not in json.dumps(lock)
    assert lock["packages"][""]["devDependencies"] == wanted["devDependencies"]


def test_the_readme_has_the_two_lines_that_continuous_integration_reads_out_of_it() -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8").splitlines()
    lines = [line.strip() for line in readme]

    assert (
        "python3 -m venv .venv && .venv/bin/pip install --quiet --require-hashes -r requirements.txt"
        " && .venv/bin/invoke build"
    ) in lines
    assert (".venv/bin/pip install --quiet --require-hashes -r requirements-dev.txt && .venv/bin/invoke test") in lines


def test_continuous_integration_stops_with_one_clear_line_where_the_readme_lacks_a_line(
    tmp_path: Path,
) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(PROJECT / ".ci" / "run", tmp_path / ".ci")
    (tmp_path / "README.md").write_text("# Nothing to run\n", encoding="utf-8")

    ran = subprocess.run(["bash", ".ci/run"], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert ran.returncode == 1
    assert ran.stderr == "ci: README.md has no line that builds the site\n"


def test_continuous_integration_names_the_step_that_failed_and_keeps_its_status(tmp_path: Path) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(PROJECT / ".ci" / "run", tmp_path / ".ci")
    readme = (
        "    python3 -m venv --help > help.txt && exit 7; .venv/bin/invoke build\n"
        "    .venv/bin/pip install x && .venv/bin/invoke test\n"
    )
    (tmp_path / "README.md").write_text(readme, encoding="utf-8")

    ran = subprocess.run(["bash", ".ci/run"], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert ran.returncode == 7
    assert ran.stderr == "ci: stopped at the README's first line (exit status 7)\n"
