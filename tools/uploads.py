"""What is known about an uploaded file before it is kept; without Odoo."""

import re
import unicodedata

MAX_NAME = 120

# Programs and scripts that a double click would run, and pages that a browser would.
REFUSED_EXTENSIONS = frozenset(
    (
        "ade adp apk app appimage bat bin cmd com cpl crx deb dll dmg exe gadget hta "
        "htm html iso jar js jse jsp lnk mde mht mhtml mjs msc msi msp mst php phtml "
        "pif pl ps1 psm1 py pyc rb reg rpm scf scr sh shtml svg svgz swf sys url vb "
        "vbe vbs ws wsc wsf wsh xht xhtml xml xsl xslt"
    ).split()
)
# Of these, what an agency's own people keep: vector drawings and data, which Odoo hands
# out as plain text.
STAFF_EXTENSIONS = frozenset("ps svg svgz xml".split())
# First bytes of programs: Windows, Linux, macOS, Java.
_PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"#!",
)
_MARKUP = re.compile(rb"<\s*(!doctype\s+html|html|head|body|script|svg|iframe)\b", re.I)
_ACTIVE = re.compile(
    rb"<\s*(\w+:)?(script|foreignobject|iframe|handler)\b"
    rb"|[\s\"'/]on\w+\s*=|<!entity",
    re.I,
)
_ACTIVE_LINK = re.compile(rb"javascript:|data:text/html", re.I)
# Formats that may hold such bytes by chance, or as text inside.
_SAFE_STARTS = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"RIFF")
HEAD_SIZE = 2048


def clean_name(name):
    """Return a file name without path, control characters or tricks.

    :param str name: as the browser sent it
    :return: never empty
    :rtype: str

    >>> clean_name("../../etc/passwd")
    'passwd'
    >>> clean_name("C:\\\\Users\\\\ana\\\\logo.png")
    'logo.png'
    >>> clean_name("<img src=x onerror=alert(1)>.png")
    'img src=x onerror=alert(1).png'
    >>> clean_name(" ... ")
    'file'
    """
    name = unicodedata.normalize("NFC", name or "")
    name = re.split(r"[\\/]", name)[-1]
    # Cc: control characters, Cf: invisible ones, such as right-to-left overrides
    name = "".join(
        char for char in name if unicodedata.category(char) not in ("Cc", "Cf")
    )
    name = re.sub(r'[<>:"|?*]', "", name)
    name = re.sub(r"\s+", " ", name).strip(" .")
    if len(name) > MAX_NAME:
        stem, dot, extension = name.rpartition(".")
        if dot and len(extension) <= 10:
            name = stem[: MAX_NAME - len(extension) - 1] + dot + extension
        else:
            name = name[:MAX_NAME]
    return name or "file"


def extension_of(name):
    """Return the extension in lower case, without the dot.

    >>> extension_of("Photo.JPG"), extension_of("README")
    ('jpg', '')
    """
    __, dot, extension = name.rpartition(".")
    return extension.lower() if dot else ""


def is_refused_type(name, head, allowed=frozenset()):
    """Tell whether a file is a program or a page, by its name or its first bytes.

    :param str name: the cleaned name
    :param bytes head: at least :data:`HEAD_SIZE` first bytes, if there are as many
    :param allowed: extensions that are taken all the same, unless they hold a program

    >>> is_refused_type("logo.png", b"\\x89PNG")
    False
    >>> is_refused_type("logo.svg", b""), is_refused_type("logo.png", b"MZ\\x90")
    (True, True)
    >>> is_refused_type("logo.svg", b"<svg", STAFF_EXTENSIONS)
    False
    >>> is_refused_type("logo.svg", b"MZ\\x90", STAFF_EXTENSIONS)
    True
    """
    if extension_of(name) in allowed:
        return head.startswith(_PROGRAMS)
    if extension_of(name) in REFUSED_EXTENSIONS:
        return True
    if head.startswith(_SAFE_STARTS):
        return False
    return head.startswith(_PROGRAMS) or bool(_MARKUP.search(head))


def readable_size(size):
    """Return how large a file is, as people say it.

    >>> readable_size(0), readable_size(900), readable_size(5400)
    ('0 bytes', '900 bytes', '5.3 kB')
    >>> readable_size(64 * 1024 * 1024), readable_size(1536 * 1024**2)
    ('64 MB', '1.5 GB')
    """
    units = ["bytes", "kB", "MB", "GB"]
    size = float(size or 0)
    while size >= 1000 and len(units) > 1:
        size /= 1024
        del units[0]
    return f"{size:.{1 if size < 10 else 0}f}".removesuffix(".0") + f" {units[0]}"


def is_drawing(name, head):
    """Tell whether a file is a vector drawing, by its name or its first bytes.

    >>> is_drawing("logo.SVG", b"<?xml"), is_drawing("logo.png", b"<svg/>")
    (True, True)
    >>> is_drawing("photo.png", b"GIF89a <svg")
    False
    """
    if head.startswith(_SAFE_STARTS):
        return False
    return extension_of(name) == "svg" or b"<svg" in head.lower()


def is_active_drawing(content):
    """Tell whether a vector drawing would do something when it is opened.

    :param bytes content: all of the file

    >>> is_active_drawing(b"<svg><path d='M0 0'/></svg>")
    False
    >>> is_active_drawing(b"<svg onload = 'alert(1)'/>")
    True
    >>> is_active_drawing(b"<svg><script>alert(1)</script></svg>")
    True
    >>> is_active_drawing(b"<svg><a href='java\\tscript:x'/></svg>")
    True
    """
    # a text in two bytes a character hides from the patterns
    plain = re.sub(rb"[\x00\s]+", b" ", content)
    return bool(_ACTIVE.search(plain) or _ACTIVE_LINK.search(plain.replace(b" ", b"")))
