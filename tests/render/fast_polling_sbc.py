"""`sbc` as it is, but impatient: it asks after a clip at once, where the real service would need minutes."""

from __future__ import annotations

import sys

from storyboard.cli import main
from storyboard.venice.service import service_facts

if __name__ == "__main__":
    service_facts("polling").update(first_seconds=0.2, longest_seconds=0.3)
    sys.argv[0] = "sbc"
    main()
