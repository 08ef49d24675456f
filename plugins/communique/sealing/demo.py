"""The demonstration's keystore, register and members: public, and therefore good for nothing else."""

from __future__ import annotations

from pathlib import Path

from communique.sealing.keystore import open_keystore
from communique.sealing.register import Credential, credentials, read_register
from communique.sealing.sealer import Sealer

#: Printed in keys/demo/README.md. It protects nothing: the demo keystore is published.
DEMO_KEYSTORE_PASSPHRASE = "demonstration only not for members"  # noqa: S105  # public on purpose


def open_demo(folder: Path, shown_as: str = "keys/demo/register.yaml") -> Sealer:
    """The sealer of the demonstration in `folder` (`keys/demo`). Problems name the register `shown_as`.

    Raises:
        KeystoreRefused: the keystore is missing, damaged, or not a demo one.
        Refused: the register is not one, or not a demo one.
    """
    keystore = open_keystore(folder / "keystore.json", DEMO_KEYSTORE_PASSPHRASE, demo=True)
    return Sealer(keystore, read_register((folder / "register.yaml").read_text(encoding="utf-8"), shown_as))


def demo_credentials(sealer: Sealer) -> tuple[Credential, ...]:
    """Logins and passphrases to print below a finished demo build.

    Raises:
        ValueError: this is not a demo: real passphrases are never printed by a build.
    """
    if not sealer.is_demo:
        raise ValueError("only a demonstration shows its passphrases")
    return credentials(sealer.keystore, sealer.register)
