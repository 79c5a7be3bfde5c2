"""A logo is a picture, and nothing of its file but the picture is kept."""

import base64
import io

import pytest
from PIL import Image, PngImagePlugin

from mmm_core.errors import DataError
from mmm_core.report import logo


def picture(kind: str = "PNG", size: tuple[int, int] = (300, 100), mode: str = "RGB", **options: object) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, 128 if mode in ("L", "P") else None).save(file, kind, **options)
    return file.getvalue()


def test_no_text_is_no_logo():
    assert logo.logo_from("") is None


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("PNG", "L"), ("JPEG", "RGB"), ("JPEG", "CMYK")]
)
def test_pictures_of_every_kind_become_png_no_larger_than_they_are_shown(kind, mode):
    found = logo.logo_from(base64.b64encode(picture(kind, (1200, 400), mode)).decode())
    assert found is not None
    assert (found.width, found.height) == (600, 200)
    assert Image.open(io.BytesIO(found.png)).format == "PNG"


def test_words_in_a_picture_s_file_are_left_behind():
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", "<script>alert(1)</script>")
    content = picture(pnginfo=told) + b"<script>alert(2)</script>"
    assert b"script" in content
    assert b"script" not in logo.checked(content).png


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "SVG"),
        (b'<?xml version="1.0"?><svg/>', "SVG"),
        (b"not a picture", "cannot be read"),
        (b"", "cannot be read"),
        (picture()[:60], "cannot be read"),
        (picture("GIF"), "cannot be read"),
        (picture() + bytes(logo.MOST_BYTES), "too large"),
        (picture(size=(4000, 1001), mode="L"), "pixels"),
    ],
)
def test_what_is_no_such_picture_is_refused_with_a_way_out(content, words):
    with pytest.raises(DataError, match=words) as error:
        logo.checked(content)
    assert (error.value.code, "PNG" in error.value.remedy) == ("bad_logo", True)


def test_text_that_is_not_base64_is_refused():
    with pytest.raises(DataError, match="base64"):
        logo.logo_from("§§§")
