"""Make the small pictures and the PDF that the demo pieces show.

    python dev/make_demo_files.py

Needs Pillow, which Odoo needs too. The results are committed in demo/files; run it
again only to change them.
"""

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FOLDER = Path(__file__).resolve().parent.parent / "demo" / "files"
NAVY, SAND, CORAL, WHITE = "#1D4E89", "#F5EBDD", "#E4572E", "#FFFFFF"


def font(size):
    """Return a plain font of this size."""
    return ImageFont.load_default(size)


def banner(name, size, background, claim, logo_size):
    """Draw a web banner: a claim, a round packshot, the logo."""
    width, height = size
    image = Image.new("RGB", size, background)
    draw = ImageDraw.Draw(image)
    ink = WHITE if background == NAVY else NAVY
    radius = height // 3
    centre = (width - radius - height // 6, height // 2)
    for step, colour in enumerate((CORAL, SAND, NAVY)):
        reach = radius - step * radius // 4
        draw.ellipse(
            [
                centre[0] - reach,
                centre[1] - reach,
                centre[0] + reach,
                centre[1] + reach,
            ],
            fill=colour,
        )
    draw.text((height // 8, height // 6), claim, font=font(height // 8), fill=ink)
    draw.text(
        (height // 8, height - height // 8 - logo_size),
        "azul",
        font=font(logo_size),
        fill=ink,
    )
    image.save(FOLDER / name, optimize=True)


def flyer(name):
    """Draw a two-page flyer as PDF."""
    pages = []
    for title, colour in (("Bom dia, Brisa", SAND), ("Six new flavours", CORAL)):
        page = Image.new("RGB", (420, 595), colour)
        draw = ImageDraw.Draw(page)
        draw.text((40, 60), title, font=font(44), fill=NAVY)
        for line in range(8):
            width = 340 if line % 4 else 260
            top = 320 + line * 24
            draw.rectangle([40, top, 40 + width, top + 8], fill=WHITE)
        pages.append(page)
    pages[0].save(FOLDER / name, save_all=True, append_images=pages[1:], resolution=72)


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    banner("azul_banner_v1.png", (960, 320), SAND, "Spring,\nbottled.", 40)
    banner("azul_banner_v2.png", (960, 320), NAVY, "Spring,\nbottled.", 64)
    banner("azul_post.png", (540, 540), SAND, "Your skin\ncalled.", 60)
    flyer("brisa_flyer.pdf")
