"""The polling schedule: when to ask after a job again, and when to give up in this run."""

from __future__ import annotations

from storyboard.venice.service import service_facts


class RenderTimes:
    """How long a render of each model takes, in seconds, as the service said last."""

    def __init__(self) -> None:
        self._said: dict[str, float] = {}

    def tell(self, model: str, seconds: float | None) -> None:
        if seconds is not None:
            self._said[model] = seconds

    def of(self, model: str) -> float | None:
        return self._said.get(model)


class PollSchedule:
    """The patience with one job, by a clock that never goes back: `began` is when this run first had it."""

    def __init__(self, model: str, averages: RenderTimes, began: float, *, is_new: bool) -> None:
        self._model = model
        self._averages = averages
        self._began = began
        self._is_new = is_new
        self._asked = 0
        self._pause: float = service_facts("polling")["first_seconds"]
        self._since: dict[str, float] = {}

    def wait(self, now: float) -> float:
        """Seconds until the next question: none for a job that an earlier run left, else near the end that the service
        has announced, and from there on ever slower."""
        facts = service_facts("polling")
        self._asked += 1
        if self._asked == 1 and not self._is_new:
            return 0.0
        if self._is_new and (average := self._averages.of(self._model)):
            first: float = facts["first_seconds"]
            for share in facts["average_shares"]:
                announced: float = self._began + average * share - now
                if announced > 0:
                    return max(announced, first)
        pause = self._pause
        self._pause = min(pause * facts["slower"], facts["longest_seconds"])
        return pause

    def is_over(self, now: float) -> bool:
        """Whether this run has waited for the job long enough."""
        facts = service_facts("polling")
        average = self._averages.of(self._model) or 0.0
        patience: float = max(facts["patience_minutes"] * 60, facts["patience_averages"] * average)
        latest: float = facts["latest_hours"] * 3600
        return now - self._began > min(patience, latest)

    def goes_on(self, trouble: str, now: float) -> float:
        """Seconds for which one kind of answer has come without another in between."""
        self._since = {trouble: self._since.get(trouble, now)}
        return now - self._since[trouble]

    def is_well(self) -> None:
        """An answer without trouble came."""
        self._since = {}
