"""How a row of the history is chained to the one before it; without Odoo.

What a row says of people is hashed for itself, with a random number.  Both can be
erased later: the chain holds their hash, which then tells nothing any more.

PostgreSQL computes the same (see ``ROW_HASH``), so a text here is written exactly as
its ``jsonb`` is: keys by length, then by bytes.
"""

import hashlib
import hmac
import json
import secrets
from decimal import Decimal
from json.encoder import encode_basestring

VERSION = 2
# What a row says; all of it goes when a row is erased.
TEXTS = ("nonce", "name", "note", "user_name")
CONTENT = (*TEXTS, "changes")
# What stays of an erased row, in the order in which it is hashed.
FRAME = (
    "chain_id",
    "sequence",
    "date",
    "user_id",
    "origin",
    "kind",
    "action",
    "model",
    "res_id",
    "company_id",
    "contract_id",
    "content_hash",
)
DATE = FRAME.index("date")
# The same in SQL, for a row called ``r``.
CONTENT_HASH = (
    "encode(pg_catalog.sha256(pg_catalog.convert_to(pg_catalog.jsonb_build_array("
    + ", ".join(f"r.{name}" for name in CONTENT)
    + ")::text, 'UTF8')), 'hex')"
)
ROW_HASH = (
    "encode(pg_catalog.sha256(pg_catalog.convert_to(COALESCE(r.previous_hash, '')"
    " || pg_catalog.jsonb_build_array("
    + ", ".join(f"r.{name}" for name in FRAME)
    + ")::text, 'UTF8')), 'hex')"
)
# What the rows before 19.0.1.6.0 were hashed of.
LEGACY = (
    "client_id",
    "sequence",
    "date",
    "user_id",
    "user_name",
    "origin",
    "kind",
    "action",
    "model",
    "res_id",
    "name",
    "note",
    "changes",
)


# What almost every change has, in the order of jsonb.
CHANGE_KEYS = dict.fromkeys(("new", "old", "field", "label"))
RAW_CHANGE_KEYS = dict.fromkeys(("new", "old", "raw", "field", "label"))
# Writes texts, whole numbers, null, and lists of them as jsonb does, faster than below.
_encode = json.JSONEncoder(ensure_ascii=False).encode


def _key_order(key):
    text = key.encode()
    return len(text), text


def dump(value):
    """Return a value as PostgreSQL's ``jsonb`` writes it.

    :param value: str, int, float, bool, None, or a list or dict of them
    :rtype: str
    """
    if isinstance(value, str):
        return encode_basestring(value)
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        # jsonb knows no -0.0
        return format(Decimal(repr(value or 0.0)), "f")
    if isinstance(value, dict):
        pairs = (
            f"{encode_basestring(key)}: {dump(value[key])}"
            for key in sorted(value, key=_key_order)
        )
        return "{" + ", ".join(pairs) + "}"
    return "[" + ", ".join(map(dump, value)) + "]"


def dump_changes(changes):
    """Return the changes of a row as ``dump`` writes them.

    :param list changes: dicts, mostly of the ``CHANGE_KEYS`` and of texts, some with
        the values that these stand for
    :rtype: str
    """
    ordered = []
    for change in changes:
        keys = RAW_CHANGE_KEYS if "raw" in change else CHANGE_KEYS
        if change.keys() != keys.keys() or not all(map(_is_plain, change.values())):
            return dump(changes)
        ordered.append({key: change[key] for key in keys})
    return _encode(ordered)


def _is_plain(value):
    """Tell whether Python's JSON writes a value as ``dump`` does."""
    if isinstance(value, float):
        # without an exponent; jsonb knows no -0.0
        return repr(value) == "0.0" or 1e-4 <= abs(value) < 1e15
    if isinstance(value, list):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, str | int)


def make_nonce():
    """Return a random text, so that an erased row can't be guessed from its hash."""
    return secrets.token_hex(8)


def content_hash(row):
    """Return the SHA-256 of what a row says.

    :param dict row: values of ``CONTENT``
    :rtype: str
    """
    return content_hash_of(row, dump(row.get("changes")))


def content_hash_of(row, changes):
    """Return the same where the changes are dumped already.

    :param dict row: texts or None by name; all of ``CONTENT`` but the changes
    :param str changes: result of ``dump``
    :rtype: str
    """
    texts = _encode([row.get(name) for name in TEXTS])
    return hashlib.sha256(f"{texts[:-1]}, {changes}]".encode()).hexdigest()


def row_hash(row, previous):
    """Return the SHA-256 of a row and of the hash before it.

    :param dict row: values of ``FRAME``, ``date`` as datetime
    :param str previous: hash of the row before, '' for the first
    :rtype: str
    """
    values = [row.get(name) for name in FRAME]
    values[DATE] = row["date"].isoformat()
    # texts, whole numbers and null only
    return hashlib.sha256((previous + _encode(values)).encode()).hexdigest()


def legacy_hash(row, previous):
    """Return the hash of a row that was written before 19.0.1.6.0.

    :param dict row: values of ``LEGACY``, the chain's number as ``client_id``
    :param str previous: hash of the row before, '' for the first
    :rtype: str
    """
    content = {name: row.get(name) or None for name in LEGACY}
    content["date"] = row["date"].strftime("%Y-%m-%d %H:%M:%S")
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256((previous + text).encode()).hexdigest()


def seal(key, chain_id, client_id, sequence, last_hash):
    """Return what proves that this server wrote the end of a chain.

    :param bytes key: kept outside of the database
    :param int chain_id: the chain
    :param int client_id: whose it is now
    :param int sequence: number of its last row
    :param str last_hash: hash of its last row
    :rtype: str
    """
    text = f"{chain_id}|{client_id}|{sequence}|{last_hash}"
    return hmac.digest(key, text.encode(), "sha256").hex()


def key_name(key):
    """Return a short name of a key, which tells nothing of the key itself."""
    return hashlib.sha256(b"client_history:" + key).hexdigest()[:16]
