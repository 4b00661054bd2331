"""Parts of addresses."""


class PhotoHashConverter:
    """md5 in lower-case hex and the owner's id. Anything else is no photo's address, and never reaches the database."""

    regex = "[0-9a-f]{32}[0-9]{1,19}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class TextConverter(PhotoHashConverter):
    """Any text without a slash; without NUL too, which PostgreSQL cannot be asked about."""

    regex = "[^/\\x00]+"
