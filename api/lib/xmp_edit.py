"""Change the caption in a sidecar and nothing else; make one where there is none.

The packet is edited as a tree that keeps what it does not know: namespaces and their prefixes, other programs'
properties, comments and processing instructions.
"""

from typing import TypeGuard
from xml.dom.minidom import Document, Element, Node
from xml.parsers.expat import ExpatError

from defusedxml import minidom
from defusedxml.common import DefusedXmlException

from api.lib.caption_in_file import CaptionInFile

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
DC = "http://purl.org/dc/elements/1.1/"
XMLNS = "http://www.w3.org/2000/xmlns/"
XML = "http://www.w3.org/XML/1998/namespace"
EMPTY = f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="{RDF}">
  <rdf:Description rdf:about="" xmlns:dc="{DC}">
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>
"""


class NotXmpError(ValueError):
    """The packet is no XML, asks for entities, or holds no RDF."""


def read_caption(packet: bytes) -> CaptionInFile:
    """Return what the packet says. Raises NotXmpError."""
    root = _rdf(_parsed(packet))
    description = _description(root)
    return CaptionInFile(description, tuple(_text(item) for item in _items(_property(root, "subject"))))


def with_caption(packet: bytes | None, wanted: CaptionInFile) -> bytes:
    """Return the packet, or a new one, with this description and these keywords. Raises NotXmpError."""
    document = _parsed(packet if packet is not None else EMPTY.encode())
    root = _rdf(document)
    found = read_caption(packet) if packet is not None else CaptionInFile()
    if wanted.description != found.description:
        _set_description(document, root, wanted.description)
    if wanted.subjects != found.subjects:
        _drop(root, "subject")
        if wanted.subjects:
            bag = _new_list(document, root, "subject", "Bag")
            for word in wanted.subjects:
                bag.appendChild(_item(document, root, word))
    # toxml() writes a declaration, which a packet has not.
    return "".join(f"{node.toxml()}\n" for node in document.childNodes).encode()


def _parsed(packet: bytes) -> Document:
    try:
        document: Document = minidom.parseString(packet.strip(b"\0 \r\n\t"), forbid_dtd=True)  # type: ignore[arg-type]
    except (ExpatError, DefusedXmlException, ValueError, LookupError) as error:
        raise NotXmpError("It is no readable XMP.") from error
    return document


def _rdf(document: Document) -> Element:
    found = document.getElementsByTagNameNS(RDF, "RDF")
    if not found:
        raise NotXmpError("It holds no RDF.")
    return found[0]


def _blocks(root: Element) -> list[Element]:
    return [node for node in root.childNodes if _is(node, RDF, "Description")]


def _is(node: Node, namespace: str, name: str) -> TypeGuard[Element]:
    return isinstance(node, Element) and (node.namespaceURI, node.localName) == (namespace, name)


def _property(root: Element, name: str) -> Element | None:
    """A property of the photo itself; those inside of structures are not looked at."""
    return next((node for block in _blocks(root) for node in block.childNodes if _is(node, DC, name)), None)


def _items(node: Element | None) -> list[Element]:
    return [] if node is None else list(node.getElementsByTagNameNS(RDF, "li"))


def _text(node: Element) -> str:
    return "".join(part.data for part in node.childNodes if part.nodeType in {Node.TEXT_NODE, Node.CDATA_SECTION_NODE})


def _default_item(node: Element | None) -> Element | None:
    items = _items(node)
    return next((item for item in items if item.getAttributeNS(XML, "lang").lower() == "x-default"), None)


def _description(root: Element) -> str:
    node = _property(root, "description")
    item = _default_item(node)
    if item is not None:
        return _text(item)
    if node is not None and not _items(node):
        return _text(node).strip()
    return next((block.getAttributeNS(DC, "description") for block in _blocks(root)), "") if node is None else ""


def _set_description(document: Document, root: Element, text: str) -> None:
    """Set the default language; texts in others stay."""
    node = _property(root, "description")
    item = _default_item(node)
    for block in _blocks(root):
        if block.hasAttributeNS(DC, "description"):
            block.removeAttributeNS(DC, "description")
    if not text:
        if item is not None and item.parentNode is not None and len(_items(node)) > 1:
            item.parentNode.removeChild(item)
        else:
            _drop(root, "description")
        return
    if node is None or not _items(node):
        _drop(root, "description")
        alternatives = _new_list(document, root, "description", "Alt")
    else:
        alternatives = _items(node)[0].parentNode  # type: ignore[assignment]
    new = _item(document, root, text)
    new.setAttributeNS(XML, "xml:lang", "x-default")
    if item is not None:
        alternatives.replaceChild(new, item)
    else:
        # XMP wants the default first.
        alternatives.insertBefore(new, alternatives.firstChild)


def _drop(root: Element, name: str) -> None:
    for block in _blocks(root):
        for node in [node for node in block.childNodes if _is(node, DC, name)]:
            block.removeChild(node)


def _new_list(document: Document, root: Element, name: str, kind: str) -> Element:
    blocks = _blocks(root)
    block = blocks[0] if blocks else root.appendChild(_block(document, root))
    node = document.createElementNS(DC, f"dc:{name}")
    # Said here again, since the prefix may mean nothing, or something else, where this one lies.
    node.setAttributeNS(XMLNS, "xmlns:dc", DC)
    values = document.createElementNS(RDF, f"{_rdf_prefix(root)}{kind}")
    node.appendChild(values)
    block.appendChild(node)
    return values


def _block(document: Document, root: Element) -> Element:
    prefix = _rdf_prefix(root)
    block = document.createElementNS(RDF, f"{prefix}Description")
    block.setAttributeNS(RDF, f"{prefix}about", "")
    return block


def _item(document: Document, root: Element, text: str) -> Element:
    item = document.createElementNS(RDF, f"{_rdf_prefix(root)}li")
    # XML cannot hold most control characters; no file needs them.
    plain = "".join(sign for sign in text if sign in "\n\t\r" or (sign >= " " and sign not in "\ufffe\uffff"))
    item.appendChild(document.createTextNode(plain))
    return item


def _rdf_prefix(root: Element) -> str:
    prefix = root.prefix
    return f"{prefix}:" if prefix else ""
