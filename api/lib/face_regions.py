"""People in XMP: face regions of the Metadata Working Group and of Microsoft, and IPTC's list of names.

Sources: MWG guidelines 2.0, section 5.9 (regions lie on the picture as it is stored, so they turn with the EXIF
orientation); Microsoft's "People tagging overview" (MP:RegionInfo); IPTC Extension (PersonInImage).
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from api.lib.boxes import Box
from api.lib.captioning.people import clean_name, is_name

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
MWG = "{http://www.metadataworkinggroup.com/schemas/regions/}"
AREA = "{http://ns.adobe.com/xmp/sType/Area#}"
DIMENSIONS = "{http://ns.adobe.com/xap/1.0/sType/Dimensions#}"
MP = "{http://ns.microsoft.com/photo/1.2/}"
MP_INFO = "{http://ns.microsoft.com/photo/1.2/t/RegionInfo#}"
MP_REGION = "{http://ns.microsoft.com/photo/1.2/t/Region#}"
IPTC = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"

MAX_PEOPLE = 200
SAME_FACE = 0.5
"""Overlap from which two boxes are one face; programs cut faces more or less closely."""

SAME_SHAPE = 0.03
"""By how much two aspect ratios may differ; sizes are rounded."""


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """Somebody in a file: a name without a box, a box without a name (empty), or both."""

    name: str
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class FacesInXmp:
    """`people` lie on the picture as stored; `applied_ratio` is the width / height that they were drawn on, if told."""

    people: tuple[FoundPerson, ...] = ()
    applied_ratio: float | None = None


def faces_in_xmp(root: Element) -> FacesInXmp:
    """Return everybody whom a parsed packet knows, each once; "Unknown" and the like are no names."""
    ratio = _applied_ratio(root)
    found = [*_mwg(root), *_microsoft(root), *_names(root)]
    return FacesInXmp(_each_once(found), ratio)


def people_upright(faces: FacesInXmp, *, stored_ratio: float, orientation: int) -> tuple[FoundPerson, ...]:
    """Return the people with their boxes on the upright picture.

    stored_ratio: width / height as stored, before it is turned. A box that was drawn on a picture of another shape (it
    was cropped since) says nothing any more: then only the name stays. Some programs draw on the upright picture and
    say so by its size.
    """
    turned = 1 / stored_ratio if orientation >= 5 else stored_ratio
    ratio = faces.applied_ratio
    if ratio is None or _same_shape(ratio, stored_ratio):
        people = [_turned(person, orientation) for person in faces.people]
    elif _same_shape(ratio, turned):
        people = [_turned(person, 1) for person in faces.people]
    else:
        people = [replace(person, box=None) for person in faces.people]
    return _each_once(person for person in people if person.name or person.box)


def _turned(person: FoundPerson, orientation: int) -> FoundPerson:
    return replace(person, box=person.box.upright(orientation).clipped() if person.box else None)


def _same_shape(one: float, other: float) -> bool:
    return abs(one - other) <= SAME_SHAPE * max(one, other)


def _each_once(found: Iterable[FoundPerson]) -> tuple[FoundPerson, ...]:
    """Names that come more than once, and boxes of one face, are joined; the first box wins."""
    people: list[FoundPerson] = []
    for person in found:
        index = next((number for number, known in enumerate(people) if _is_same(known, person)), None)
        if index is not None:
            known = people[index]
            people[index] = FoundPerson(known.name or person.name, known.box or person.box)
        elif len(people) < MAX_PEOPLE:
            people.append(person)
    return tuple(people)


def _is_same(one: FoundPerson, other: FoundPerson) -> bool:
    if one.name and other.name:
        # Two boxes far apart with one name: a mirror, or a collage. Without a box it is the same mention.
        apart = one.box is not None and other.box is not None and one.box.overlap(other.box) == 0
        return one.name.casefold() == other.name.casefold() and not apart
    return one.box is not None and other.box is not None and one.box.overlap(other.box) >= SAME_FACE


def _mwg(root: Element) -> Iterator[FoundPerson]:
    applied = _applied(root)
    for region in _items(root, f"{MWG}RegionList"):
        kind = _text(region, f"{MWG}Type")
        area = _child(region, f"{MWG}Area")
        # A focus point or a bar code is nobody, and neither is a pet.
        if kind not in {"", "Face"}:
            continue
        person = FoundPerson(_name(_text(region, f"{MWG}Name")), _mwg_box(area, applied) if area is not None else None)
        if person.name or person.box:
            yield person


def _mwg_box(area: Element, applied: tuple[float, float] | None) -> Box | None:
    """A region is said by its centre and size; some programs give pixels."""
    numbers = [_number(_text(area, AREA + key)) for key in "xywh"]
    if any(number is None for number in numbers):
        return None
    x, y, width, height = (number or 0.0 for number in numbers)
    if _text(area, f"{AREA}unit") == "pixel":
        if applied is None:
            return None
        x, width, y, height = x / applied[0], width / applied[0], y / applied[1], height / applied[1]
    return Box(x - width / 2, y - height / 2, width, height).clipped()


def _microsoft(root: Element) -> Iterator[FoundPerson]:
    for region in _items(root, f"{MP_INFO}Regions"):
        numbers = [_number(part) for part in _text(region, f"{MP_REGION}Rectangle").split(",")]
        box = None
        if len(numbers) == 4 and None not in numbers:
            box = Box(*(number or 0.0 for number in numbers)).clipped()
        name = _name(_text(region, f"{MP_REGION}PersonDisplayName"))
        if name or box:
            yield FoundPerson(name, box)


def _names(root: Element) -> Iterator[FoundPerson]:
    for item in _items(root, f"{IPTC}PersonInImage"):
        if name := _name(item.text or ""):
            yield FoundPerson(name)


def _name(text: str) -> str:
    name = clean_name(text)
    return name if is_name(name) else ""


def _applied_ratio(root: Element) -> float | None:
    applied = _applied(root)
    return applied[0] / applied[1] if applied else None


def _applied(root: Element) -> tuple[float, float] | None:
    """Return width and height of the picture that the regions were drawn on."""
    for node in root.iter(f"{MWG}AppliedToDimensions"):
        width, height = (_number(_text(node, DIMENSIONS + key)) for key in "wh")
        if width and height and width > 0 and height > 0:
            return width, height
    return None


def _items(root: Element, name: str) -> Iterator[Element]:
    for parent in root.iter(name):
        yield from parent.iter(f"{RDF}li")


def _child(node: Element, name: str) -> Element | None:
    """A structure's field lies in its node or, in the longer spelling, in an rdf:Description inside."""
    direct = node.find(name)
    return direct if direct is not None else node.find(f"{RDF}Description/{name}")


def _text(node: Element, name: str) -> str:
    """Return a field's text, whether it is written as an attribute or as an element; empty without it."""
    for holder in (node, node.find(f"{RDF}Description")):
        if holder is None:
            continue
        if name in holder.attrib:
            return holder.attrib[name].strip()
        child = holder.find(name)
        if child is not None:
            return (child.text or "").strip()
    return ""


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
