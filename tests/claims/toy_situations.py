"""Situations without a scenario file: two-phase games made directly, with every number under a path of its own.

Paths: `training.episodes`, `deployment.episodes`, `PHASE.modification.ACTION` (to base), `PHASE.shutdown.ACTION`,
`payoffs.OBJECTIVE.ACTION` (both phases), `discount` (all objectives), and each of the first three kinds once more
after `beliefs.`, for the planner alone. A true number moves what the planner believes too, unless a belief about it
is set. Agents: planner (mesa), aligned (base), impulsive (mesa, A*).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from deceptive_sim.claims.situations import Situation, Spot, Template
from deceptive_sim.core.errors import nearest, wrong
from deceptive_sim.model.actions import DEFAULT_ACTIONS, TieRule
from deceptive_sim.model.agents import AgentSpec
from deceptive_sim.model.discounting import Exponential
from deceptive_sim.model.numbers import Place
from deceptive_sim.model.objectives import BASE, MESA, Objective
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.phases import Phase, PhaseKind

PHASES = ("training", "deployment")
ACTIONS = tuple(action.name for action in DEFAULT_ACTIONS)
BELIEFS = "beliefs."
AGENTS = {"planner": (MESA, None), "aligned": (BASE, None), "impulsive": (MESA, "A*")}


@dataclass(frozen=True, kw_only=True)
class ToySituations:
    """Two-phase games; satisfies the `Situations` protocol.

    `numbers` replaces defaults of paths, which are those of the game with 2 training and 3 deployment episodes, sure
    modification after A in training, and no discounting. `objectives` may name more than mesa and base.
    """

    numbers: Mapping[str, Fraction] = field(default_factory=dict)
    objectives: Sequence[str] = (MESA, BASE)
    tie_rule: TieRule = TieRule.NON_DEFECTING

    def defaults(self) -> dict[str, Fraction]:
        """Every path with its number; beliefs only where they are set."""
        numbers = {f"{phase}.episodes": Fraction(2 + f) for f, phase in enumerate(PHASES)}
        for phase in PHASES:
            for action in ACTIONS:
                numbers[f"{phase}.modification.{action}"] = Fraction(phase == "training" and action == "A")
                numbers[f"{phase}.shutdown.{action}"] = Fraction(0)
        for objective in self.objectives:
            for action in ACTIONS:
                numbers[f"payoffs.{objective}.{action}"] = Fraction((objective == MESA) is (action == "A"))
        return {**numbers, "discount": Fraction(1), **self.numbers}

    def paths(self) -> list[str]:
        """Every path there is."""
        known = [path for path in self.defaults() if not path.startswith(BELIEFS)]
        return known + [BELIEFS + path for path in known if path.split(".")[0] in PHASES]

    def canonical(self, path: str) -> str:
        """The path itself, without `game.` before it."""
        short = path.removeprefix("game.")
        if short not in self.paths():
            raise wrong(path, "is no parameter", hint=nearest(short, self.paths()))
        return short

    def number(self, path: str) -> Fraction:
        """The default; of a belief, that of the true number."""
        numbers = self.defaults()
        return numbers.get(path, numbers[path.removeprefix(BELIEFS)])

    def whole(self, path: str) -> bool:
        """Numbers of episodes."""
        return path.endswith(".episodes")

    def at(self, settings: Mapping[str, Fraction], agent: str | None = None) -> Situation:
        """The game with these numbers."""
        numbers = {**self.defaults(), **settings}
        game = self._game({path: number for path, number in numbers.items() if not path.startswith(BELIEFS)})
        objective, strategy = _agent(agent)
        beliefs = {path.removeprefix(BELIEFS): number for path, number in numbers.items() if path.startswith(BELIEFS)}
        believed = self._game({**numbers, **beliefs}) if beliefs and agent in (None, "planner") else None
        spec = AgentSpec(name=agent or "planner", objective=objective, strategy=strategy, believed=believed)
        return Situation(game=game, agent=spec)

    def template(self, settings: Mapping[str, Fraction], paths: Sequence[str], agent: str | None) -> Template | None:
        """Holes where these paths' numbers stand."""
        held = {path: settings.get(path, self.number(path)) for path in paths}
        situation = self.at({**settings, **held}, agent)
        beliefs = {path for path in (*paths, *settings, *self.numbers) if path.startswith(BELIEFS)}
        spots = {}
        for path in paths:
            believed = path.startswith(BELIEFS)
            places = self._places(path.removeprefix(BELIEFS))
            both = not believed and situation.agent.believed is not None and BELIEFS + path not in beliefs
            spots[path] = tuple(
                Spot(side, place)
                for side in ((believed,) if not both else (False, True))
                for place in places
                if not (believed and situation.agent.believed is None)
            )
        return Template(situation=situation, spots=spots)

    def replay(self, settings: Mapping[str, Fraction], agent: str | None = None) -> str:
        """A command of no program."""
        return " ".join(["toy", agent or "planner", *(f"{path}={number}" for path, number in settings.items())])

    def _game(self, numbers: Mapping[str, Fraction]) -> PhasedGame:
        payoffs = {
            objective: {action: numbers[f"payoffs.{objective}.{action}"] for action in ACTIONS}
            for objective in self.objectives
        }
        discounting = Exponential(numbers["discount"])
        return PhasedGame(
            phases=[
                Phase(
                    name=phase,
                    kind=PhaseKind(phase),
                    episodes=_count(numbers[f"{phase}.episodes"]),
                    payoffs=payoffs,
                    modification={action: {BASE: numbers[f"{phase}.modification.{action}"]} for action in ACTIONS},
                    shutdown={action: numbers[f"{phase}.shutdown.{action}"] for action in ACTIONS},
                )
                for phase in PHASES
            ],
            objectives=[Objective(name=objective, discounting=discounting) for objective in self.objectives],
            tie_rule=self.tie_rule,
        )

    def _places(self, path: str) -> list[Place]:
        first, *rest = path.split(".")
        if first == "discount":
            return [Place("discount", -1, objective) for objective in self.objectives]
        if first == "payoffs":
            return [Place("payoff", f, *rest) for f in range(len(PHASES))]
        kind, *action = rest
        target = [BASE] if kind == "modification" else []
        return [Place(kind, PHASES.index(first), *action, *target)]


def _count(number: Fraction) -> int:
    if number.denominator != 1:
        raise wrong("episodes", "must be a whole number", number)
    return int(number)


def _agent(name: str | None) -> tuple[str, str | None]:
    if name is not None and name not in AGENTS:
        raise wrong("agent", "is no agent", name, nearest(name, AGENTS))
    return AGENTS[name or "planner"]
