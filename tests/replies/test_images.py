"""A picture leaves the desk upright, small enough, and without what the camera wrote into it."""

import io
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from support.errors import Refused
from support.replies import images
from support.replies.images import Picture, fit, fit_together

SECRET = b"35.6812N 139.7671E Hikari"


def picture(kind="JPEG", size=(40, 20), mode="RGB", **saved):
    out = io.BytesIO()
    Image.new(mode, size, "red" if mode == "RGB" else None).save(out, kind, **saved)
    return out.getvalue()


def noted():
    """EXIF as a camera writes it: place, maker, and that it was held upright."""
    exif = Image.Exif()
    exif[0x010F] = SECRET.decode()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[29] = SECRET.decode()
    return exif


def moving(frames=3, size=(20, 20), **saved):
    out = io.BytesIO()
    stills = [Image.new("RGB", size, (n * 60 % 251, 0, 0)) for n in range(frames)]
    stills[0].save(out, "GIF", save_all=True, append_images=stills[1:], **saved)
    return out.getvalue()


def opened(it):
    return Image.open(io.BytesIO(it.data))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_place_device_and_comment_are_left_behind_and_the_picture_stands_upright(kind):
    saved = {"exif": noted(), "xmp": b"<x>" + SECRET + b"</x>"}
    if kind == "JPEG":
        saved["comment"] = SECRET
    data = picture(kind, **saved)
    assert SECRET in data
    it = fit(data, "photo")
    assert SECRET not in it.data
    assert not opened(it).getexif()
    assert (it.width, it.height) == opened(it).size == (20, 40)
    assert it.mime == f"image/{kind.lower()}"


def test_text_in_a_png_is_left_behind():
    about = PngImagePlugin.PngInfo()
    about.add_text("Author", SECRET.decode())
    data = picture("PNG", pnginfo=about)
    assert SECRET in data
    assert SECRET not in fit(data, "a.png").data


def test_what_is_transparent_stays_so():
    out = io.BytesIO()
    Image.new("P", (4, 4), 0).save(out, "PNG", transparency=0)
    assert opened(fit(out.getvalue(), "a.png")).convert("RGBA").getpixel((1, 1))[3] == 0


def test_colours_for_print_become_colours_for_screens():
    assert opened(fit(picture(mode="CMYK"), "a.jpg")).mode == "RGB"


def test_a_gif_that_stands_still_goes_out_as_png():
    assert fit(picture("GIF"), "a.gif").mime == "image/png"


def test_a_gif_that_moves_keeps_its_frames_times_and_loop():
    it = fit(moving(duration=[50, 70, 90], loop=0, comment=SECRET), "a.gif")
    assert it.mime == "image/gif"
    assert SECRET not in it.data
    again = opened(it)
    assert again.n_frames == 3
    assert again.info["loop"] == 0
    times = []
    for number in range(3):
        again.seek(number)
        times.append(again.info["duration"])
    assert times == [50, 70, 90]


def refused(data, name="file.png"):
    with pytest.raises(Refused) as error:
        fit(data, name)
    assert error.value.field == "images"
    return str(error.value)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a",
        picture("JPEG", size=(400, 400))[:300],
        picture("PNG", size=(400, 400))[:60],
        picture("BMP"),
        picture("TIFF"),
    ],
)
def test_what_is_no_picture_x_takes_is_refused_by_name(data):
    assert "「file.png」は画像として読めません" in refused(data)


def bomb(width, height):
    """A PNG that says it is this large; nothing of it is there."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 99)), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(it)) + kind + it + struct.pack(">I", zlib.crc32(kind + it))
        for kind, it in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("size", [(8_000, 8_000), (10_000, 10_000), (100_000, 100_000)])
def test_a_small_file_that_unpacks_to_a_huge_picture_is_refused_unread(size):
    assert "画素数が多すぎます" in refused(bomb(*size))


def test_what_is_too_large_for_x_is_refused_before_it_is_read():
    assert "大きすぎます" in refused(b"\0" * (images.MOST_GIF_BYTES + 1))
    assert "大きすぎます" in refused(picture("PNG") + b"\0" * images.MOST_BYTES)


def test_a_photo_that_is_too_large_is_made_smaller():
    noise = Image.effect_noise((2600, 2600), 90).convert("RGB")
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=98)
    assert len(out.getvalue()) > images.MOST_BYTES
    assert len(fit(out.getvalue(), "a.jpg").data) <= images.MOST_BYTES


def test_moving_pictures_x_does_not_take_are_refused():
    out = io.BytesIO()
    stills = [Image.new("RGB", (9, 9), (n * 90, 0, 0)) for n in range(2)]
    stills[0].save(out, "WEBP", save_all=True, append_images=stills[1:])
    assert "動くWebP" in refused(out.getvalue())
    assert "コマ数" in refused(moving(frames=images.MOST_FRAMES + 1, size=(2, 2)))


def test_words_for_those_who_cannot_see_it_are_kept_tidy_and_short():
    assert fit(picture(), "a", "  料金\n プラン ").alt == "料金 プラン"
    with pytest.raises(Refused, match="1,000文字"):
        fit(picture(), "a", "あ" * 1001)


def still(mime="image/png"):
    return Picture(mime, 1, 1, b"")


def test_four_go_out_together_one_in_a_message_and_what_moves_alone():
    fit_together([still()] * 4, private=False)
    fit_together([still("image/gif")], private=False)
    for pictures, private in (
        ([still()] * 5, False),
        ([still()] * 2, True),
        ([still(), still("image/gif")], False),
    ):
        with pytest.raises(Refused):
            fit_together(pictures, private=private)
