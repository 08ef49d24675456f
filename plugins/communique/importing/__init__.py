"""Papers that arrive as a cable's text, a Word file or an e-mail: bytes in, a draft and its doubtful spots out."""
