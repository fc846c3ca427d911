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


def signed_paper(name):
    """Draw the scan of a contract that was signed on paper."""
    page = Image.new("L", (620, 877), 250)
    draw = ImageDraw.Draw(page)
    draw.text((60, 60), "Communication fee", font=font(28), fill=40)
    for line in range(22):
        width = 500 if line % 5 else 320
        top = 130 + line * 26
        draw.rectangle([60, top, 60 + width, top + 6], fill=190)
    for left, signature in (
        (60, [(80, 770), (110, 730), (140, 780), (180, 740), (230, 765)]),
        (340, [(360, 760), (390, 725), (400, 790), (450, 735), (540, 770)]),
    ):
        draw.line(signature, fill=60, width=3, joint="curve")
        draw.line([(left, 800), (left + 220, 800)], fill=120)
    page.save(FOLDER / name, resolution=75)


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    banner("azul_banner_v1.png", (960, 320), SAND, "Spring,\nbottled.", 40)
    banner("azul_banner_v2.png", (960, 320), NAVY, "Spring,\nbottled.", 64)
    banner("azul_post.png", (540, 540), SAND, "Your skin\ncalled.", 60)
    flyer("brisa_flyer.pdf")
    signed_paper("azul_signed_contract.pdf")
