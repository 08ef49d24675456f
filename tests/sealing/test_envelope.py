from __future__ import annotations

import json
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communique.sealing.envelope import (
    Context,
    Opened,
    Recipient,
    frame,
    open_sealed,
    seal,
    unframe,
    verify_sealed,
)
from communique.sealing.errors import DoesNotOpen, Malformed, NewerThanKeyring, NotForYou, SealingError
from communique.sealing.keystore import Keystore
from communique.sealing.primitives import cj, from_b64u, padme, parse_cj

KEYSTORE = Keystore("psi-portal.example", bytes(range(32)))
SIGNERS = [KEYSTORE.signer(1)]
HERE = Context("psi-portal.example", "section", "meetings/paris-2008", "es", "s3", ("oeg",))
VECTOR = json.loads((Path(__file__).parents[1] / "vectors" / "cq1.json").read_text(encoding="utf-8"))

# No clock may decide a test, and nothing is kept between runs.
steady = settings(deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
texts = st.text(st.characters(exclude_categories=[]), max_size=40)
metas = st.dictionaries(texts, st.one_of(texts, st.integers(-(2**53) + 1, 2**53 - 1), st.booleans()), max_size=5)
tids = st.from_regex(r"\A[a-z][a-z0-9-]{0,12}\Z")


def keys_of(*kids: str) -> dict[str, bytes]:
    return {kid: KEYSTORE.tier_key(kid.rsplit(".", 1)[0], int(kid.rsplit(".", 1)[1])) for kid in kids}


def sealed(context: Context = HERE, kids=("oeg.3",), meta=None, body=b"<p>reserved</p>") -> str:
    recipients = [Recipient(kid, key) for kid, key in keys_of(*kids).items()]
    signer = KEYSTORE.signing_key(1)
    return seal(context, meta or {}, body, k_det=KEYSTORE.k_det, recipients=recipients, signer=signer)


@steady
@given(meta=metas, body=st.binary(max_size=3000), aud=st.sets(tids, min_size=1, max_size=6), data=st.data())
def test_what_is_sealed_opens_with_any_recipients_key_as_it_was(meta, body, aud, data):
    context = replace(HERE, aud=tuple(sorted(aud)))
    kids = [f"{tid}.{data.draw(st.integers(1, 9))}" for tid in aud]
    text = sealed(context, kids, meta, body)
    for kid in kids:
        opened = open_sealed(text, keys_of(kid), SIGNERS, context)
        assert opened == Opened(context, meta, body)


def test_the_same_text_at_the_same_place_gives_the_same_bytes():
    assert sealed() == sealed()


@pytest.mark.parametrize("change", [{"doc": "a/b"}, {"lang": "fr"}, {"part": "s4"}, {"kind": "document"}, {"rel": 2}])
def test_the_same_text_elsewhere_shares_nothing_with_it(change):
    first, second = json.loads(sealed()), json.loads(sealed(replace(HERE, **change)))
    assert first["iv"] != second["iv"]
    assert first["tag"] != second["tag"]
    pairs = zip(from_b64u(first["ciphertext"]), from_b64u(second["ciphertext"]), strict=True)
    # 512 unrelated bytes agree in two places on average.
    assert sum(one == other for one, other in pairs) < 20


def test_another_audience_gets_another_content_key():
    wider = replace(HERE, aud=("oeg", "partner"))
    assert json.loads(sealed())["iv"] != json.loads(sealed(wider, ("oeg.3", "partner.4")))["iv"]


def test_every_single_bit_flip_of_a_section_is_refused():
    data = VECTOR["section_text"].encode("ascii")
    keys = {kid: bytes.fromhex(key) for kid, key in VECTOR["tier_keys"].items()}
    context = Context(**{**VECTOR["expect_cq"], "aud": tuple(VECTOR["expect_cq"]["aud"])})
    assert open_sealed(data.decode(), keys, SIGNERS, context)
    for at in range(len(data) * 8):
        flipped = bytearray(data)
        flipped[at // 8] ^= 1 << at % 8
        with pytest.raises((Malformed, DoesNotOpen)):
            open_sealed(flipped.decode("latin-1"), keys, SIGNERS, context)


def test_no_object_opens_in_the_place_of_another():
    places = [
        Context("psi-portal.example", "section", doc, lang, part, aud)
        for doc, lang, part, aud in product(
            ("a/b", "a/c", "b/a"),
            ("en", "es"),
            ("s1", "s2", "s11"),
            (("oeg",), ("partner",), ("oeg", "partner")),
        )
    ]
    keys = keys_of("oeg.3", "partner.4")
    kids = {("oeg",): ["oeg.3"], ("partner",): ["partner.4"], ("oeg", "partner"): ["oeg.3", "partner.4"]}
    for here in places:
        text = sealed(here, kids[here.aud])
        for there in places:
            if here == there:
                assert open_sealed(text, keys, SIGNERS, there)
            else:
                with pytest.raises(DoesNotOpen):
                    open_sealed(text, keys, SIGNERS, there)


@steady
@given(st.data())
def test_a_mutated_object_is_refused_and_nothing_else_happens(data):
    text = sealed()
    at = data.draw(st.integers(0, len(text) - 1))
    length = data.draw(st.integers(0, 40))
    mutated = text[:at] + data.draw(st.text(max_size=40)) + text[at + length :]
    if mutated != text:
        with pytest.raises(SealingError):
            open_sealed(mutated, keys_of("oeg.3"), SIGNERS, HERE)


@steady
@given(st.text(max_size=200))
def test_any_text_at_all_is_malformed_and_never_a_crash(text):
    with pytest.raises(Malformed):
        open_sealed(text, keys_of("oeg.3"), SIGNERS, HERE)


def test_a_frame_commits_to_its_key_with_32_zero_bytes():
    framed = frame({}, b"x")
    assert framed[:32] == bytes(32)
    for number in range(32):
        changed = framed[:number] + b"\x01" + framed[number + 1 :]
        with pytest.raises(DoesNotOpen):
            unframe(changed)


@steady
@given(metas, st.binary(max_size=5000))
def test_a_frame_tells_only_the_bucket_of_its_length(meta, body):
    framed = frame(meta, body)
    assert len(framed) == padme(max(512, 44 + len(cj(meta)) + len(body)))
    assert unframe(framed) == (meta, body)


@steady
@given(st.integers(2, 2**40))
def test_a_padme_bucket_is_at_most_12_percent_larger_and_its_own_bucket(length):
    bucket = padme(length)
    assert length <= bucket <= length * 1.12 + 1
    assert padme(bucket) == bucket


def test_a_later_generation_is_told_from_another_tier():
    with pytest.raises(NewerThanKeyring):
        open_sealed(sealed(kids=("oeg.4",)), keys_of("oeg.3"), SIGNERS, HERE)
    with pytest.raises(NotForYou):
        open_sealed(sealed(kids=("oeg.1",)), keys_of("oeg.3"), SIGNERS, HERE)
    with pytest.raises(NotForYou):
        open_sealed(sealed(), keys_of("partner.9"), SIGNERS, HERE)
    with pytest.raises(NotForYou):
        open_sealed(sealed(), {}, SIGNERS, HERE)


def test_an_object_is_checked_without_any_secret():
    assert verify_sealed(sealed(), SIGNERS) == HERE
    with pytest.raises(DoesNotOpen):
        verify_sealed(sealed(), [KEYSTORE.signer(2)])
    with pytest.raises(DoesNotOpen):
        verify_sealed(sealed(), [])


def test_a_restamped_object_has_new_keys_and_opens_without_knowing_the_release():
    stamped = replace(HERE, rel=4)
    text = sealed(stamped)
    assert json.loads(text)["iv"] != json.loads(sealed())["iv"]
    assert open_sealed(text, keys_of("oeg.3"), SIGNERS, HERE).context == stamped
    with pytest.raises(DoesNotOpen):
        open_sealed(text, keys_of("oeg.3"), SIGNERS, replace(HERE, rel=5))


def test_recipients_other_than_the_audience_are_never_sealed_for():
    for kids in ((), ("partner.4",), ("oeg.3", "partner.4"), ("core.1",)):
        with pytest.raises(ValueError, match="recipients"):
            sealed(kids=kids)


@pytest.mark.parametrize(
    "change",
    [
        {"doc": "../x"},
        {"doc": ""},
        {"lang": "ES"},
        {"kind": "slot"},
        {"aud": ()},
        {"aud": ("b", "a")},
        {"rel": 0},
    ],
)
def test_a_context_that_readers_would_refuse_cannot_be_made(change):
    with pytest.raises(Malformed):
        replace(HERE, **change)


@steady
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
        lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
        max_leaves=8,
    )
)
def test_canonical_json_reads_back_and_is_ascii(value):
    text = cj(value)
    assert text.isascii()
    assert parse_cj(text) == value


@pytest.mark.parametrize(
    "text",
    ["1.0", "1e0", "-0", "NaN", "-Infinity", "9007199254740992", "9" * 5000, '"é"', '"\\u00E9"', '"\\/"',
     " 1", "1 ",
     '{"b":1,"a":1}', '{"a":1,"a":1}', '{"a": 1}', "[" * 100000, "", "\ud800"],
)  # fmt: skip
def test_any_other_spelling_of_json_is_refused(text):
    with pytest.raises(Malformed):
        parse_cj(text)


@pytest.mark.parametrize("text", ["A", "AB", "AAB", "AA=", "AA==", "A+", "A/", " AA", "AA\n", "é", None, 1, b"AA"])
def test_any_other_spelling_of_base64url_is_refused(text):
    with pytest.raises(Malformed):
        from_b64u(text)


def test_no_secret_shows_in_what_a_program_may_print():
    key = KEYSTORE.tier_key("oeg", 3)
    opened = open_sealed(sealed(meta={"title": "hidden"}), keys_of("oeg.3"), SIGNERS, HERE)
    shown = repr([Recipient("oeg.3", key), opened, KEYSTORE])
    for secret in (repr(key), key.hex(), repr(KEYSTORE.master), "reserved", "hidden"):
        assert secret not in shown
