"""Boxes of faces, in fractions of a picture (0..1, origin top left)."""

import math
from dataclasses import dataclass

SMALLEST = 0.001
"""A side below a thousandth of the picture shows nobody."""


@dataclass(frozen=True, slots=True)
class Box:
    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def clipped(self) -> "Box | None":
        """Return the part inside the picture, rounded; None when there is hardly any, or a side is no number."""
        if not all(map(math.isfinite, (self.left, self.top, self.width, self.height))):
            return None
        left, top = max(0.0, self.left), max(0.0, self.top)
        width, height = min(1.0, self.right) - left, min(1.0, self.bottom) - top
        if width < SMALLEST or height < SMALLEST:
            return None
        return Box(round(left, 6), round(top, 6), round(width, 6), round(height, 6))

    def overlap(self, other: "Box") -> float:
        """Return the shared area over the area of both together: 1 for the same box, 0 for separate ones."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        shared = max(0.0, width) * max(0.0, height)
        both = self.width * self.height + other.width * other.height - shared
        return shared / both if both > 0 else 0.0

    def upright(self, orientation: int) -> "Box":
        """Return the box on the picture turned upright, for a box on the picture as an EXIF orientation stored it."""
        from_right, from_bottom = 1 - self.right, 1 - self.bottom
        match orientation:
            case 2:
                return Box(from_right, self.top, self.width, self.height)
            case 3:
                return Box(from_right, from_bottom, self.width, self.height)
            case 4:
                return Box(self.left, from_bottom, self.width, self.height)
            case 5:
                return Box(self.top, self.left, self.height, self.width)
            case 6:
                return Box(from_bottom, self.left, self.height, self.width)
            case 7:
                return Box(from_bottom, from_right, self.height, self.width)
            case 8:
                return Box(self.top, from_right, self.height, self.width)
            case _:
                return self
