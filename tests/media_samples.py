"""Pictures and videos for tests, good and hostile, made here so that each one's quirk can be read."""

import io
import struct
import zlib
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pillow_heif
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

XMP = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:exif="http://ns.adobe.com/exif/1.0/" xmp:Rating="{rating}" exif:DateTimeOriginal="{time}"
 exif:GPSLatitude="52,30.6N" exif:GPSLongitude="13,24,0W">
<dc:description><rdf:Alt><rdf:li xml:lang="de">Am See</rdf:li><rdf:li xml:lang="x-default">{text}</rdf:li></rdf:Alt>
</dc:description><dc:subject><rdf:Bag><rdf:li>lake</rdf:li><rdf:li>summer</rdf:li></rdf:Bag></dc:subject>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


FACES_XMP = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/"
 xmlns:stArea="http://ns.adobe.com/xmp/sType/Area#" xmlns:stDim="http://ns.adobe.com/xap/1.0/sType/Dimensions#"
 xmlns:MP="http://ns.microsoft.com/photo/1.2/" xmlns:MPRI="http://ns.microsoft.com/photo/1.2/t/RegionInfo#"
 xmlns:MPReg="http://ns.microsoft.com/photo/1.2/t/Region#"
 xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">BODY</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def faces_xmp(body: str) -> bytes:
    """A packet with people in it, in whatever way `body` says them."""
    return FACES_XMP.replace("BODY", body).encode()


def region_xmp(*people: tuple[str, tuple[float, float, float, float]]) -> bytes:
    """A packet with face regions of the Metadata Working Group: name, and x, y of the centre, width, height."""
    regions = "".join(
        f'<rdf:li mwg-rs:Name="{name}" mwg-rs:Type="Face"><mwg-rs:Area stArea:x="{x}" stArea:y="{y}" stArea:w="{w}" '
        f'stArea:h="{h}" stArea:unit="normalized"/></rdf:li>'
        for name, (x, y, w, h) in people
    )
    listed = f"<mwg-rs:RegionList><rdf:Bag>{regions}</rdf:Bag></mwg-rs:RegionList>"
    return faces_xmp(f'<mwg-rs:Regions rdf:parseType="Resource">{listed}</mwg-rs:Regions>')


def xmp(text: str = "By the lake", time: str = "2021-07-04T10:20:30.5+02:00", rating: int = 3) -> bytes:
    return XMP.format(text=text, time=time, rating=rating).encode()


def picture(size: tuple[int, int] = (80, 60), mode: str = "RGB") -> Image.Image:
    """Red on the left, blue on the right, a yellow bar on top: turning it wrongly shows."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, size[0], size[1]))
    image.paste("yellow", (0, 0, size[0], size[1] // 4))
    return image.convert(mode)


def encode(image: Image.Image, format: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def exif(**blocks: Any) -> Image.Exif:
    """A camera's EXIF; `main`, `photo` and `gps` add or replace tags."""
    data = Image.Exif()
    main = {0x010F: "Canon", 0x0110: "Canon EOS R6", 0x010E: "Grandma in the garden", 0x0132: "2023:01:01 00:00:01"}
    for tag, value in (main | blocks.get("main", {})).items():
        data[tag] = value
    photo = {
        0x9003: "2022:05:01 12:30:45",
        0x829A: IFDRational(1, 250),
        0x829D: IFDRational(28, 10),
        0x8827: 400,
        0x920A: IFDRational(50, 1),
        0xA405: 80,
        0xA404: IFDRational(2, 1),
        0x9206: IFDRational(35, 10),
        0xA434: "RF50mm F1.8 STM",
    }
    latitude, longitude = [tuple(map(IFDRational, parts)) for parts in ((52, 30, 36), (13, 24, 0))]
    gps = {1: "N", 2: latitude, 3: "W", 4: longitude}
    data._ifds[0x8769] = photo | blocks.get("photo", {})
    data._ifds[0x8825] = gps | blocks.get("gps", {})
    return data


def jpeg(**options: Any) -> bytes:
    return encode(picture(), "JPEG", **options)


def heic(size: tuple[int, int] = (80, 60), **options: Any) -> bytes:
    buffer = io.BytesIO()
    pillow_heif.from_pillow(picture(size)).save(buffer, quality=90, **options)
    return buffer.getvalue()


def avif(size: tuple[int, int] = (80, 60)) -> bytes:
    return encode(picture(size), "AVIF")


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims to be huge and holds one row: what a decompression bomb looks like before it goes off."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")
    )


def gif_with_huge_frame() -> bytes:
    """The screen is small, its first frame is not: Pillow reserves memory for it while it reads the header."""
    screen = b"GIF89a" + struct.pack("<HHBBB", 80, 60, 0x80, 0, 0) + bytes(6)
    frame = b"\x21\xf9\x04\x09\0\0\0\0\x2c" + struct.pack("<HHHHB", 0, 0, 65_000, 65_000, 0)
    return screen + frame + b"\x02\x02\x44\x01\0\x3b"


def animated(format: str) -> bytes:
    frames = [Image.new("RGB", (80, 60), colour) for colour in ("red", "green", "blue")]
    return encode(frames[0], format, save_all=True, append_images=frames[1:], duration=100, loop=0)


def palette_with_transparency() -> bytes:
    image = picture().quantize(8)
    return encode(image, "PNG", transparency=0)


def sixteen_bits(format: str = "PNG") -> bytes:
    image = Image.new("I;16", (80, 60))
    image.putdata([column * 800 for _row in range(60) for column in range(80)])
    return encode(image, format)


def video(path: Path, *, rotate: int = 0, taken: datetime | None = None, size: tuple[int, int] = (64, 48)) -> bytes:
    """Two seconds at ten pictures a second, red at first and blue from half a second on."""
    with av.open(str(path), "w") as container:
        if taken:
            container.metadata["creation_time"] = taken.strftime("%Y-%m-%dT%H:%M:%S.000000Z")
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.time_base = Fraction(1, 10)
        if rotate:
            stream.set_display_rotation(rotate)
        for number in range(20):
            image = Image.new("RGB", size, "red" if number < 2 else "blue")
            frame = av.VideoFrame.from_image(image)
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path.read_bytes()
