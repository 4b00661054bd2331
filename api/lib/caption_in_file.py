"""What a file is to say of a photo's caption, given what it says now. Pure."""

from dataclasses import dataclass

from api.lib.hashtags import hashtags_find


@dataclass(frozen=True, slots=True)
class CaptionInFile:
    """`description` is dc:description in the default language, `subjects` are dc:subject."""

    description: str = ""
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """What we wrote ourselves the last time: the text (None: nothing ever) and the keywords that we added."""

    text: str | None = None
    tags: tuple[str, ...] = ()


def caption_into(found: CaptionInFile, *, text: str | None, before: Written) -> tuple[CaptionInFile, Written]:
    """Return what the file is to say, and what of it is ours.

    text: the photo's caption; empty is a decision, and empties the description. None: nobody decided, then only what
    we wrote goes. Keywords that stood there before we came are never taken out.
    """
    tags = hashtags_find(text or "")
    kept = tuple(word for word in found.subjects if word not in before.tags or word.casefold() in tags)
    present = {word.casefold() for word in kept}
    added = tuple(title for key, title in tags.items() if key not in present)
    ours = tuple(word for word in kept if word in before.tags) + added
    if text is None:
        description = "" if before.text is not None and found.description == before.text else found.description
    else:
        description = text
    return CaptionInFile(description, kept + added), Written(text, ours)
