"""ViT-GPT2 runs as any captioner of two transformers."""

from service.common.transformer_captioner import TransformerCaptioner as Engine

__all__ = ["Engine"]
