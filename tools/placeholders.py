"""The placeholders of a text in QWeb; without Odoo."""

import ast
import re

from lxml import etree, html

# attributes that hold a Python expression
_EXPRESSIONS = ("t-out", "t-esc", "t-field", "t-if", "t-elif", "t-foreach", "t-value")
_CURLY = re.compile(r"\{\{\s*(.*?)\s*\}\}|#\{\s*(.*?)\s*\}", re.S)


def find_placeholders(text):
    """Return the expressions of a text, those in curly brackets, and its own names.

    :param str text: HTML with QWeb attributes
    :return: list of expressions, in order; list of what stands in curly brackets within
        the text, where QWeb doesn't look; set of names that the text sets itself
    :rtype: tuple(list, list, set)

    >>> find_placeholders('<p>Dear <t t-out="object.name">you</t>, {{ city }}</p>')
    (['object.name'], ['city'], set())
    """
    expressions, curly, names = [], [], set()
    root = html.fragment_fromstring(text or "", create_parent="div")
    for node in root.iter(etree.Element):
        for name, value in node.attrib.items():
            if name in _EXPRESSIONS or name.startswith("t-att-") or name == "t-att":
                expressions.append(value)
            elif name.startswith("t-attf-"):
                expressions += _in_brackets(value)
            elif name in ("t-set", "t-as"):
                names.add(value)
                names.update(f"{value}_{end}" for end in ("index", "first", "last"))
        for part in (node.text, node.tail):
            curly += _in_brackets(part or "")
    return expressions, curly, names


def replace_outputs(text, replace):
    """Return the text with each expression that is written out replaced.

    :param str text: HTML with QWeb attributes
    :param replace: callable(expression) -> expression

    >>> replace_outputs('<p><t t-out="a.b">x</t></p>', str.upper)
    '<p><t t-out="A.B">x</t></p>'
    """
    root = html.fragment_fromstring(text or "", create_parent="div")
    for node in root.iter(etree.Element):
        if "t-out" in node.attrib:
            node.attrib["t-out"] = replace(node.attrib["t-out"])
    return etree.tostring(root, encoding="unicode", method="html")[5:-6]


def _in_brackets(text):
    return [match[0] or match[1] for match in _CURLY.findall(text)]


def find_paths(expression):
    """Return what an expression reads, as paths of names.

    :param str expression: Python
    :return: list of tuples; a call ends the path
    :raise SyntaxError: it isn't Python

    >>> find_paths("format_date(object.date_start)")
    [('format_date',), ('object', 'date_start')]
    >>> find_paths("object.line_ids.mapped('name')[0]")
    [('object', 'line_ids', 'mapped')]
    """
    tree = ast.parse(expression.strip(), mode="eval")
    own = {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    own |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    inner, paths = set(), []
    for node in ast.walk(tree):
        if node in inner or not isinstance(node, (ast.Attribute, ast.Name)):
            continue
        path = []
        while isinstance(node, ast.Attribute):
            path.insert(0, node.attr)
            node = node.value
            inner.add(node)
        if isinstance(node, ast.Name) and node.id not in own:
            paths.append((node.id, *path))
    return paths
