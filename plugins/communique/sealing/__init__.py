"""Sealing: texts that only their audience can open, in the format CQ1 (docs/cq1.md).

`primitives` and `envelope` are the format; `keystore`, `register` and `passphrases` are what the editors
hold; `keyring` is what the members are given; `sealer` is the one object a build needs.
"""
