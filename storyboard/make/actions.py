"""What a run does with a picture or a sound."""

from __future__ import annotations

from enum import StrEnum


class PictureAction(StrEnum):
    """What a run does about a picture or a sound; the value is what a table says."""

    NEW = "new"  # sent
    RETAKE = "retake"  # sent, because the person asks for another one
    RESEND = "resend"  # sent again at the person's request, although it may have been paid
    PUT_BACK = "put back"  # made earlier; its file is gone from the script's path
    COLLECTED = "collected"  # paid by an earlier run, and downloaded once the service has made it
    FINISHED = "made"
    YOURS = "yours"  # a file that sbc did not write: it is kept
    UNKNOWN = "unknown"  # perhaps paid; the person decides
    ENDED = "rejected"  # paid, but not usable as it is; the person decides
    NOT_NEEDED = "not needed"  # this machine's own result is good enough
    NO_WORDS = "no look"  # the script does not say how it looks
    BLOCKED = "blocked"  # cannot be saved at its path, or needs a picture that will not exist
    SILENT = "silent"  # a take in which nothing is heard, so there is nothing to transcribe
    LEFT_OUT = "left out"  # not selected in this run


#: These are sent, and cost their price.
SENT = frozenset({PictureAction.NEW, PictureAction.RETAKE, PictureAction.RESEND})
