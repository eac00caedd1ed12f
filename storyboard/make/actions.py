"""What a run does with a picture or a sound."""

from __future__ import annotations

from enum import StrEnum


class PictureAction(StrEnum):
    """What a run does about a picture or a sound; the value is what a table says."""

    NEW = "new"  # sent
    RETAKE = "retake"  # sent, because the person asks for another one
    RESEND = "resend"  # sent once more at the person's word, though it may have been paid
    PUT_BACK = "put back"  # made before, and its file is gone from the script's path
    COLLECTED = "collected"  # paid by an earlier run, and fetched when the service has made it
    FINISHED = "made"
    YOURS = "yours"  # a file that sbc did not write: it stays
    UNKNOWN = "unknown"  # perhaps paid; nothing happens without the person
    ENDED = "rejected"  # paid, and cannot stand by itself; nothing happens without the person
    NOT_NEEDED = "not needed"  # what this machine does is good enough
    NO_WORDS = "no look"  # nothing says what it shows
    BLOCKED = "blocked"  # cannot be put at its path, or is made from one that will not be there
    SILENT = "silent"  # a take in which nothing is heard, so that there is nothing to ask
    LEFT_OUT = "left out"  # not asked for this time


#: These are sent, and cost their price.
SENT = frozenset({PictureAction.NEW, PictureAction.RETAKE, PictureAction.RESEND})
