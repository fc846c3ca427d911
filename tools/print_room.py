"""Room for header and footer of a printed page; without Odoo.

wkhtmltopdf prints them over the page, on white: what is taller than the margin hides
lines of the document.
"""

import re

LAYOUT = re.compile(r"\bo_report_layout_(\w+)\b")
# Millimetres more or less than the paper has, at the top and at the bottom.  Bubble has
# the logo above the address, Folder a tab below it; in the others they stand side by
# side.
ROOM = {
    "bold": (-8, 0),
    "boxed": (-8, 0),
    "bubble": (5, 4),
    "folder": (2, 0),
    "striped": (-8, 3),
    "wave": (-8, 8),
}
# Millimetres between header and page, and between footer and the paper's edge.
GAP = 2
EDGE = 5
# The last resort, e.g. for ten lines of address: smaller, and nothing is hidden.  As it
# is loaded the page has no width yet, and a picture may have no height.
FIT = """<style>
/* the number of the page stays in one line */
.footer .text-muted { white-space: nowrap; }
</style><script>
function fit() {
    var holder = document.getElementById("minimal_layout_report_%(part)ss");
    var whole = holder && holder.firstElementChild;
    if (!whole) {
        return;
    }
    document.body.style.width = "%(width)dpx";
    var boxes = [], first = Infinity, last = 0, i, box, place, text;
    for (i = 0; i < whole.children.length; i++) {
        box = whole.children[i];
        place = getComputedStyle(box).position;
        if (box.offsetHeight && (place === "static" || place === "relative")) {
            boxes.push(box);
            first = Math.min(first, box.getBoundingClientRect().top);
        }
    }
    var pictures = whole.querySelectorAll("img");
    var parts = Array.prototype.slice.call(pictures);
    for (i = 0; i < pictures.length; i++) {
        pictures[i].style.height = getComputedStyle(pictures[i]).maxHeight;
    }
    var texts = document.createNodeIterator(whole, NodeFilter.SHOW_TEXT, null, false);
    while ((text = texts.nextNode())) {
        if (text.nodeValue.trim()) {
            parts.push(text.parentNode);
        }
    }
    for (i = 0; i < parts.length; i++) {
        last = Math.max(last, parts[i].getBoundingClientRect().bottom);
    }
    var share = (%(room)d - first) / (last - first);
    var isTall = share > 0 && share < 1;
    for (i = 0; i < pictures.length; i++) {
        pictures[i].style.height = "";
        if (isTall) {
            // limits become smaller, too, when they are in pixels
            text = getComputedStyle(pictures[i]);
            pictures[i].style.maxHeight = text.maxHeight;
            pictures[i].style.maxWidth = text.maxWidth;
        }
    }
    for (i = 0; i < boxes.length && isTall; i++) {
        boxes[i].style.zoom = share;
    }
    document.body.style.width = "";
}
</script>"""
# Pixels of a header in a millimetre of paper, rather too few.
PIXELS = 3.4


def room_of(bodies):
    """Return the millimetres that the layouts of documents need more or less.

    :param list bodies: HTML of each document
    :return: at the top, at the bottom
    :rtype: tuple
    """
    found = {name for body in bodies for name in LAYOUT.findall(body)}
    rooms = [ROOM.get(name, (0, 0)) for name in found] or [(0, 0)]
    return tuple(max(sizes) for sizes in zip(*rooms, strict=True))


def fit(page, part, width, room):
    """Return a header or footer that is printed smaller where it is too tall.

    :param page: HTML, text or markup
    :param str part: "header" or "footer"
    :param float width: millimetres
    :param float room: millimetres from top to bottom
    """
    script = FIT % {"part": part, "width": width * PIXELS, "room": room * PIXELS}
    page = str(page).replace('"subst()"', '"subst(); fit()"', 1)
    return page.replace("</head>", f"{script}</head>", 1)
