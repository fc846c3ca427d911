"""Styles of a printed page that stand in the page itself; without Odoo.

wkhtmltopdf loads header and footer anew for each page, all at once, and so whatever
they refer to.  What they carry must be small: only the rules that can apply.
"""

import re

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# What braces and semicolons are looked for in: not in texts, nor in addresses.
MARK = re.compile(
    r""" "(?:\\.|[^"\\])*" | '(?:\\.|[^'\\])*' | url\([^)"']*\) | [{};] """,
    re.VERBOSE,
)
ADDRESS = re.compile(r"""url\(\s*["']?(?!data:|["'\s])""")
# What a selector says beside names: values of attributes, conditions on the state.
BESIDE = re.compile(r"\[[^\]]*\]|(?<!\\):[-\w]+\([^()]*\)|(?<!\\)::?[-\w]+")
SELECTOR_NAME = re.compile(r"([.#]?)((?:\\.|[-\w])+)")
ATTRIBUTE = re.compile(r"""\s(class|id)=(?:"([^"]*)"|'([^']*)')""")
TAG = re.compile(r"<([a-zA-Z][-\w]*)")
# Rules that hold other rules.
OUTER = ("@media", "@supports")
# What only a font or a moving picture needs, or another file.
NEEDLESS = ("@font-face", "@keyframes", "@-", "@import", "@charset")


def names_of(page):
    """Return the tags, ``.classes`` and ``#ids`` of a page.

    :param str page: HTML
    :rtype: frozenset
    """
    names = {tag.lower() for tag in set(TAG.findall(page))}
    for kind, double, single in set(ATTRIBUTE.findall(page)):
        sign = "." if kind == "class" else "#"
        names.update(sign + name for name in (double or single).split())
    return frozenset(names)


def keep_used(styles, names):
    """Return the rules that can apply to a page, without what they load.

    A rule stays as it is, also where only one of its selectors can apply.

    :param str styles: CSS
    :param frozenset names: see ``names_of``
    :rtype: str
    """
    kept = []
    for head, body in _rules(COMMENT.sub("", styles)):
        if head.startswith(NEEDLESS):
            continue
        if head.startswith(OUTER):
            if inner := keep_used(body, names):
                kept.append(f"{head}{{{inner}}}")
        elif head.startswith("@"):
            kept.append(f"{head}{{{body}}}" if body is not None else f"{head};")
        elif any(_selects(selector, names) for selector in _selectors(head)):
            if told := _declarations(body):
                kept.append(f"{head}{{{told}}}")
    return "\n".join(kept)


def _rules(styles):
    """Yield ``(what stands before the brace, what stands within)`` of each rule.

    A rule without braces has None within.
    """
    depth = start = inner = 0
    for mark in MARK.finditer(styles):
        sign = mark[0]
        if sign == "{":
            depth += 1
            if depth == 1:
                head, inner = styles[start : mark.start()].strip(), mark.end()
        elif sign == "}" and depth:
            depth -= 1
            if not depth:
                yield head, styles[inner : mark.start()]
                start = mark.end()
        elif sign == ";" and not depth:
            yield styles[start : mark.start()].strip(), None
            start = mark.end()


def _declarations(body):
    """Return what a rule sets, without addresses and without variables.

    wkhtmltopdf knows no variables.
    """
    told, start = [], 0
    for mark in MARK.finditer(f"{body};"):
        if mark[0] == ";":
            text = body[start : mark.start()].strip()
            start = mark.end()
            if text and not text.startswith("--") and not ADDRESS.search(text):
                told.append(text)
    return ";".join(told)


def _selectors(head):
    """Yield the selectors of a rule, without what is asked beside names."""
    before = None
    while before != head:
        # from the inside out: conditions can stand in each other
        before, head = head, BESIDE.sub(" ", head)
    yield from head.split(",")


def _selects(selector, names):
    return all(
        sign + re.sub(r"\\(.)", r"\1", name if sign else name.lower()) in names
        for sign, name in SELECTOR_NAME.findall(selector)
    )
