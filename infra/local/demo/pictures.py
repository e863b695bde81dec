"""Pictures of the demo studio's halls, drawn by this program: nobody else has rights in them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

Colour = tuple[int, int, int]
Point = tuple[float, float]
WIDTH, HEIGHT = 1600, 1066
HORIZON = 700
SOFT = 8
COARSE = (WIDTH // SOFT, HEIGHT // SOFT)


def picture(name: str) -> bytes:
    """A hall as JPEG: `cyclorama`, `loft`, `floor` or `dark`."""
    canvas = Canvas.of(name)
    SCENES[name](canvas)
    return canvas.jpeg()


def logo() -> bytes:
    """A wall that curves into a floor, as PNG on nothing."""
    image = Image.new("RGBA", (800, 800), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((40, 40, 760, 760), 150, fill=(24, 28, 38, 255))
    draw.line((250, 170, 250, 430), fill=(244, 240, 230, 255), width=72)
    draw.arc((214, 230, 614, 630), 90, 180, fill=(244, 240, 230, 255), width=72)
    draw.line((414, 594, 630, 594), fill=(244, 240, 230, 255), width=72)
    draw.ellipse((450, 230, 590, 370), fill=(240, 150, 60, 255))
    written = BytesIO()
    image.save(written, "PNG", optimize=True)
    return written.getvalue()


@dataclass
class Canvas:
    """A picture in the making; `chance` is the same each time."""

    image: Image.Image
    chance: Random

    @classmethod
    def of(cls, name: str) -> "Canvas":
        return cls(Image.new("RGB", (WIDTH, HEIGHT)), Random(name))  # noqa: S311 - bricks, not keys

    @property
    def draw(self) -> ImageDraw.ImageDraw:
        return ImageDraw.Draw(self.image)

    def shade(self, box: tuple[int, int, int, int], top: Colour, bottom: Colour) -> None:
        """A colour that changes from top to bottom."""
        left, upper, right, lower = box
        size = (right - left, lower - upper)
        mask = Image.linear_gradient("L").resize(size)
        self.image.paste(Image.composite(Image.new("RGB", size, bottom), Image.new("RGB", size, top), mask), box)

    def glow(self, shape: Sequence[Point], colour: Colour, blur: int) -> None:
        """Light in a shape with soft edges, added to what is there."""
        light = Image.new("RGB", COARSE)
        ImageDraw.Draw(light).polygon([(x / SOFT, y / SOFT) for x, y in shape], fill=colour)
        self.image = ImageChops.screen(self.image, _soft(light, blur))

    def shadow(self, box: tuple[int, int, int, int], depth: int = 90, blur: int = 22) -> None:
        """Where something stands on the floor."""
        dark = Image.new("RGB", COARSE)
        ImageDraw.Draw(dark).ellipse([side / SOFT for side in box], fill=(depth, depth, depth))
        self.image = ImageChops.subtract(self.image, _soft(dark, blur))

    def jpeg(self) -> bytes:
        written = BytesIO()
        self.image.save(written, "JPEG", quality=85)
        return written.getvalue()


def _soft(image: Image.Image, blur: int) -> Image.Image:
    """What has no sharp edge is drawn coarsely: blurring all pixels takes seconds."""
    return image.filter(ImageFilter.GaussianBlur(blur / SOFT)).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)


def cyclorama(canvas: Canvas) -> None:
    """A seamless wall, white from the ceiling into the floor."""
    canvas.shade((0, 0, WIDTH, 620), (206, 209, 214), (240, 240, 240))
    canvas.shade((0, 620, WIDTH, 800), (240, 240, 240), (226, 226, 228))
    canvas.shade((0, 800, WIDTH, HEIGHT), (226, 226, 228), (196, 197, 202))
    canvas.shade((0, 0, WIDTH, 96), (38, 40, 46), (58, 60, 66))
    for left in (180, 620, 1060, 1480):
        canvas.draw.polygon([(left, 0), (left + 40, 0), (left + 52, 96), (left - 12, 96)], fill=(88, 90, 96))
    canvas.glow([(500, 200), (1250, 150), (1420, 960), (420, 980)], (44, 40, 32), 130)
    softbox(canvas, 330, 250, 190)
    stool(canvas, 900, 800)


def loft(canvas: Canvas) -> None:
    """Bricks, windows to the south, and their light on a floor of boards."""
    bricks(canvas, 0, WIDTH)
    boards(canvas)
    for left in (170, 640, 1110):
        window(canvas, left, 130, 330, 430)
        canvas.glow([(left + 40, 760), (left + 350, 760), (left + 560, 1066), (left + 120, 1066)], (96, 78, 48), 26)
    canvas.glow([(0, 0), (WIDTH, 0), (WIDTH, 560), (0, 620)], (30, 24, 14), 90)
    armchair(canvas, 930, 730)
    plant(canvas, 1490, 760)


def dark(canvas: Canvas) -> None:
    """Black walls, and light in two colours."""
    canvas.shade((0, 0, WIDTH, HORIZON), (12, 12, 16), (30, 30, 38))
    canvas.shade((0, HORIZON, WIDTH, HEIGHT), (26, 26, 32), (10, 10, 12))
    canvas.glow([(330, 210), (420, 210), (980, 1000), (420, 1000)], (30, 60, 150), 46)
    canvas.glow([(1240, 210), (1330, 210), (1180, 1000), (640, 1000)], (160, 44, 34), 46)
    canvas.glow([(620, 860), (1060, 860), (1120, 960), (560, 960)], (90, 70, 96), 40)
    softbox(canvas, 300, 200, 150, lit=(170, 200, 255))
    softbox(canvas, 1280, 200, 150, lit=(255, 170, 150))
    stool(canvas, 830, 830)


def floor(canvas: Canvas) -> None:
    """The white wall on the left, the bricks on the right."""
    bricks(canvas, 760, WIDTH)
    boards(canvas)
    canvas.shade((0, 0, 790, HORIZON), (208, 210, 215), (240, 240, 240))
    canvas.draw.polygon([(0, HORIZON), (790, HORIZON), (640, HEIGHT), (0, HEIGHT)], fill=(226, 226, 229))
    canvas.glow([(0, 620), (800, 620), (700, 800), (0, 800)], (16, 16, 15), 40)
    for left in (900, 1260):
        window(canvas, left, 150, 270, 400)
        canvas.glow([(left, 760), (left + 270, 760), (left + 330, 1066), (left - 80, 1066)], (92, 74, 46), 26)
    softbox(canvas, 200, 260, 170)
    stool(canvas, 520, 830)
    armchair(canvas, 1180, 760)


def bricks(canvas: Canvas, left: int, right: int) -> None:
    canvas.draw.rectangle((left, 0, right, HORIZON), fill=(116, 96, 84))
    for row, top in enumerate(range(0, HORIZON, 34)):
        for start in range(left - (row % 2) * 46, right, 92):
            light = canvas.chance.randint(-16, 16)
            colour = (154 + light, 84 + light, 64 + light)
            box = (max(left, start + 3), top + 3, min(right, start + 88), min(HORIZON, top + 30))
            if box[2] > box[0] and box[3] > box[1]:
                canvas.draw.rectangle(box, fill=colour)


def boards(canvas: Canvas) -> None:
    """A floor of planks that run away from who looks."""
    canvas.shade((0, HORIZON, WIDTH, HEIGHT), (112, 80, 54), (150, 108, 72))
    for step in range(-14, 15):
        near, far = WIDTH / 2 + step * 190, WIDTH / 2 + step * 74
        canvas.draw.line([(far, HORIZON), (near, HEIGHT)], fill=(92, 64, 42), width=3)
    canvas.draw.rectangle((0, HORIZON - 14, WIDTH, HORIZON), fill=(70, 52, 40))


def window(canvas: Canvas, left: int, top: int, width: int, height: int) -> None:
    canvas.draw.rectangle((left - 14, top - 14, left + width + 14, top + height + 14), fill=(44, 42, 44))
    canvas.shade((left, top, left + width, top + height), (196, 222, 240), (255, 246, 226))
    for share in (1 / 3, 2 / 3):
        x, y = left + width * share, top + height * share
        canvas.draw.line([(x, top), (x, top + height)], fill=(44, 42, 44), width=9)
        canvas.draw.line([(left, y), (left + width, y)], fill=(44, 42, 44), width=9)


def softbox(canvas: Canvas, x: int, top: int, size: int, lit: Colour = (255, 252, 244)) -> None:
    """A light on its stand."""
    foot = 880
    canvas.shadow((x - 110, foot - 20, x + 110, foot + 26))
    for spread in (-90, 0, 90):
        canvas.draw.line([(x, foot - 150), (x + spread, foot)], fill=(30, 30, 34), width=9)
    canvas.draw.line([(x, top + size // 2), (x, foot - 140)], fill=(30, 30, 34), width=11)
    edge = [
        (x - size // 2, top),
        (x + size // 2, top + 26),
        (x + size // 2, top + size),
        (x - size // 2, top + size + 26),
    ]
    canvas.draw.polygon(edge, fill=(26, 26, 30))
    inner = [(px + (12 if px < x else -12), py + (14 if py < top + size / 2 else -14)) for px, py in edge]
    canvas.draw.polygon(inner, fill=lit)
    canvas.glow(inner, (70, 66, 56), 60)


def stool(canvas: Canvas, x: int, y: int) -> None:
    canvas.shadow((x - 110, y + 110, x + 130, y + 160))
    for spread in (-62, -20, 24, 64):
        canvas.draw.line([(x + spread * 0.7, y), (x + spread, y + 140)], fill=(74, 52, 36), width=11)
    canvas.draw.ellipse((x - 74, y - 24, x + 74, y + 22), fill=(128, 88, 56))
    canvas.draw.ellipse((x - 66, y - 24, x + 66, y + 10), fill=(158, 112, 72))


def armchair(canvas: Canvas, x: int, y: int) -> None:
    canvas.shadow((x - 30, y + 190, x + 330, y + 250))
    for leg in (40, 250):
        canvas.draw.line([(x + leg, y + 190), (x + leg, y + 226)], fill=(50, 36, 26), width=14)
    canvas.draw.rounded_rectangle((x, y - 30, x + 290, y + 160), 46, fill=(46, 84, 78))
    canvas.draw.rounded_rectangle((x - 20, y + 50, x + 60, y + 200), 34, fill=(56, 100, 92))
    canvas.draw.rounded_rectangle((x + 230, y + 50, x + 310, y + 200), 34, fill=(56, 100, 92))
    canvas.draw.rounded_rectangle((x + 36, y + 90, x + 254, y + 200), 26, fill=(66, 114, 104))


def plant(canvas: Canvas, x: int, y: int) -> None:
    canvas.shadow((x - 80, y + 150, x + 90, y + 200))
    for _ in range(26):
        tip = (x + canvas.chance.randint(-110, 80), y - canvas.chance.randint(20, 250))
        green = canvas.chance.randint(76, 128)
        canvas.draw.line([(x, y + 60), tip], fill=(38, green, 58), width=9)
        canvas.draw.ellipse((tip[0] - 26, tip[1] - 14, tip[0] + 26, tip[1] + 14), fill=(44, green + 14, 66))
    canvas.draw.polygon(
        [(x - 62, y + 50), (x + 62, y + 50), (x + 46, y + 180), (x - 46, y + 180)], fill=(206, 196, 182)
    )


SCENES: dict[str, Callable[[Canvas], None]] = {"cyclorama": cyclorama, "loft": loft, "floor": floor, "dark": dark}
