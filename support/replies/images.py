"""A picture an agent chose, made fit for X: checked, turned upright, stripped of what cameras note.

Only the picture itself goes out: no place, device, time, comment or thumbnail. Pixels are counted
before anything is unpacked, so that a small file cannot fill the memory.
"""

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from support.errors import N_, Refused

MOST = 4
"""Pictures X takes with one post."""
MOST_IN_DM = 1
MEGABYTE = 1024 * 1024
MOST_BYTES = 5 * MEGABYTE
MOST_GIF_BYTES = 15 * MEGABYTE
"""Of a GIF that moves."""
MOST_PIXELS = 40_000_000
MOST_GIF_PIXELS = 300_000_000
"""Of all its frames together."""
MOST_FRAMES = 350
LONGEST_ALT = 1000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
JPEG_QUALITIES = (92, 85, 75)
UNREADABLE = (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, MemoryError)


@dataclass(frozen=True)
class Picture:
    """A file as it goes to X."""

    mime: str
    width: int
    height: int
    data: bytes
    alt: str = ""

    @property
    def moves(self) -> bool:
        return self.mime == "image/gif"


def fit(data: bytes, name: str, alt: str = "") -> Picture:
    """The picture in `data`, cleaned. Raises Refused (field "images"), naming the file."""
    alt = " ".join(alt.split())
    if len(alt) > LONGEST_ALT:
        raise _refused(N_("「%(name)s」の代替テキストは1,000文字以内にしてください。"), name)
    if len(data) > MOST_GIF_BYTES:
        raise _refused(_TOO_LARGE, name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                mime, size, content = _cleaned(image, data, name)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _refused(_TOO_MANY_PIXELS, name) from error
    except UNREADABLE as error:
        raise _refused(
            N_("「%(name)s」は画像として読めません。JPEG、PNG、WebP、GIFを選んでください。"), name
        ) from error
    if len(content) > (MOST_GIF_BYTES if mime == "image/gif" else MOST_BYTES):
        raise _refused(_TOO_LARGE, name)
    return Picture(mime, *size, content, alt)


def fit_together(pictures: list[Picture], *, private: bool) -> None:
    """Raises Refused where X would not take them with one post, or one message."""
    if private and len(pictures) > MOST_IN_DM:
        raise Refused("images", N_("DMに付けられる画像は1枚です。"))
    if len(pictures) > MOST:
        raise Refused("images", N_("画像は4枚まで付けられます。"))
    if len(pictures) > 1 and any(picture.moves for picture in pictures):
        raise Refused("images", N_("動くGIFは、ほかの画像と一緒に送れません。"))


_TOO_LARGE = N_("「%(name)s」が大きすぎます。5MB（GIFは15MB）以下にしてください。")
_MOVING_WEBP = N_("「%(name)s」は動くWebPのため、Xに送れません。GIFにしてください。")
_TOO_MANY_FRAMES = N_("「%(name)s」はコマ数か画素数が多すぎます。短くするか縮めてください。")
_TOO_MANY_PIXELS = N_("「%(name)s」は画素数が多すぎます。4,000万画素以下に縮めてください。")


def _refused(sentence: str, name: str) -> Refused:
    return Refused("images", sentence, name=name[:80])


def _cleaned(image: Image.Image, data: bytes, name: str) -> tuple[str, tuple[int, int], bytes]:
    frames = getattr(image, "n_frames", 1)
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise _refused(_TOO_MANY_PIXELS, name)
    if frames == 1 or image.format == "PNG":
        if len(data) > MOST_BYTES and image.format != "JPEG":
            raise _refused(_TOO_LARGE, name)
        return _still(image)
    if image.format != "GIF":
        raise _refused(_MOVING_WEBP, name)
    if frames > MOST_FRAMES or frames * width * height > MOST_GIF_PIXELS:
        raise _refused(_TOO_MANY_FRAMES, name)
    return "image/gif", image.size, _moving(image)


def _still(image: Image.Image) -> tuple[str, tuple[int, int], bytes]:
    """A new picture with the same pixels; a GIF that stands still goes out as PNG."""
    kind = image.format if image.format in ("JPEG", "WEBP") else "PNG"
    upright = ImageOps.exif_transpose(image)
    profile = upright.info.get("icc_profile")
    if kind == "JPEG":
        bare = upright.convert("L" if upright.mode == "L" else "RGB")
        profile = profile if upright.mode in ("L", "RGB") else None
    elif upright.mode in ("1", "L", "LA", "RGB", "RGBA"):
        bare = upright.copy()
    else:
        bare = upright.convert("RGBA")
    bare.info.clear()
    colours = {"icc_profile": profile} if isinstance(profile, bytes) else {}
    return f"image/{kind.lower()}", bare.size, _written(bare, kind, colours)


def _written(image: Image.Image, kind: str, colours: dict[str, bytes]) -> bytes:
    """JPEG as good as X's size allows; WebP as good as it was, PNG without loss."""
    content = b""
    for quality in JPEG_QUALITIES if kind == "JPEG" else (92,):
        out = io.BytesIO()
        if kind == "PNG":
            image.save(out, kind, optimize=False, **colours)
        else:
            image.save(out, kind, quality=quality, **colours)
        content = out.getvalue()
        if len(content) <= MOST_BYTES:
            break
    return content


def _moving(image: Image.Image) -> bytes:
    """The frames with their times; comments and what programs added are left behind."""
    loop = image.info.get("loop")
    frames, times = [], []
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        times.append(int(image.info.get("duration", 100)))
        frame = image.convert("RGBA")
        frame.info.clear()
        frames.append(frame)
    out = io.BytesIO()
    again = {} if loop is None else {"loop": loop}
    frames[0].save(
        out, "GIF", save_all=True, append_images=frames[1:], duration=times, disposal=2, **again
    )
    return out.getvalue()
