"""Finding a secret in whatever an attempt brought back."""

import base64
import io
import json
import re
import zipfile
from typing import NamedTuple

NUMBER = re.compile(r"(?<![\w.,/:=+-])-?\d{1,3}(?:,?\d{3})*(?:\.\d+)?(?![\w,:-])")
# All money of the hidden client are halves of one amount times a whole number; what
# sums add from the open client is small.
AMOUNT = 918_273.0
SMALL = 2_000.0


class Found(NamedTuple):
    """Ids that an attempt brought back: a leak when a hidden record is among them."""

    model: str
    ids: list


class Count(NamedTuple):
    """A number, and what it would be if the hidden client did not exist."""

    value: object
    without: object = 0


def describe(result):
    """Return an attempt's result as bytes, archives unpacked.

    :param result: text, bytes, a response, or anything that ``json`` or ``str`` takes
    :rtype: bytes
    """
    content = getattr(result, "content", None)
    if isinstance(content, bytes):
        headers = str(dict(result.headers)).encode()
        return headers + b"\n" + describe(content)
    if isinstance(result, bytes):
        if result[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(result)) as archive:
                names = archive.namelist()
                return b"\n".join(
                    part
                    for name in names
                    for part in (name.encode(), archive.read(name))
                )
        return result
    if isinstance(result, str):
        return result.encode()
    if isinstance(result, BaseException):
        return " ".join(
            [type(result).__name__, *map(str, result.args), str(vars(result))]
        ).encode()
    return json.dumps(result, default=str, ensure_ascii=False).encode()


class Secrets:
    """What must not come back: words, money, pictures, records.

    :param words: texts; letter case does not count
    :param blobs: bytes of pictures and files
    :param ids: ``{model: set of ids}``
    """

    def __init__(self, words, blobs, ids):
        self.words = [word.lower().encode() for word in words]
        self.blobs = [blob for blob in blobs if len(blob) > 40]
        self.blobs += [base64.b64encode(blob) for blob in self.blobs]
        self.ids = ids

    def find(self, result):
        """Return what of the secret is in an attempt's result, as text; else None."""
        if isinstance(result, Found):
            hidden = self.ids.get(result.model, set()) & set(result.ids)
            return f"ids of {result.model}: {sorted(hidden)[:5]}" if hidden else None
        if isinstance(result, Count):
            if result.value != result.without:
                return f"number {result.value}, {result.without} without the client"
            return None
        if isinstance(result, list | tuple) and any(
            isinstance(part, Found | Count) or hasattr(part, "content")
            for part in result
        ):
            return next(filter(None, map(self.find, result)), None)
        return self._find_in(describe(result))

    def _find_in(self, text):
        lower = text.lower()
        for word in self.words:
            place = lower.find(word)
            if place >= 0:
                return self._excerpt(text, place)
        for blob in self.blobs:
            if blob in text:
                return f"a picture or file of {len(blob)} bytes"
        return self._find_money(text)

    def _find_money(self, text):
        if len(text) > 2_000_000:
            return None
        plain = text.decode(errors="ignore")
        for match in NUMBER.finditer(plain):
            number = abs(float(match.group().replace(",", "")))
            rest = (number + SMALL / 2) % (AMOUNT / 2)
            if AMOUNT / 2 - SMALL < number < 100 * AMOUNT and rest < SMALL:
                return self._excerpt(
                    plain.encode(), len(plain[: match.start()].encode())
                )
        return None

    @staticmethod
    def _excerpt(text, place):
        part = text[max(place - 70, 0) : place + 50]
        return "…" + part.decode(errors="replace").replace("\n", " ") + "…"
