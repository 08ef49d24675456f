"""Which keys a build seals with: the site's own, or the demo ones that lie in the repository."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from communique.documents.listing import read_text
from communique.problems import Place, Problem, Refused
from communique.sealing.demo import open_demo
from communique.sealing.keystore import Keystore, open_keystore
from communique.sealing.register import Credential, Register, credentials, read_register
from communique_pelican.speaking import spoken

#: Names a file whose first line is the editors' passphrase, for builds nobody watches. Never the passphrase itself:
#: other processes may read the environment.
PASSPHRASE_FILE = "COMMUNIQUE_PASSPHRASE_FILE"  # noqa: S105  # the name of a variable


@dataclass(frozen=True)
class Keys:
    keystore: Keystore = field(repr=False)
    register: Register
    demo: bool

    def credentials(self) -> tuple[Credential, ...]:
        """Every member's login and passphrase; only of the demo, whose passphrases are public."""
        if not self.demo:
            raise ValueError("only demo passphrases are ever printed")
        return credentials(self.keystore, self.register)


def find_register(site_dir: Path, project: Path) -> Register:
    """The register in `keys/` of the site, or the demo's where neither register nor keystore is there. Asks nobody.

    Raises:
        Refused: only one of the two is there, or the register is wrong.
    """
    folder = site_dir / "keys"
    register, keystore = folder / "register.yaml", folder / "keystore.json"
    if not register.exists() and not keystore.exists():
        shown = "keys/demo/register.yaml"
        return read_register(read_text(project / shown, shown), shown)
    for path, other in ((register, keystore), (keystore, register)):
        if not path.is_file():
            what = f"{other.name} lies here without {path.name}"
            place = Place(f"keys/{path.name}")
            raise Refused(
                [
                    Problem(
                        place,
                        "half-keys",
                        what,
                        "restore it from your backup: the demo keys are not a substitute",
                    )
                ]
            )
    return read_register(read_text(register, "keys/register.yaml"), "keys/register.yaml")


def find_keys(site_dir: Path, project: Path, environ: Mapping[str, str]) -> Keys:
    """`keys/` of the site: a register and a keystore, both or neither. Neither means the demo.

    Raises:
        Refused: only one of the two is there, or the register is wrong.
        KeystoreRefused: the keystore is open to others, damaged, or the passphrase is not its own.
    """
    register = find_register(site_dir, project)
    keystore = site_dir / "keys" / "keystore.json"
    if not keystore.exists():
        demo = open_demo(project / "keys" / "demo")
        return Keys(demo.keystore, demo.register, True)
    opened = open_keystore(keystore, _passphrase(environ))
    return Keys(opened, register, opened.demo or register.demo)


def _passphrase(environ: Mapping[str, str]) -> str:
    named = environ.get(PASSPHRASE_FILE)
    if named is not None:
        try:
            return Path(named).read_text(encoding="utf-8").split("\n")[0]
        except (OSError, UnicodeDecodeError):
            place = Place(PASSPHRASE_FILE)
            raise Refused(
                [
                    Problem(
                        place,
                        "no-passphrase",
                        "the file it names cannot be read",
                        "correct its name, or unset it",
                    )
                ]
            ) from None
    if not sys.stdin.isatty():
        place = Place("keys/keystore.json")
        what = "the keystore's passphrase is needed, and nobody is there to ask"
        raise Refused([Problem(place, "no-passphrase", what, f"name a file that holds it in {PASSPHRASE_FILE}")])
    return getpass.getpass(spoken(environ).translated("passphrase of the keystore: "))
