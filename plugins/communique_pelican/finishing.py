"""Everything in a finished tree that no Pelican run writes: the theme's files, `release.js`, and what it leads to."""

from __future__ import annotations

import datetime
import hashlib
import importlib.metadata
import itertools
import os
import re
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from communique.policy import Policy
from communique.problems import Place, Problem, Refused
from communique.sealing.keyring import build_keyring, keyring_cache_name
from communique.sealing.passphrases import listed_words
from communique.sealing.primitives import Json, cj
from communique_pelican.client import START, compressed_size, package_client, path_of, read_scripts
from communique_pelican.run import Assets, Plan
from communique_pelican.workers import end_with_the_build


def write_assets(static: Path, tree: Path) -> Assets:
    """The theme's files under names that carry their hash, so that a copy is never older than its page. Scripts go
    in as what `package_client` makes of them."""
    paths: dict[str, str] = {}
    for path in sorted(static.rglob("*")):
        name = path.relative_to(static).as_posix()
        if path.is_dir():
            continue
        if path.is_symlink() or not re.fullmatch(r"(?:[a-z0-9-]+/)?[a-z0-9-]+\.(?:css|js|svg|png)", name):
            place = Place(f"theme/static/{name}")
            raise Refused(
                [
                    Problem(
                        place,
                        "unexpected-file",
                        "this has no place in the theme",
                        "delete it, or name it a-z, 0-9, -",
                    )
                ]
            )
        if name.startswith("js/"):
            continue
        data = path.read_bytes()
        stem, _, suffix = name.rpartition(".")
        target = f"theme/{stem}.{hashlib.sha256(data).hexdigest()[:16]}.{suffix}"
        (tree / target).parent.mkdir(parents=True, exist_ok=True)
        (tree / target).write_bytes(data)
        paths[name] = target
    client = package_client(read_scripts(static))
    (tree / "theme" / "js").mkdir(parents=True, exist_ok=True)
    for part, data in client.items():
        paths[f"js/{part}.js"] = path_of(part, data)
        (tree / path_of(part, data)).write_bytes(data)
    return Assets(paths, (paths[f"js/{START}.js"],), {part: compressed_size(data) for part, data in client.items()})


def write_shared_data(plan: Plan, tree: Path, jobs: int, more: Iterable[tuple[str, str]] = ()) -> dict[str, str]:
    """Write `release.js`, the one fixed name a page knows, and what it leads to: the files given back, by id."""
    texts = {"keyring": _keyring(plan, jobs), "words": word_lists()}
    shared: dict[str, str] = {}
    (tree / "sealed").mkdir()
    for name, text in itertools.chain(texts.items(), more):
        line = data_script(name, text)
        stem = name.removeprefix("att/").replace("/", "-")
        shared[name] = f"sealed/{stem}.{hashlib.sha256(line.encode()).hexdigest()[:16]}.js"
        (tree / shared[name]).write_text(line, encoding="ascii", newline="\n")
    release: dict[str, Json] = {
        "v": 1,
        "site": plan.catalogue.site.id,
        "release": plan.keys.register.release,
        "date": plan.as_of.isoformat(),
        "demo": plan.keys.demo,
        "data": dict(shared),
    }
    (tree / "release.js").write_text(data_script("release", cj(release)), encoding="ascii", newline="\n")
    return shared


def write_fixed_files(tree: Path, project: Path) -> None:
    """What every release holds: a note to hosts that hide folders, and the licences of the work that lies in it.

    Raises:
        Refused: a licence is missing.
    """
    (tree / ".nojekyll").write_bytes(b"")
    ours = project / "LICENSE"
    licences = {
        "Communiqué: theme/": ours.read_text(encoding="utf-8") if ours.is_file() else "",
        "Word lists of BIP-39, from mnemonic: sealed/words.*.js": importlib.metadata.distribution("mnemonic").read_text(
            "LICENSE"
        ),
    }
    parts: list[str] = []
    for work, licence in licences.items():
        if not licence:
            what = f"the licence that must go with a release is missing ({work})"
            fix = "restore LICENSE, and install what requirements.txt pins"
            raise Refused([Problem(Place("LICENSE"), "no-licence", what, fix)])
        parts.append(f"{work}\n\n{licence.strip()}")
    (tree / "licences.txt").write_text("\n\n\n".join(parts) + "\n", encoding="utf-8", newline="\n")


def word_lists() -> str:
    """What the sign-in form compares typed words with. All lists in one: who loads it shows no language of theirs."""
    return cj({"v": 1, "words": " ".join(listed_words())})


def data_script(name: str, text: str) -> str:
    """A text as a script, since `file://` allows no other way to load data."""
    literal = cj(text).replace("<", "\\u003c")
    return f'CQ1_DATA("{name}",{literal})\n'


def _keyring(plan: Plan, jobs: int) -> str:
    """The keyring; a finished one is used again while nothing it depends on has changed, since each slot is slow."""
    policy: Policy = plan.catalogue.policy
    labels = {name: _labels(policy, name, plan.catalogue.site.languages) for name in policy.audience_names}
    register, keystore = plan.keys.register, plan.keys.keystore

    def held(grants: Iterable[str]) -> Iterable[str]:
        return policy.held_on(grants, plan.as_of)

    cache = plan.site_dir / ".communique" / "cache"
    cached = cache / keyring_cache_name(keystore, register, labels, held)
    if cached.is_file():
        return cached.read_text(encoding="ascii")
    with ProcessPoolExecutor(jobs, initializer=end_with_the_build) as pool:
        text = build_keyring(keystore, register, labels, held, pool)
    cache.mkdir(parents=True, exist_ok=True)
    draft = cached.with_suffix(".new")
    draft.write_text(text, encoding="ascii")
    draft.replace(cached)
    return text


def _labels(policy: Policy, name: str, languages: Iterable[str]) -> dict[str, str]:
    return {lang: policy.label(name, lang) for lang in languages}


def settle_times(tree: Path, as_of: datetime.date) -> None:
    """One time and one mode for all files: a zip or a copy of two equal builds is equal too."""
    stamp = datetime.datetime.combine(as_of, datetime.time(), tzinfo=datetime.UTC).timestamp()
    for path in (tree, *tree.rglob("*")):
        # Whoever built it: a host that copies modes must not find the site closed to its own server.
        path.chmod(0o755 if path.is_dir() else 0o644)
        os.utime(path, (stamp, stamp))
