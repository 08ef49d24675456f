"""What can go wrong when something sealed is read: four codes, one for each thing a reader would do next."""

from __future__ import annotations

from typing import ClassVar


class SealingError(Exception):
    """The base of the family. `code` is stable; the sentence a reader sees is translated elsewhere.

    SealingError
    ├── Malformed            not a sealed object of a kind we know
    ├── DoesNotOpen          altered, moved, not signed by us, or a wrong passphrase: nobody can tell which
    ├── NewerThanKeyring     sealed with a later key of a tier the reader holds
    ├── NotForYou            sealed for other readers
    └── KeystoreRefused      the editors' own keystore cannot be used
    """

    code: ClassVar[str] = "sealing"


class Malformed(SealingError):
    """Not a sealed object we know. `why` names a rule of the format, never content."""

    code = "malformed"

    def __init__(self, why: str = "this is not a sealed object of the format CQ1") -> None:
        super().__init__(why)


class DoesNotOpen(SealingError):
    """One message for all causes: an authenticated cipher cannot say why it refuses, nor may we guess."""

    code = "does-not-open"

    def __init__(self) -> None:
        super().__init__("this does not open")


class NewerThanKeyring(SealingError):
    code = "newer-than-keyring"

    def __init__(self) -> None:
        super().__init__("this was sealed with a newer key than these: reload the page or get the new copy")


class NotForYou(SealingError):
    code = "not-for-you"

    def __init__(self) -> None:
        super().__init__("this is sealed for other readers")


class KeystoreRefused(SealingError):
    code = "keystore-refused"
