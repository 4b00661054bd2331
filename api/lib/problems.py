"""What can be wrong with a picture or a video."""


class MediaProblemError(Exception):
    """The file cannot be shown; the text is one sentence for the person who owns it."""

    def __init__(self, sentence: str, *, width: int | None = None, height: int | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence[:255]
        self.width = width
        self.height = height
