"""What a caption of BLIP takes at least, held against what the machine can do."""

from __future__ import annotations

from dataclasses import dataclass

from mlval.bench.machine import Machine
from service.common.architecture import Architecture


@dataclass(frozen=True)
class Work:
    """Of one caption. Operations count a multiplication and an addition as two.

    picture: with weights, for what the decoder looks at too; attention: between the picture's cells, always in float32;
    text: for all tokens of all beams; decoder_weights: numbers that are read for each token, once for all beams.
    """

    picture: int
    attention: int
    text: int
    decoder_weights: int
    tokens: int

    @classmethod
    def of(cls, own: Architecture, tokens: int, beams: int) -> Work:
        wide, width = own.vision_width, own.text_width
        patches = 3 * own.patch_size**2 * wide
        encoder = patches + own.vision_layers * wide * (4 * wide + 2 * own.vision_inner)
        keys_and_values = own.text_layers * 2 * wide * width
        decoder = own.text_layers * width * (6 * width + 2 * own.text_inner) + width * width + own.words * width
        return cls(
            picture=2 * own.cells * (encoder + keys_and_values),
            attention=4 * own.vision_layers * own.cells**2 * wide,
            text=2 * decoder * tokens * beams,
            decoder_weights=decoder,
            tokens=tokens,
        )

    def least_s(self, machine: Machine, *, int8: bool) -> tuple[float, float]:
        """Seconds for the picture, which the arithmetic bounds, and for the tokens: the arithmetic or the reading."""
        per_s, size = (machine.int8_per_s, 1) if int8 else (machine.fp32_per_s, 4)
        reading = self.decoder_weights * size * self.tokens / machine.bytes_per_s
        return self.picture / per_s + self.attention / machine.fp32_per_s, max(self.text / per_s, reading)

    def __str__(self) -> str:
        return (
            f"a caption takes {(self.picture + self.attention) / 1e9:.0f} Gop for the picture, {self.text / 1e9:.0f} "
            f"for its tokens, and {self.tokens} times {self.decoder_weights / 1e6:.0f} million weights to read"
        )
