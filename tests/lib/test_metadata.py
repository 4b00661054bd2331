"""What pictures and videos say about themselves: EXIF, IPTC, XMP, sidecars, names; and what broken ones do not."""

import io
import struct
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from api.lib.images import open_header
from api.lib.metadata import Metadata, read_metadata, read_sidecar
from api.lib.timestamps import parse_time, time_in_name, utc_to_wall_clock
from api.lib.xmp import XmpData, parse_xmp
from tests import media_samples as samples


def read(data: bytes, name: str = "a.jpg", sidecar: XmpData | None = None, zone: str = "UTC") -> Metadata:
    return read_metadata(open_header(io.BytesIO(data), max_pixels=10**7), name=name, sidecar=sidecar, zone=zone)


def iptc_block(*records: tuple[int, int, bytes]) -> bytes:
    """A Photoshop resource, as JPEGs carry IPTC in."""
    body = b"".join(b"\x1c" + bytes(key) + struct.pack(">H", len(text)) + text for *key, text in records)
    resource = b"8BIM\x04\x04\x00\x00" + struct.pack(">I", len(body)) + body + b"\0" * (len(body) % 2)
    return b"Photoshop 3.0\x00" + resource


def jpeg_with_iptc(*records: tuple[int, int, bytes]) -> bytes:
    data, block = samples.jpeg(), iptc_block(*records)
    return data[:2] + b"\xff\xed" + struct.pack(">H", len(block) + 2) + block + data[2:]


def test_camera_place_and_time() -> None:
    found = read(samples.jpeg(exif=samples.exif()))
    assert found.taken_at == datetime(2022, 5, 1, 12, 30, 45)
    assert (found.latitude, found.longitude) == (52.51, -13.4)
    assert found.description == "Grandma in the garden"
    exif = found.exif
    assert (exif.camera, exif.lens) == ("Canon EOS R6", "RF50mm F1.8 STM")
    assert (exif.fstop, exif.shutter_speed, exif.iso) == (2.8, "1/250", 400)
    assert (exif.focal_length, exif.focal_length_35mm) == (50.0, 80.0)
    assert (exif.digital_zoom_ratio, exif.subject_distance) == (2.0, 3.5)


@pytest.mark.parametrize("format", ["PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
def test_other_formats_carry_exif_too(format: str) -> None:
    block = samples.exif().tobytes()
    data = samples.heic(exif=block) if format == "HEIF" else samples.encode(samples.picture(), format, exif=block)
    found = read(data)
    assert found.taken_at == datetime(2022, 5, 1, 12, 30, 45)
    assert found.exif.camera == "Canon EOS R6"
    assert found.latitude == 52.51


@pytest.mark.parametrize(
    ("photo", "main", "name", "expected"),
    [
        ({}, {}, "x.jpg", datetime(2022, 5, 1, 12, 30, 45)),
        ({0x9003: "0000:00:00 00:00:00", 0x9004: "2020:02:29 01:02:03"}, {}, "x.jpg", datetime(2020, 2, 29, 1, 2, 3)),
        ({0x9003: "    :  :     :  :  "}, {}, "x.jpg", datetime(2023, 1, 1, 0, 0, 1)),
        ({0x9003: "1970:01:01 00:00:00"}, {}, "x.jpg", datetime(2023, 1, 1, 0, 0, 1)),
        ({0x9003: "2021:13:41 25:61:61"}, {0x0132: "no"}, "IMG_20190809_101112.jpg", datetime(2019, 8, 9, 10, 11, 12)),
        ({0x9003: "gone"}, {0x0132: "gone"}, "holiday.jpg", None),
    ],
)
def test_first_possible_time_wins(photo: Any, main: Any, name: str, expected: datetime | None) -> None:
    assert read(samples.jpeg(exif=samples.exif(photo=photo, main=main)), name).taken_at == expected


def test_gps_time_is_utc() -> None:
    block = samples.exif(photo={0x9003: ""}, main={0x0132: ""}, gps={29: "2022:07:01", 7: (22.0, 30.0, 5.0)})
    assert read(samples.jpeg(exif=block), zone="Europe/Berlin").taken_at == datetime(2022, 7, 2, 0, 30, 5)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024:05:01 12:30:00", datetime(2024, 5, 1, 12, 30)),
        ("2024-05-01T12:30:00.123+02:00", datetime(2024, 5, 1, 12, 30)),
        ("2024-05-01T12:30Z", datetime(2024, 5, 1, 12, 30)),
        ("20240501", datetime(2024, 5, 1)),
        ("20240501123000+0200", datetime(2024, 5, 1, 12, 30)),
        ("1850:01:01 00:00:00", datetime(1850, 1, 1)),
        ("0001:01:01 00:00:00", None),
        ("9999:01:01 00:00:00", None),
        ("2024", None),
        ("", None),
        (None, None),
    ],
)
def test_parse_time(text: str | None, expected: datetime | None) -> None:
    assert parse_time(text) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("IMG_20240501_123000.jpg", datetime(2024, 5, 1, 12, 30)),
        ("PXL_20240501_123000123.MP.jpg", datetime(2024, 5, 1, 12, 30)),
        ("IMG-20240501-WA0003.jpg", datetime(2024, 5, 1)),
        ("Screenshot_2024-05-01-12-30-00.png", datetime(2024, 5, 1, 12, 30)),
        ("Screenshot 2024-05-01 at 12.30.00.png", datetime(2024, 5, 1, 12, 30)),
        ("signal-2024-05-01-123000.jpeg", datetime(2024, 5, 1, 12, 30)),
        ("2024-05-01 12.30.00.jpg", datetime(2024, 5, 1, 12, 30)),
        ("20241345_1.jpg", None),
        ("DSC01234.jpg", None),
        ("1714557000000.jpg", None),
        ("900150983cd24fb0d6963f7d28e17f72.jpg", None),
    ],
)
def test_time_in_name(name: str, expected: datetime | None) -> None:
    assert time_in_name(name) == expected


def test_unknown_zone_counts_as_utc() -> None:
    moment = datetime(2024, 1, 1, 12)
    assert utc_to_wall_clock(moment, "Mars/Olympus") == moment
    assert utc_to_wall_clock(moment, "../../etc/passwd") == moment


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_embedded_xmp(format: str) -> None:
    if format == "PNG":
        from PIL.PngImagePlugin import PngInfo

        info = PngInfo()
        info.add_itxt("XML:com.adobe.xmp", samples.xmp().decode())
        data = samples.encode(samples.picture(), "PNG", pnginfo=info)
    elif format == "TIFF":
        data = samples.encode(samples.picture(), "TIFF", tiffinfo={700: samples.xmp()})
    else:
        data = samples.encode(samples.picture(), format, xmp=samples.xmp())
    found = read(data)
    assert (found.description, found.keywords, found.rating) == ("By the lake", ["lake", "summer"], 3)
    assert found.taken_at == datetime(2021, 7, 4, 10, 20, 30)
    assert (found.latitude, found.longitude) == (52.51, -13.4)


def test_iptc() -> None:
    data = jpeg_with_iptc(
        (1, 90, b"\x1b%G"),
        (2, 120, "Ein schöner Tag".encode()),
        (2, 25, b"beach"),
        (2, 25, b"sea"),
        (2, 55, b"20230809"),
        (2, 60, b"101112+0200"),
    )
    found = read(data)
    assert (found.description, found.keywords) == ("Ein schöner Tag", ["beach", "sea"])
    assert found.taken_at == datetime(2023, 8, 9, 10, 11, 12)
    assert read(jpeg_with_iptc((2, 120, "Grüße".encode("cp1252")))).description == "Grüße"


@pytest.mark.parametrize("suffix", [".jpg.xmp", ".xmp", ".jpg.XMP"])
def test_sidecar_wins(tmp_path: Path, suffix: str) -> None:
    photo = tmp_path / "a.jpg"
    photo.with_name("a" + suffix).write_bytes(samples.xmp("From the sidecar"))
    found = read(samples.jpeg(exif=samples.exif()), sidecar=read_sidecar(photo))
    assert found.description == "From the sidecar"
    assert found.keywords == ["lake", "summer"]
    assert found.taken_at == datetime(2021, 7, 4, 10, 20, 30)  # somebody corrected the camera's clock


def test_time_a_sidecar_was_made_is_not_the_photos() -> None:
    sidecar = parse_xmp(samples.xmp().replace(b"exif:DateTimeOriginal", b"xmp:CreateDate"))
    assert read(samples.jpeg(exif=samples.exif()), sidecar=sidecar).taken_at == datetime(2022, 5, 1, 12, 30, 45)
    assert read(samples.jpeg(), sidecar=sidecar).taken_at == datetime(2021, 7, 4, 10, 20, 30)


def test_sidecar_that_is_a_link_or_broken_is_ignored(tmp_path: Path) -> None:
    photo = tmp_path / "a.jpg"
    (tmp_path / "secret").write_bytes(samples.xmp("secret"))
    (tmp_path / "a.jpg.xmp").symlink_to(tmp_path / "secret")
    assert read_sidecar(photo) is None
    (tmp_path / "a.xmp").write_bytes(b"<x:xmpmeta")
    assert read_sidecar(photo) is None


def test_xml_tricks_are_refused() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "cccc"><!ENTITY d "&b;&b;">]><a>&d;</a>'
    file = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
    for packet in (bomb, file, b"", b"not xml", b"\xff\xfe", samples.xmp() + b" " * 5_000_000):
        assert parse_xmp(packet) is None


@pytest.mark.parametrize(
    "text",
    ["OLYMPUS DIGITAL CAMERA", "          ", "SONY DSC", "DCIM\\100MEDIA\\DJI_0001.JPG", "Screenshot", "?", '{"a": 1}'],
)
def test_what_cameras_write_is_no_caption(text: str) -> None:
    assert read(samples.jpeg(exif=samples.exif(main={0x010E: text}))).description == ""


def test_windows_texts() -> None:
    block = samples.exif(
        main={0x010E: "", 0x9C9C: "Über den Dächern\0".encode("utf-16-le"), 0x9C9E: "city;roof\0".encode("utf-16-le")}
    )
    found = read(samples.jpeg(exif=block))
    assert (found.description, found.keywords) == ("Über den Dächern", ["city", "roof"])


def test_user_comment() -> None:
    block = samples.exif(main={0x010E: ""}, photo={0x9286: b"ASCII\0\0\0A walk in the park\0\0"})
    assert read(samples.jpeg(exif=block)).description == "A walk in the park"
    block = samples.exif(main={0x010E: ""}, photo={0x9286: b"\0\0\0\0\0\0\0\0binary \x01\x02"})
    assert read(samples.jpeg(exif=block)).description == ""


@pytest.mark.parametrize(
    "gps",
    [
        {2: (91.0, 0.0, 0.0)},
        {2: (float("nan"), 0.0, 0.0)},
        {2: "north"},
        {2: ()},
        {2: (0.0, 0.0, 0.0), 4: (0.0, 0.0, 0.0)},
    ],
)
def test_impossible_places_are_none(gps: Any) -> None:
    block = samples.exif()
    block._ifds[0x8825] |= gps
    image = Image.open(io.BytesIO(samples.jpeg()))
    image._exif = block
    found = read_metadata(image, name="x", sidecar=None, zone="UTC")
    assert (found.latitude, found.longitude) == (None, None)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize(
    "block",
    [
        b"Exif\0\0garbage",
        b"Exif\0\0II*\0\xff\xff\xff\xff",
        b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\xff" * 60,
        b"Exif\0\0" + samples.exif().tobytes()[6:90],
    ],
    ids=["no header", "far offset", "too many tags", "cut off"],
)
def test_broken_exif_is_no_exif(block: bytes) -> None:
    data = samples.jpeg()
    data = data[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + data[2:]
    found = read(data)
    assert found.description == ""
    assert found.latitude is None


def test_shutter_speeds() -> None:
    for seconds, text in ((0.004, "1/250"), (0.5, "0.5"), (30.0, "30"), (1.3, "1.3"), (0.0, "")):
        assert read(samples.jpeg(exif=samples.exif(photo={0x829A: seconds}))).exif.shutter_speed == text
