"""Reports of parts as they are kept, for the tests of their charts."""

from __future__ import annotations

from mmm_core.proof.part import PartReport, PartState, Rows, Told, Verdict


def report(
    name: str,
    tables: dict[str, Rows],
    *,
    verdict: Verdict | None = "pass",
    state: PartState = "complete",
    not_shown: tuple[str, ...] = (),
    why: str = "",
) -> PartReport:
    """A part that says something; without tables it says nothing yet."""
    said = Told(verdict=verdict, sentence=f"{name} said so.", not_shown=not_shown, tables=tables) if tables else None
    return PartReport(
        name=name, question=f"What of {name}?", how_to_read="Read it.", state=state, done=1, units=2, told=said, why=why
    )


def foresight() -> PartReport:
    """Two dates with three weeks each; the last week lies above its band."""
    weeks = {
        "2025-01-06": ("2025-01-13", "2025-01-20", "2025-01-27"),
        "2025-02-03": ("2025-02-10", "2025-02-17", "2025-02-24"),
    }
    periods = tuple(
        {
            "fold": fold,
            "period": week,
            "observed": 100.0 if week != "2025-02-24" else 140.0,
            "median": 101.0,
            "low": 90.0,
            "high": 112.0,
        }
        for fold, each in weeks.items()
        for week in each
    )
    scores = tuple(
        {"fold": fold, "forecast": name, "mape_soon": 0.1, "mape": 0.1, "crps": crps, "inside": 3}
        for fold in weeks
        for name, crps in (("model", 2.0), ("without_media", 3.0), ("naive", 6.0))
    )
    return report("foresight", {"periods": periods, "scores": scores})


def refreshes() -> PartReport:
    """A channel with a return that leaves its interval once, and one without spend."""
    stages = {"2025-01-06": (2.0, 1.5, 2.5), "2025-04-07": (3.0, 2.6, 3.4), "2025-07-07": (3.1, 2.7, 3.5)}
    rows = tuple(
        {
            "until": until,
            "channel": channel,
            "measure": measure,
            "median": scale * at,
            "low": scale * low,
            "high": scale * high,
        }
        for until, (at, low, high) in stages.items()
        for channel, measure, scale in (("tv", "return", 1.0), ("pr", "share", 0.01))
    )
    return report("refreshes", {"returns": rows}, verdict="look", not_shown=("tv",))
