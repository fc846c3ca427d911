"""What changed between two texts, as marked-up HTML; without Odoo."""

import re
from difflib import SequenceMatcher

from markupsafe import Markup, escape

# Words, and what stands between them.
_TOKENS = re.compile(r"\s+|\w+|[^\w\s]")
# Beyond this many words, a comparison would keep the page waiting.
MAX_TOKENS = 6000


def mark_differences(old, new):
    """Return both texts with what was taken out and put in marked.

    :param str old: the text before
    :param str new: the text after
    :return: ``(old, new)`` with ``<del>`` in the first and ``<ins>`` in the second
    :rtype: tuple(Markup, Markup)

    >>> mark_differences("Hello <b> spring", "Hello <b> summer")[0]
    Markup('Hello &lt;b&gt; <del>spring</del>')
    >>> mark_differences("Hello", "Hello you")[1]
    Markup('Hello<ins> you</ins>')
    >>> mark_differences("", "")
    (Markup(''), Markup(''))
    """
    before, after = _TOKENS.findall(old), _TOKENS.findall(new)
    if max(len(before), len(after)) > MAX_TOKENS:
        return escape(old), escape(new)
    left, right = [], []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        gone, came = "".join(before[i1:i2]), "".join(after[j1:j2])
        if kind == "equal":
            left.append(escape(gone))
            right.append(escape(came))
            continue
        if gone:
            left.append(Markup("<del>%s</del>") % gone)
        if came:
            right.append(Markup("<ins>%s</ins>") % came)
    return Markup("").join(left), Markup("").join(right)
