"""The one object a build needs: names from content in, sealed texts out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from communique.problems import Problem, Refused
from communique.sealing.envelope import Context, Recipient, seal
from communique.sealing.keystore import Keystore
from communique.sealing.primitives import Json
from communique.sealing.register import Register


@dataclass(frozen=True)
class Sealer:
    """Seals for the tiers and areas of a register. A plain value: it can be handed to another process."""

    keystore: Keystore
    register: Register

    def __post_init__(self) -> None:
        place, problems = self.register.place, []
        if self.keystore.site != self.register.site:
            what = f"the register is of {self.register.site}, the keystore of {self.keystore.site}"
            problems.append(Problem(place, "other-site", what, "bring the keystore and the register of one site"))
        if self.keystore.demo != self.register.demo:
            what = "one of register and keystore is for demonstration, the other is not"
            problems.append(Problem(place, "demo-mixed", what, "the demo keystore is public: never use it for members"))
        told = self.register.signer
        if not problems and told is not None and told != self.keystore.signer(self.register.signing):
            what = "the keystore holds another master than the one this register belongs to"
            problems.append(Problem(place, "other-master", what, "bring the keystore and the register of one time"))
        if problems:
            raise Refused(problems)

    @property
    def is_demo(self) -> bool:
        return self.keystore.demo or self.register.demo

    @property
    def signers(self) -> tuple[bytes, ...]:
        """The public keys that genuine objects of this register are signed with."""
        return (self.keystore.signer(self.register.signing),)

    def tids(self, audience_names: Iterable[str]) -> tuple[str, ...]:
        """The public tier ids of an audience, sorted: `state:nz` is `nat-nz`, or opaque if its name is.

        Raises:
            Refused: a name has no key in the register.
        """
        entries = [self.register.entry(name) for name in set(audience_names)]
        return tuple(sorted(self.keystore.tid(entry.tier, opaque=entry.opaque) for entry in entries))

    def keys(self, audience_names: Iterable[str]) -> dict[str, bytes]:
        """The present keys of these tiers by kid, as a reader of theirs would hold them."""
        return {recipient.kid: recipient.key for recipient in self._recipients(audience_names)}

    def context(self, kind: str, doc: str, lang: str, part: str, audience_names: Iterable[str]) -> Context:
        names = set(audience_names)
        entries = [self.register.entry(name) for name in names]
        stamps = [entry.resealed for entry in entries]
        stamps += [self.register.release for entry in entries if entry.restamped]
        return Context(
            self.register.site,
            kind,
            doc,
            lang.lower(),
            part,
            self.tids(names),
            max(stamps, default=0) or None,
        )

    def seal(
        self,
        kind: str,
        doc: str,
        lang: str,
        part: str,
        audience_names: Iterable[str],
        meta: Mapping[str, Json],
        body: bytes,
        *,
        length: int | None = None,
    ) -> str:
        """The text of a sealed object of any kind; its frame has the given length, or that of its bucket.

        Raises:
            Refused: a name has no key in the register.
        """
        names = frozenset(audience_names)
        return seal(
            self.context(kind, doc, lang, part, names),
            meta,
            body,
            k_det=self.keystore.k_det,
            recipients=self._recipients(names),
            signer=self.keystore.signing_key(self.register.signing),
            length=length,
        )

    def seal_section(
        self,
        doc: str,
        lang: str,
        part: str,
        audience_names: Iterable[str],
        meta: Mapping[str, Json],
        body_html: str,
    ) -> str:
        """A sealed section of `doc` (`meetings/paris-2008`). `meta` without `ct` is said to be HTML."""
        told = {"ct": "text/html; charset=utf-8", **meta}
        return self.seal("section", doc, lang, part, audience_names, told, body_html.encode())

    def _recipients(self, audience_names: Iterable[str]) -> list[Recipient]:
        entries = [self.register.entry(name) for name in set(audience_names)]
        return [
            Recipient(
                f"{self.keystore.tid(entry.tier, opaque=entry.opaque)}.{entry.generation}",
                self.keystore.tier_key(entry.tier, entry.generation),
            )
            for entry in entries
        ]
