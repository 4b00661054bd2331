"""Sidecars: the caption changes, everything else stays."""

import pytest

from api.lib.caption_in_file import CaptionInFile
from api.lib.xmp import parse_xmp
from api.lib.xmp_edit import NotXmpError, read_caption, with_caption
from tests.media_samples import region_xmp, xmp

HISTORY = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="XMP Core 4.4.0-Exiv2">
 <!-- a note -->
 <r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <r:Description r:about="" xmlns:d="http://purl.org/dc/elements/1.1/" xmlns:lr="http://ns.adobe.com/lightroom/1.0/"
    xmlns:darktable="http://darktable.sf.net/" d:description="an old one" darktable:xmp_version="5">
   <darktable:history><r:Seq><r:li darktable:operation="exposure &amp; more"/></r:Seq></darktable:history>
   <lr:hierarchicalSubject><r:Bag><r:li>Places|Lake</r:li></r:Bag></lr:hierarchicalSubject>
  </r:Description>
 </r:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


def test_a_new_one() -> None:
    wanted = CaptionInFile('A <dog> & "cat"\nin two lines, ü 😀', ("dog", "Зима"))
    packet = with_caption(None, wanted)
    assert read_caption(packet) == wanted
    parsed = parse_xmp(packet)
    assert parsed is not None
    assert (parsed.description, parsed.keywords) == (wanted.description, list(wanted.subjects))
    assert packet.startswith(b"<?xpacket begin=")


def test_other_languages_keywords_and_properties_stay() -> None:
    packet = with_caption(xmp(text="old", rating=4), CaptionInFile("new", ("lake", "summer")))
    assert "Am See" in packet.decode()
    parsed = parse_xmp(packet)
    assert parsed is not None
    assert (parsed.description, parsed.keywords, parsed.rating) == ("new", ["lake", "summer"], 4)
    assert parsed.latitude == pytest.approx(52.51)


def test_an_emptied_description_leaves_the_other_languages() -> None:
    packet = with_caption(xmp(text="old"), CaptionInFile("", ("lake", "summer")))
    assert read_caption(packet).description == ""
    assert "Am See" in packet.decode()


def test_prefixes_histories_and_notes_of_others_stay() -> None:
    packet = with_caption(HISTORY.encode(), CaptionInFile("new", ("dog",))).decode()
    assert read_caption(packet.encode()) == CaptionInFile("new", ("dog",))
    assert "an old one" not in packet
    for kept in (
        "<!-- a note -->",
        'darktable:operation="exposure &amp; more"',
        "<r:li>Places|Lake</r:li>",
        'x:xmptk="XMP Core 4.4.0-Exiv2"',
        'darktable:xmp_version="5"',
    ):
        assert kept in packet
    parsed = parse_xmp(packet.encode())
    assert parsed is not None and parsed.description == "new"


def test_face_regions_stay() -> None:
    before = region_xmp(("Ana", (0.5, 0.5, 0.2, 0.2)))
    parsed, earlier = parse_xmp(with_caption(before, CaptionInFile("new", ("x",)))), parse_xmp(before)
    assert parsed is not None and earlier is not None
    assert parsed.faces == earlier.faces
    assert parsed.faces.people[0].name == "Ana"


def test_control_characters_make_no_broken_file() -> None:
    packet = with_caption(None, CaptionInFile("a\x0bb\x00c\ufffed", ()))
    assert read_caption(packet).description == "abcd"


@pytest.mark.parametrize("packet", [b"", b"no xml", b"<a/>", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", b"\xff\xfe"])
def test_what_cannot_be_read_is_refused(packet: bytes) -> None:
    with pytest.raises(NotXmpError):
        with_caption(packet, CaptionInFile("new"))
