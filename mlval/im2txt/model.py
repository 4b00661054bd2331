"""The captioner: a small residual CNN and an LSTM that looks at its grid. nn.Module code only.

References: He et al. 2016 (arXiv:1512.03385) for the blocks; Xu et al. 2015 "Show, Attend and Tell"
(arXiv:1502.03044) for attention, its gate and the doubly stochastic loss; Press and Wolf 2017
(arXiv:1608.05859) for tied embeddings.

Letters in shapes: B photos, N captions, T words, S pixels a side, L = (S / 16)^2 places of the grid,
D channels of the grid, A attention size, H hidden size, W embedding size, V words.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor, nn

from mlval.im2txt.config import ModelConfig

PAD, START, END, UNKNOWN = 0, 1, 2, 3
STRIDE = 16  # pixels of the photo per place of the grid


class Block(nn.Module):
    """Two 3 x 3 convolutions around a shortcut, dropped whole at random while training."""

    def __init__(self, inputs: int, outputs: int, stride: int, drop_path: float) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(outputs)
        nn.init.zeros_(self.norm2.weight)  # a block starts as the identity: short schedules need it
        self.shortcut = nn.Sequential()
        if stride > 1:
            # Pooling first: a strided 1 x 1 convolution would throw three of four places away.
            self.shortcut.append(nn.AvgPool2d(stride))
        if inputs != outputs:
            self.shortcut.append(nn.Conv2d(inputs, outputs, 1, bias=False))
            self.shortcut.append(nn.BatchNorm2d(outputs))
        self.drop_path = drop_path

    def forward(self, x: Tensor) -> Tensor:
        """(B, inputs, S, S) -> (B, outputs, S / stride, S / stride)."""
        branch = F.relu(self.norm1(self.conv1(x)))
        branch = self.norm2(self.conv2(branch))
        if self.training and self.drop_path > 0:
            keep = 1 - self.drop_path
            mask = torch.empty(len(x), 1, 1, 1, device=x.device, dtype=branch.dtype).bernoulli_(keep)
            branch = branch * mask / keep
        return F.relu(self.shortcut(x) + branch)


class Encoder(nn.Module):
    """Photo to grid. A stem of stride 4 at once, because thin layers on large maps cost most on a CPU."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        first = config.widths[0]
        self.stem = nn.Conv2d(3, first, 7, 4, 3, bias=False)
        self.norm = nn.BatchNorm2d(first)
        stages: list[nn.Module] = []
        inputs = first
        total, index = sum(config.blocks), 0
        for stage, (width, blocks) in enumerate(zip(config.widths, config.blocks, strict=True)):
            for block in range(blocks):
                stride = 2 if block == 0 and stage > 0 else 1
                stages.append(Block(inputs, width, stride, config.drop_path * index / total))
                inputs, index = width, index + 1
        self.stages = nn.Sequential(*stages)
        self.channels = inputs

    def forward(self, images: Tensor) -> Tensor:
        """(B, 3, S, S) normalised RGB -> (B, D, S / 16, S / 16)."""
        x = F.relu(self.norm(self._stem(images)))
        return self.stages(x)  # type: ignore[no-any-return]

    def _stem(self, images: Tensor) -> Tensor:
        """The stem's convolution; while training as one matrix product.

        oneDNN has no quick bf16 kernel for the weight gradient of a strided 7 x 7 convolution of three
        channels: it took a fifth of the whole step, in one thread.
        """
        if not (self.training and images.device.type == "cpu"):
            return self.stem(images)  # type: ignore[no-any-return]
        patches = F.unfold(images, 7, stride=4, padding=3)  # (B, 147, places)
        x = self.stem.weight.flatten(1) @ patches
        x = x.unflatten(2, (images.shape[2] // 4, images.shape[3] // 4))
        return x.contiguous(memory_format=torch.channels_last)


class Classifier(nn.Module):
    """The encoder with a class head, for pretraining."""

    def __init__(self, config: ModelConfig, classes: int) -> None:
        super().__init__()
        self.encoder = Encoder(config)
        self.head = nn.Linear(self.encoder.channels, classes)

    def forward(self, images: Tensor) -> Tensor:
        """(B, 3, S, S) -> (B, classes) logits."""
        return self.head(self.encoder(images).mean((2, 3)))  # type: ignore[no-any-return]


class Decoder(nn.Module):
    """One LSTM cell with additive attention; the same step serves training, decoding and export."""

    def __init__(self, config: ModelConfig, channels: int) -> None:
        super().__init__()
        self.config = config
        hidden, words = config.hidden, config.embedding
        self.embedding = nn.Embedding(config.vocabulary, words, padding_idx=PAD)
        nn.init.normal_(self.embedding.weight, std=words**-0.5)
        self.keys = nn.Linear(channels, config.attention)
        self.query = nn.Linear(hidden, config.attention, bias=False)
        self.energy = nn.Linear(config.attention, 1, bias=False)
        self.gate = nn.Linear(hidden, channels)
        self.start = nn.Linear(channels, 2 * hidden)
        self.cell = nn.LSTMCell(words + channels, hidden)
        self.output = nn.Linear(hidden + channels + words, words)
        self.bias = nn.Parameter(torch.zeros(config.vocabulary))
        self.dropout = nn.Dropout(config.dropout)

    def begin(self, features: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Attention keys (B, L, A) and the LSTM's first state, h and c (B, H), from features (B, L, D)."""
        h, c = torch.tanh(self.start(features.mean(1))).chunk(2, 1)
        return self.keys(features), h, c

    def step(
        self, words: Tensor, h: Tensor, c: Tensor, features: Tensor, keys: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """One word further.

        words: (B, W) embedded last word. Returns what the output layer reads (B, H + D + W), h, c
        and the attention (B, L), which sums to 1.
        """
        scores = self.energy(torch.tanh(keys + self.query(h).unsqueeze(1))).squeeze(2)  # (B, L)
        attention = torch.softmax(scores.float(), 1)
        context = torch.bmm(attention.to(features.dtype).unsqueeze(1), features).squeeze(1)  # (B, D)
        context = torch.sigmoid(self.gate(h)) * context
        h, c = self.cell(torch.cat([words.to(context.dtype), context], 1), (h, c))
        return torch.cat([h, context, words.to(context.dtype)], 1), h, c, attention

    def logits(self, read: Tensor) -> Tensor:
        """(..., H + D + W) -> (..., V), through the tied embedding."""
        hidden = self.dropout(torch.tanh(self.output(self.dropout(read))))
        return F.linear(hidden, self.embedding.weight, self.bias)

    def forward(self, features: Tensor, tokens: Tensor, counts: list[int]) -> tuple[Tensor, Tensor]:
        """Teacher forcing over captions sorted by length, the longest first.

        features: (N, L, D), one row per caption. tokens: (N, T) with START first. counts: how many
        captions still have a next word at each of the T - 1 steps; the others are not computed, which
        halves the cost. Returns logits (sum of counts, V), step after step, and the attention that
        each place received over the whole caption (N, L).
        """
        keys, h, c = self.begin(features)
        words = self.dropout(self.embedding(tokens[:, :-1]))  # (N, T - 1, W)
        received = torch.zeros(features.shape[:2], device=features.device)
        reads = []
        for t, n in enumerate(counts):
            read, h, c, attention = self.step(words[:n, t], h[:n], c[:n], features[:n], keys[:n])
            reads.append(read)
            received = received + F.pad(attention, (0, 0, 0, len(received) - n))
        return self.logits(torch.cat(reads)), received


class TextTower(nn.Module):
    """Words to a unit vector: the mean of their embeddings, projected. Order would only be overfitted."""

    def __init__(self, vocabulary: int, size: int, dropout: float, word_dropout: float = 0.0) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, size, padding_idx=PAD)
        nn.init.normal_(self.embedding.weight, std=0.1)
        self.project = nn.Sequential(nn.Dropout(dropout), nn.Linear(size, size))
        self.word_dropout = word_dropout

    def forward(self, tokens: Tensor) -> Tensor:
        """(N, T) padded word ids -> (N, size) unit vectors."""
        known = (tokens != PAD).float()
        if self.training and self.word_dropout > 0:
            known = known * torch.empty_like(known).bernoulli_(1 - self.word_dropout)
        words = self.embedding(tokens)
        mean = (words * known.unsqueeze(2)).sum(1) / known.sum(1, keepdim=True).clamp(min=1)
        return F.normalize(self.project(mean).float(), dim=1)


class Captioner(nn.Module):
    """Encoder, decoder and the two side heads that only training uses."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = Encoder(config)
        channels = self.encoder.channels
        self.decoder = Decoder(config, channels)
        self.labels = nn.Linear(channels, config.labels)
        nn.init.constant_(self.labels.bias, -3.5)  # about 17 of 600 words are true
        self.image_joint = nn.Linear(channels, config.joint)
        self.text_joint = TextTower(config.vocabulary, config.joint, config.dropout, 0.2)
        self.scale = nn.Parameter(torch.tensor(2.7))  # log of the inverse temperature
        self.dropout = nn.Dropout2d(config.dropout / 2)

    def grid(self, images: Tensor) -> Tensor:
        """(B, 3, S, S) -> features (B, L, D), row by row from the top left."""
        features = self.encoder(images)
        return self.dropout(features).flatten(2).transpose(1, 2)


class ImageTower(nn.Module):
    """A photo as a unit vector, from what the frozen encoder's stages hold of it."""

    def __init__(self, encoder: Encoder, config: ModelConfig, size: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.encoder = encoder
        ends = [sum(config.blocks[: stage + 1]) - 1 for stage in range(len(config.blocks))]
        self.ends = frozenset(ends)
        # The first stages know colours and textures, which captions name and classes do not need.
        self.pooled_size = sum(config.widths) + config.widths[-1]
        self.norm = nn.BatchNorm1d(self.pooled_size, affine=False)
        self.heads = nn.ModuleList(
            nn.Sequential(nn.Dropout(dropout), nn.Linear(self.pooled_size, size)) for _ in range(heads)
        )

    def pooled(self, images: Tensor) -> Tensor:
        """(B, 3, S, S) normalised -> (B, P): every stage's mean and the last one's largest values."""
        encoder = self.encoder
        x = F.relu(encoder.norm(encoder.stem(images)))
        parts = []
        for index, block in enumerate(encoder.stages):
            x = block(x)
            if index in self.ends:
                parts.append(x.mean((2, 3)))
        return torch.cat([*parts, x.amax((2, 3))], 1)

    def embed(self, pooled: Tensor) -> Tensor:
        """(B, P) -> (B, heads * size) unit vectors; the cosine of two is the mean of the heads' cosines."""
        normal = self.norm(pooled)
        vectors = [F.normalize(head(normal), dim=1) for head in self.heads]
        return torch.cat(vectors, 1) / len(self.heads) ** 0.5

    def forward(self, images: Tensor) -> Tensor:
        """(B, 3, S, S) -> (B, heads * size)."""
        return self.embed(self.pooled(images))


class WordsTower(nn.Module):
    """A sentence as a unit vector: the mean of its words, weighed by how much each of them says.

    Several independent heads side by side, as in ImageTower. With 30,000 captions to learn from,
    anything that knows the order of words only learned them by heart.
    """

    def __init__(self, vocabulary: int, size: int, heads: int, dropout: float, word_dropout: float) -> None:
        super().__init__()
        embeddings = [nn.Embedding(vocabulary, size) for _ in range(heads)]
        for embedding in embeddings:
            nn.init.normal_(embedding.weight, std=0.1)
        self.embeddings = nn.ModuleList(embeddings)
        self.importance = nn.Embedding(vocabulary, heads)
        nn.init.zeros_(self.importance.weight)
        self.dropout = nn.Dropout(dropout)
        self.word_dropout = word_dropout

    def forward(self, tokens: Tensor) -> Tensor:
        """(N, T) word ids, 0 after the end -> (N, heads * size)."""
        known = (tokens != PAD).float()
        if self.training and self.word_dropout > 0:
            known = known * torch.empty_like(known).bernoulli_(1 - self.word_dropout)
        weights = torch.exp(self.importance(tokens)) * known.unsqueeze(2)  # (N, T, heads)
        weights = weights / weights.sum(1, keepdim=True).clamp(min=1e-6)
        vectors = []
        for head, embedding in enumerate(self.embeddings):
            mean = (embedding(tokens) * weights[:, :, head : head + 1]).sum(1)
            vectors.append(F.normalize(self.dropout(mean), dim=1))
        return torch.cat(vectors, 1) / len(self.embeddings) ** 0.5
