"""In which order channels stand, and which colour each has: decided here, for every chart, table and list.

Order
    By size, the largest first: by what channels brought where that is known
    (:attr:`mmm_core.results.channel_summary.ContributionSummary.largest_first`), before a fit by what was spent on them
    (:func:`mmm_core.table.typed.by_spend`).
Colour
    A *place* in the palette, counted from 0. A channel has it from its table, whichever of its channels a model takes,
    and keeps it when it is renamed or when others come and go.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

COLOURS = 12
"""Places of the palette; beyond, colours come again."""


def largest_first(sizes: Mapping[str, float | None]) -> list[str]:
    """Names by size, equals as they come; those without a size (None or not a number) last."""
    known = {name: size for name, size in sizes.items() if size is not None and size == size}
    return [*sorted(known, key=lambda name: -known[name]), *(name for name in sizes if name not in known)]


def colour_places(channels: Mapping[str, Collection[str]], kept: Mapping[str, int]) -> dict[str, int]:
    """Place in the palette of each channel.

    Parameters
    ----------
    channels
        Every channel of a table or run, with whatever it is known by in ``kept``: columns of its file, or its name.
    kept
        Places that were given before. Who comes anew takes the first that nobody has or had, and then one that is no
        longer in use.
    """
    places: dict[str, int] = {}
    for channel, known_by in channels.items():
        own = sorted({kept[key] for key in known_by if key in kept} - set(places.values()))
        if own:
            places[channel] = own[0]
    for channel in channels:
        if channel not in places:
            places[channel] = _free(set(places.values()), set(kept.values()))
    return {channel: places[channel] for channel in channels}


def _free(taken: set[int], had: set[int]) -> int:
    for used in (taken | had, taken):
        if free := [place for place in range(COLOURS) if place not in used]:
            return free[0]
    return max(taken) + 1
