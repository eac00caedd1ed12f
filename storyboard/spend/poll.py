"""The polling schedule: when to ask about a job again, and when to give up in this run."""

from __future__ import annotations

from storyboard.venice.service import service_facts


class RenderTimes:
    """The seconds that a render of each model takes, as last announced by the service."""

    def __init__(self) -> None:
        self._said: dict[str, float] = {}

    def tell(self, model: str, seconds: float | None) -> None:
        """Record the announced seconds of a render by a model."""
        if seconds is not None:
            self._said[model] = seconds

    def of(self, model: str) -> float | None:
        """The announced seconds of a render by a model, or None."""
        return self._said.get(model)


class PollSchedule:
    """The schedule of one job, by a monotonic clock; `began` is when this run first had the job."""

    def __init__(self, model: str, averages: RenderTimes, began: float, *, is_new: bool) -> None:
        self._model = model
        self._averages = averages
        self._began = began
        self._is_new = is_new
        self._asked = 0
        self._pause: float = service_facts("polling")["first_seconds"]
        self._since: dict[str, float] = {}

    def wait(self, now: float) -> float:
        """Seconds until the next poll.

        Zero for a job that an earlier run left; otherwise close to the announced end, and after that ever longer.
        """
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
        """Seconds for which one kind of trouble has lasted without another answer in between."""
        self._since = {trouble: self._since.get(trouble, now)}
        return now - self._since[trouble]

    def is_well(self) -> None:
        """Record an answer without trouble."""
        self._since = {}
