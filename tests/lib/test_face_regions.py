"""People in XMP packets, as digiKam, Lightroom, Picasa, Windows and IPTC programs write them."""

import io

import pytest
from PIL import Image

from api.lib.boxes import Box
from api.lib.face_regions import FacesInXmp, FoundPerson, people_upright
from api.lib.images import read_picture
from api.lib.metadata import read_metadata
from api.lib.xmp import parse_xmp
from tests import media_samples as samples
from tests.media_samples import faces_xmp


def faces(body: str) -> FacesInXmp:
    found = parse_xmp(faces_xmp(body))
    assert found is not None
    return found.faces


MWG = """<mwg-rs:Regions rdf:parseType="Resource">
<mwg-rs:AppliedToDimensions stDim:w="800" stDim:h="600" stDim:unit="pixel"/>
<mwg-rs:RegionList><rdf:Bag>
<rdf:li><rdf:Description mwg-rs:Name="Ana" mwg-rs:Type="Face">
 <mwg-rs:Area stArea:x="0.25" stArea:y="0.5" stArea:w="0.1" stArea:h="0.2" stArea:unit="normalized"/>
</rdf:Description></rdf:li>
<rdf:li rdf:parseType="Resource"><mwg-rs:Name>Ben</mwg-rs:Name><mwg-rs:Type>Face</mwg-rs:Type>
 <mwg-rs:Area rdf:parseType="Resource"><stArea:x>0.75</stArea:x><stArea:y>0.5</stArea:y>
 <stArea:w>0.1</stArea:w><stArea:h>0.2</stArea:h></mwg-rs:Area></rdf:li>
<rdf:li><rdf:Description mwg-rs:Name="Rex" mwg-rs:Type="Pet">
 <mwg-rs:Area stArea:x="0.5" stArea:y="0.5" stArea:w="0.1" stArea:h="0.1"/></rdf:Description></rdf:li>
<rdf:li><rdf:Description mwg-rs:Name="Unknown person" mwg-rs:Type="Face">
 <mwg-rs:Area stArea:x="0.5" stArea:y="0.9" stArea:w="0.1" stArea:h="0.1"/></rdf:Description></rdf:li>
</rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>"""

MICROSOFT = """<MP:RegionInfo rdf:parseType="Resource"><MPRI:Regions><rdf:Bag>
<rdf:li MPReg:Rectangle="0.2, 0.4, 0.1, 0.2" MPReg:PersonDisplayName="Ana"/>
<rdf:li><rdf:Description MPReg:Rectangle="0.6,0.1,0.2,0.2" MPReg:PersonDisplayName="Cleo"/></rdf:li>
<rdf:li MPReg:PersonDisplayName="Dan"/>
<rdf:li MPReg:Rectangle="no, box, at, all" MPReg:PersonDisplayName="Eve"/>
</rdf:Bag></MPRI:Regions></MP:RegionInfo>"""

NAMES = """<Iptc4xmpExt:PersonInImage><rdf:Bag><rdf:li>Zoe</rdf:li><rdf:li>ana</rdf:li><rdf:li>Unknown</rdf:li>
<rdf:li/></rdf:Bag></Iptc4xmpExt:PersonInImage>"""


def test_regions_of_the_metadata_working_group() -> None:
    found = faces(MWG)
    assert found.people == (
        FoundPerson("Ana", Box(0.2, 0.4, 0.1, 0.2)),
        FoundPerson("Ben", Box(0.7, 0.4, 0.1, 0.2)),
        FoundPerson("", Box(0.45, 0.85, 0.1, 0.1)),
    )
    assert found.applied_ratio == pytest.approx(4 / 3)


def test_regions_of_microsoft() -> None:
    assert faces(MICROSOFT).people == (
        FoundPerson("Ana", Box(0.2, 0.4, 0.1, 0.2)),
        FoundPerson("Cleo", Box(0.6, 0.1, 0.2, 0.2)),
        FoundPerson("Dan"),
        FoundPerson("Eve"),
    )


def test_the_same_person_in_three_ways_is_one() -> None:
    names = [(person.name, person.box is not None) for person in faces(MWG + MICROSOFT + NAMES).people]
    assert names == [
        ("Ana", True), ("Ben", True), ("", True), ("Cleo", True), ("Dan", False), ("Eve", False), ("Zoe", False),
    ]  # fmt: skip


def test_pixels_and_boxes_over_the_edge() -> None:
    body = """<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:AppliedToDimensions stDim:w="200" stDim:h="100"/>
    <mwg-rs:RegionList><rdf:Seq><rdf:li mwg-rs:Name="Ana"><mwg-rs:Area stArea:unit="pixel" stArea:x="100" stArea:y="50"
    stArea:w="20" stArea:h="10"/></rdf:li><rdf:li mwg-rs:Name="Ben"><mwg-rs:Area stArea:x="0" stArea:y="0"
    stArea:w="0.2" stArea:h="0.2"/></rdf:li><rdf:li mwg-rs:Name="Cy"><mwg-rs:Area stArea:x="nan" stArea:y="inf"
    stArea:w="1" stArea:h="1"/></rdf:li><rdf:li mwg-rs:Name="Di"><mwg-rs:Area stArea:x="0.5" stArea:y="0.5"
    stArea:w="-1" stArea:h="1"/></rdf:li></rdf:Seq></mwg-rs:RegionList></mwg-rs:Regions>"""
    assert faces(body).people == (
        FoundPerson("Ana", Box(0.45, 0.45, 0.1, 0.1)),
        FoundPerson("Ben", Box(0.0, 0.0, 0.1, 0.1)),
        FoundPerson("Cy"),
        FoundPerson("Di"),
    )


def test_nobody_and_far_too_many() -> None:
    assert faces("") == FacesInXmp()
    many = "".join(f"<rdf:li>Ana {number}</rdf:li>" for number in range(3000))
    assert len(faces(f"<Iptc4xmpExt:PersonInImage><rdf:Bag>{many}</rdf:Bag></Iptc4xmpExt:PersonInImage>").people) == 200


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_box_turns_as_the_picture_does(orientation: int) -> None:
    """A white patch on black, stored as each orientation has it, lies under its box once the picture is upright."""
    picture = Image.new("L", (100, 60), "black")
    picture.paste(255, (20, 12, 30, 24))
    exif = Image.Exif()
    exif[0x0112] = orientation
    region = """<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:AppliedToDimensions stDim:w="100" stDim:h="60"/>
    <mwg-rs:RegionList><rdf:Bag><rdf:li mwg-rs:Name="Ana"><mwg-rs:Area stArea:x="0.25" stArea:y="0.3" stArea:w="0.1"
    stArea:h="0.2"/></rdf:li></rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>"""
    data = samples.encode(picture, "JPEG", exif=exif.tobytes(), xmp=faces_xmp(region), quality=95)
    read = read_picture(io.BytesIO(data), box=(4320, 1080), max_pixels=10**6)
    (person,) = read_metadata(read.source, name="a.jpg", sidecar=None, zone="UTC").people
    assert person.box is not None
    bright = read.image.convert("L").point(lambda value: 255 * (value > 128)).getbbox()
    edges = (person.box.left, person.box.top, person.box.right, person.box.bottom)
    scale = (read.width, read.height, read.width, read.height)
    assert [edge * size for edge, size in zip(edges, scale, strict=True)] == pytest.approx(bright, abs=1.5)


def test_boxes_drawn_on_the_upright_picture_stay() -> None:
    drawn = FacesInXmp((FoundPerson("Ana", Box(0.1, 0.2, 0.3, 0.4)),), applied_ratio=0.75)
    (person,) = people_upright(drawn, stored_ratio=4 / 3, orientation=6)
    assert person.box == Box(0.1, 0.2, 0.3, 0.4)


def test_boxes_of_a_picture_that_was_cropped_since_are_dropped() -> None:
    people = (FoundPerson("Ana", Box(0.1, 0.2, 0.3, 0.4)), FoundPerson("", Box(0.6, 0.6, 0.1, 0.1)))
    assert people_upright(FacesInXmp(people, applied_ratio=1.0), stored_ratio=16 / 9, orientation=1) == (
        FoundPerson("Ana"),
    )


def test_a_sidecar_that_knows_people_wins() -> None:
    data = samples.jpeg(xmp=faces_xmp(NAMES))
    source = read_picture(io.BytesIO(data), box=(4320, 1080), max_pixels=10**6).source
    sidecar = parse_xmp(faces_xmp(MICROSOFT))
    inside = read_metadata(source, name="a.jpg", sidecar=None, zone="UTC").people
    both = read_metadata(source, name="a.jpg", sidecar=sidecar, zone="UTC").people
    assert [person.name for person in inside] == ["Zoe", "ana"]
    assert [person.name for person in both] == ["Ana", "Cleo", "Dan", "Eve"]
