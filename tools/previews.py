"""Pictures of what is in a file: images, documents, films; without Odoo.

Files come from outside, so everything is bounded: pixels before they are decoded, and
time, memory and output of the programs that read documents and films.
"""

import io
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from PIL import Image, ImageOps

# Longest side of a picture to look at, and of one in a list.
LARGE = 1600
SMALL = 400
# Pixels that are decoded at most: 200 MB of memory.
MAX_PIXELS = 50_000_000
# Documents with more pages are shown by the browser, page by page.
MAX_PAGES = 40
# Larger files are not worth the time.
MAX_SIZE = 512 * 1024 * 1024
# Of one run of a program.
MAX_SECONDS = 30
MAX_MEMORY = 1536 * 1024 * 1024
MAX_OUTPUT = 64 * 1024 * 1024
# The shell takes kilobytes of memory and blocks of 512 bytes.
LIMITED = (
    f"ulimit -v {MAX_MEMORY // 1024} && ulimit -t {MAX_SECONDS}"
    f' && ulimit -f {MAX_OUTPUT // 512} && ulimit -c 0 && exec "$@"'
)

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")
# The container is said by us, so that no playlist makes the program open other files.
CONTAINERS = {
    "video/mp4": "mov",
    "video/quicktime": "mov",
    "video/x-m4v": "mov",
    "video/webm": "matroska",
    "video/x-matroska": "matroska",
    "video/x-msvideo": "avi",
}


class PreviewError(Exception):
    """A file that no picture is made of.

    :param str reason: ``large``, ``broken``, ``slow``, ``program`` (not installed) or
        ``kind`` (nothing to make a picture of)
    """

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


def get_kind(mimetype):
    """Return how previews of a type are made: image, pdf or video; or None.

    >>> [get_kind(t) for t in ("image/png", "application/pdf", "video/mp4")]
    ['image', 'pdf', 'video']
    >>> [get_kind(t) for t in ("image/svg+xml", "video/x-unknown", "text/plain", None)]
    [None, None, None, None]
    """
    mimetype = mimetype or ""
    if mimetype == "application/pdf":
        return "pdf"
    if mimetype in CONTAINERS:
        return "video"
    is_drawing = mimetype == "image/svg+xml"
    return "image" if mimetype.startswith("image/") and not is_drawing else None


def shrink(picture, side):
    """Return a picture as JPEG, or PNG if it is transparent, within a square.

    :param PIL.Image.Image picture: decoded
    :param int side: of the square
    :return: bytes, width, height
    """
    picture = picture.copy()
    picture.thumbnail((side, side))
    output = io.BytesIO()
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture.convert("RGBA").save(output, "PNG", optimize=True)
    else:
        picture.convert("RGB").save(output, "JPEG", quality=82, progressive=True)
    return output.getvalue(), *picture.size


def read_image(path):
    """Return the picture in a file, upright, no larger than it will be shown.

    :raise PreviewError: ``large`` before anything is decoded, or ``broken``
    """
    try:
        with Image.open(path, formats=FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise PreviewError("large")
            # a JPEG is decoded at a fraction of its size
            picture.draft("RGB", (LARGE, LARGE))
            picture.load()
            picture.thumbnail((LARGE, LARGE))
            return ImageOps.exif_transpose(picture)
    except PreviewError:
        raise
    except Image.DecompressionBombError as error:
        raise PreviewError("large") from error
    # damaged files make Pillow raise nearly anything
    except Exception as error:
        raise PreviewError("broken") from error


def count_pages(path):
    """Return how many pages a PDF has.

    :raise PreviewError: ``broken``, ``slow`` or ``program``
    """
    found = re.search(rb"^Pages:\s+(\d+)", run("pdfinfo", path), re.M)
    if not found:
        raise PreviewError("broken")
    return int(found.group(1))


def read_page(path, number):
    """Return one page of a PDF as a picture.

    :param int number: from 1
    :raise PreviewError: ``broken``, ``slow`` or ``program``
    """
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "page"
        run(
            "pdftoppm",
            *("-f", number, "-l", number, "-scale-to", LARGE),
            *("-jpeg", "-singlefile", path, target),
        )
        return read_image(target.with_suffix(".jpg"))


def read_frame(path, mimetype):
    """Return an early frame of a film as a picture.

    :raise PreviewError: ``broken``, ``slow`` or ``program``
    """
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "frame.jpg"
        # a film may be shorter than the second at which there is more to see
        for second in (1, 0):
            run(
                "ffmpeg",
                *("-nostdin", "-v", "error", "-threads", 1),
                *("-protocol_whitelist", "file", "-f", CONTAINERS[mimetype]),
                *("-ss", second, "-i", path, "-frames:v", 1),
                *("-vf", f"scale='min({LARGE},iw)':-2", "-threads", 1, target),
            )
            if target.exists():
                return read_image(target)
    raise PreviewError("broken")


def run(program, *arguments):
    """Run a program within bounds and return what it printed.

    :raise PreviewError: ``program`` if it is not there, ``slow`` or ``broken``
    """
    found = shutil.which(program)
    if not found:
        raise PreviewError("program")
    try:
        done = subprocess.run(
            ["sh", "-c", LIMITED, "sh", found, *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=MAX_SECONDS,
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        raise PreviewError("slow") from error
    except (subprocess.CalledProcessError, OSError) as error:
        raise PreviewError("broken") from error
    return done.stdout
