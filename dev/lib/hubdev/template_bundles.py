# Run in an Odoo shell on a template database before browser tests.
#
# A bundle that is first made during a test is thrown away with the test's
# transaction, and a page that is left meanwhile logs an error, which fails the
# tour. Odoo's own method knows the bundles that templates name; those that
# scripts load later have to be looked for.

import re
from pathlib import Path

from odoo.modules import get_module_path

LAZY = re.compile(
    r"""(?:loadBundle|getBundle|loadCssFromBundle)\((?:\w+,\s*)?["']([\w.]+)["']"""
    r"""|bundle="'([\w.]+)'\""""
)


def lazy_bundles(modules):
    names = set()
    for module in modules:
        for path in Path(get_module_path(module), "static", "src").rglob("*"):
            if path.suffix in (".js", ".xml"):
                for match in LAZY.finditer(path.read_text(errors="replace")):
                    names.add(match[1] or match[2])
    return sorted(names)


qweb = env["ir.qweb"]  # noqa: F821 (the shell provides it)
qweb._pregenerate_assets_bundles()
installed = env["ir.module.module"].search([("state", "=", "installed")])  # noqa: F821
for bundle in lazy_bundles(installed.mapped("name")):
    files = qweb._get_asset_bundle(bundle, css=True, js=True)
    if files.javascripts:
        files.js()
    if files.stylesheets:
        files.css()
env.cr.commit()  # noqa: F821
