"""Hypothesis strategies for phased games: every part of them, small, sound and full of ties.

The simplest example is the seed game cut short: mesa is paid for A and base for B, nothing is modified, nobody
discounts. Bounds are pairs (least, most).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

from hypothesis import strategies as st

from deceptive_sim.core.errors import wrong
from deceptive_sim.games.two_phase import two_phase
from deceptive_sim.model.actions import Action, TieRule
from deceptive_sim.model.objectives import BASE, HUMAN, MESA, Objective, Selves
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.phases import Phase, PhaseKind
from deceptive_sim.testing.numbers import DISCOUNTINGS, discountings, fractions, probabilities, shares

Table = dict[str, dict[str, Fraction]]

OBJECTIVES = (MESA, BASE, HUMAN, "other", "another")
ACTIONS = ("A", "B", "C", "D", "E")
PHASES = ("training", "deployment", "late-training", "late-deployment", "training-3", "deployment-3")
OFF = "off"

SEED = {MESA: {"A": Fraction(1), "B": Fraction(0)}, BASE: {"A": Fraction(0), "B": Fraction(1)}}


@st.composite
def phased_games(
    draw: st.DrawFn,
    *,
    phases: tuple[int, int] = (1, 3),
    episodes: tuple[int, int] = (0, 3),
    horizon: tuple[int, int] = (0, 5),
    objectives: tuple[int, int] = (2, 3),
    actions: tuple[int, int] = (2, 3),
    payoffs: st.SearchStrategy[Fraction] | None = None,
    targets: Sequence[str] | None = None,
    shutdown: bool = True,
    discounting: Sequence[str] = DISCOUNTINGS,
    selves: Sequence[Selves] = tuple(Selves),
    tie_rules: Sequence[TieRule] = tuple(TieRule),
    base: bool = True,
    reordered: bool = True,
) -> PhasedGame:
    """Phased games.

    Parameters
    ----------
    phases : pair of int
        How many phases, up to 6; they are called training, deployment, late-training and so on, and come in any order.
    episodes : pair of int
        Of each phase.
    horizon : pair of int
        Of all phases together.
    objectives : pair of int
        How many, from 1 to 5: mesa, base, human, other, another.
    actions : pair of int
        How many, from 1 to 5: A defects, B does not, the others may.
    payoffs : SearchStrategy of Fraction, optional
        Default: from -2 to 2. A phase pays what the game pays, or something of its own.
    targets : sequence of str, optional
        Objectives that modification may lead to; by default every one. `["base"]` makes base absorbing.
    shutdown : bool
        Whether there may be shutdown.
    discounting : sequence of str
        Of "exponential", "quasi-hyperbolic" and "hyperbolic"; each objective discounts in its own way.
    selves : sequence of Selves
    tie_rules : sequence of TieRule
    base : bool
        Whether there is a base objective (if there are two objectives or more).
    reordered : bool
        Whether objectives and actions may stand in any order; otherwise mesa and A come first.

    Returns
    -------
    SearchStrategy of PhasedGame
        Shrinks to few phases, few episodes, the seed's payoffs, no modification, no discounting.
    """
    _refuse_counts(phases=(phases, 1, len(PHASES)), objectives=(objectives, 1, len(OBJECTIVES)))
    _refuse_counts(actions=(actions, 1, len(ACTIONS)), episodes=(episodes, 0, None), horizon=(horizon, 0, None))
    if phases[1] * episodes[1] < horizon[0] or phases[0] * episodes[0] > horizon[1]:
        raise wrong("horizon", "must be within reach of phases and episodes", f"{horizon[0]} to {horizon[1]}")
    names = list(OBJECTIVES[: draw(st.integers(*objectives))])
    acts = draw(_actions(actions))
    if reordered:
        names, acts = draw(st.permutations(names)), draw(st.permutations(acts))
    words = [action.name for action in acts]
    own = _payoffs(tuple(names), tuple(words), fractions(-2, 2) if payoffs is None else payoffs)
    common = draw(own)
    recipients = [name for name in names if targets is None or name in targets]
    counts = draw(_episodes(phases, episodes, horizon))
    order = draw(st.permutations(PHASES[: max(2, len(counts))]))
    return PhasedGame(
        phases=[
            draw(_phases(name, count, common, own, words, recipients, shutdown))
            for name, count in zip(order, counts, strict=False)
        ],
        objectives=[draw(_objectives(name, tuple(discounting), tuple(selves))) for name in names],
        actions=acts,
        base_objective=BASE if base and BASE in names else None,
        tie_rule=draw(st.sampled_from(list(tie_rules))),
    )


def _refuse_counts(**bounds: tuple[tuple[int, int], int, int | None]) -> None:
    for name, ((least, most), lowest, highest) in bounds.items():
        if not lowest <= least <= most or (highest is not None and most > highest):
            rule = f"must be a pair (least, most) from {lowest}" + ("" if highest is None else f" to {highest}")
            raise wrong(name, rule, f"({least}, {most})")


@st.composite
def _actions(draw: st.DrawFn, bounds: tuple[int, int]) -> list[Action]:
    flags = [True, False, *(draw(st.booleans()) for _ in ACTIONS[2:])]
    count = draw(st.integers(*bounds))
    return [Action(name=name, defects=flag) for name, flag in zip(ACTIONS[:count], flags, strict=False)]


@st.composite
def _episodes(
    draw: st.DrawFn, phases: tuple[int, int], episodes: tuple[int, int], horizon: tuple[int, int]
) -> list[int]:
    """Episodes of each phase, such that every bound is kept."""
    (least, most), (total_least, total_most) = episodes, horizon
    possible = [n for n in range(phases[0], phases[1] + 1) if n * most >= total_least and n * least <= total_most]
    count = draw(st.sampled_from(possible))
    counts: list[int] = []
    for left in range(count - 1, -1, -1):
        used = sum(counts)
        low = max(least, total_least - used - left * most)
        high = min(most, total_most - used - left * least)
        counts.append(draw(st.integers(low, high)))
    return counts


@lru_cache(maxsize=256)
def _payoffs(
    objectives: tuple[str, ...], actions: tuple[str, ...], rewards: st.SearchStrategy[Fraction]
) -> st.SearchStrategy[Table]:
    """The seed's payoffs, or any; with zeros left out now and then, which means the same."""
    seed = {name: {act: SEED.get(name, {}).get(act, Fraction(0)) for act in actions} for name in objectives}
    any_row = st.fixed_dictionaries(dict.fromkeys(actions, rewards))
    return st.just(seed) | st.fixed_dictionaries(dict.fromkeys(objectives, any_row))


@st.composite
def _phases(
    draw: st.DrawFn,
    name: str,
    episodes: int,
    common: Table,
    own: st.SearchStrategy[Table],
    actions: Sequence[str],
    recipients: Sequence[str],
    shutdown: bool,
) -> Phase:
    fate_of_one = shares([*recipients, *([OFF] if shutdown else [])])
    fates = {act: draw(fate_of_one) for act in actions}
    return Phase(
        name=name,
        kind=PhaseKind.TRAINING if "training" in name else PhaseKind.DEPLOYMENT,
        episodes=episodes,
        payoffs=draw(st.just(common) | own),
        modification={act: {to: p for to, p in fate.items() if to != OFF and p} for act, fate in fates.items()},
        shutdown={act: fate[OFF] for act, fate in fates.items() if fate.get(OFF)},
    )


@lru_cache(maxsize=256)
def _objectives(name: str, kinds: tuple[str, ...], selves: tuple[Selves, ...]) -> st.SearchStrategy[Objective]:
    return st.builds(
        lambda discounting, foresight: Objective(name=name, discounting=discounting, selves=foresight),
        discountings(kinds),
        st.sampled_from(list(selves)),
    )


def two_phase_games(
    *, n: tuple[int, int] = (0, 4), m: tuple[int, int] = (1, 4), numbers: st.SearchStrategy[Fraction] | None = None
) -> st.SearchStrategy[PhasedGame]:
    """Games of the family of the model page, "What is known exactly".

    Parameters
    ----------
    n, m : pair of int
        Least and most episodes of training and of deployment.
    numbers : SearchStrategy of Fraction, optional
        For p, q, d, the probabilities of modification, and for 1 - g, where g is the discount: from 0 to 1.

    Returns
    -------
    SearchStrategy of PhasedGame
        Shrinks to few episodes, no modification and no discounting.
    """
    _refuse_counts(n=(n, 0, None), m=(m, 0, None))
    share = probabilities() if numbers is None else numbers
    counts = {"n": st.integers(*n), "m": st.integers(*m)}
    return st.builds(two_phase, **counts, p=share, q=share, d=share, g=share.map(lambda gap: 1 - gap))


@st.composite
def believed_games(draw: st.DrawFn, game: PhasedGame, *, episodes: tuple[int, int] = (0, 3)) -> PhasedGame:
    """What an agent may believe a game to be: the same phases with other numbers.

    Episodes, payoffs, modification and shutdown of each phase are as they are, or drawn anew. Shrinks to the game.

    Parameters
    ----------
    game : PhasedGame
    episodes : pair of int
        Least and most that are believed, where they are drawn anew.
    """
    names = [objective.name for objective in game.objectives]
    words = [action.name for action in game.actions]

    payoffs = _payoffs(tuple(names), tuple(words), fractions(-2, 2))

    def believed(phase: Phase) -> Phase:
        targets = sorted({to for row in phase.modification.values() for to in row} | ({BASE} & set(names)))
        drawn = draw(_phases(phase.name, 0, SEED, payoffs, words, targets, True))
        changed = {name: draw(st.booleans()) for name in ("episodes", "payoffs", "ways")}
        return Phase(
            name=phase.name,
            kind=phase.kind,
            episodes=draw(st.integers(*episodes)) if changed["episodes"] else phase.episodes,
            payoffs=draw(payoffs) if changed["payoffs"] else phase.payoffs,
            modification=drawn.modification if changed["ways"] else phase.modification,
            shutdown=drawn.shutdown if changed["ways"] else phase.shutdown,
        )

    return PhasedGame(
        phases=[believed(phase) for phase in game.phases],
        objectives=game.objectives,
        actions=game.actions,
        base_objective=game.base_objective,
        tie_rule=game.tie_rule,
    )
