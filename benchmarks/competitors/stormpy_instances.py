"""stormpy: a parametric Markov decision process, instantiated and checked for each cell.

Storm knows no discount: with probability 1 - g the game ends instead, which is worth the same. So the states are the
episodes and one for `over`, into which being modified falls as well, since it pays nothing: 301 of them. The fastest
of Storm's methods here is asked for, and that instantiations keep the graph, which they do inside the diagram.
Reading the choices out of a scheduler costs more in Python than the solution: it is done afterwards, untimed.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy

from benchmarks.work import Answer, Diagram

PACKAGE = "stormpy"
WHOLE = False

PROGRAM = """\
mdp
const double p;
const double g;
module game
  t : [0..{end}] init 0;
  [A] t < {training} -> g*(1-p) : (t'=t+1) + 1-g*(1-p) : (t'={end});
  [B] t < {training} -> g*{after_b} : (t'=t+1) + 1-g*{after_b} : (t'={end});
  [A] t >= {training} & t < {end} -> g*{in_deployment} : (t'=t+1) + 1-g*{in_deployment} : (t'={end});
  [B] t >= {training} & t < {end} -> g : (t'=t+1) + 1-g : (t'={end});
  [rest] t = {end} -> true;
endmodule
rewards "apples"
  [A] true : 1;
endrewards
label "over" = t = {end};
"""
GOAL = 'R{"apples"}max=? [F "over"]'


class Schedules:
    """Values as they are found, and the choices as Storm keeps them."""

    def __init__(self, diagram: Diagram) -> None:
        import stormpy
        from stormpy.pars import developer

        self.diagram = diagram
        with TemporaryDirectory() as folder:
            file = Path(folder) / "game.prism"
            file.write_text(_program(diagram), encoding="utf-8")
            program = stormpy.parse_prism_program(str(file))
        (goal,) = stormpy.parse_properties(GOAL, program)
        model = stormpy.build_model[stormpy.RationalFunction](program, [goal])
        (self.over,) = model.labeling.get_states("over")
        self.parameters = {parameter.name: parameter for parameter in model.collect_all_parameters()}
        self.number = stormpy.RationalFunctionCoefficient
        instance = stormpy.pars.ModelInstantiator(model).instantiate(self.at(0.5, 0.75))
        self.environment = stormpy.environments.default(instance)  # the one for floats
        self.environment.solver().min_max().method = stormpy.environments.MinMaxMethod.OPTIMISTIC_VALUE_ITERATION
        task = stormpy.developer.CheckTask[stormpy.RationalFunction](goal.get_raw_formula(), True)
        task.set_produce_schedulers(True)
        self.checker = developer.SparseInstantiationModelChecker(self.environment, model)
        self.checker.specify_formula(task)
        self.checker.set_instantiations_are_graph_preserving(True)

    def at(self, p: float, g: float) -> dict[Any, Any]:
        """A point of the parameters."""
        return {self.parameters["p"]: self.number(p), self.parameters["g"]: self.number(g)}

    def __call__(self) -> Answer:
        """Solve every cell; counts are -1 until they are read."""
        value = numpy.empty(self.diagram.shape)
        self.schedulers = []
        for row, g in enumerate(self.diagram.discounts):
            for column, p in enumerate(self.diagram.modified_after_a):
                result = self.checker.check(self.environment, self.at(float(p), float(g)))
                value[row, column] = result.get_value(0)
                self.schedulers.append(result.get_scheduler())
        return Answer(value=value, count=numpy.full(self.diagram.shape, -1))

    def read(self, answer: Answer) -> Answer:
        """The answer with the counts that the schedulers of the last call say."""
        # states are numbered as they were found, in order of episodes, but for `over`
        states = [state for state in range(self.diagram.training + 1) if state != self.over][: self.diagram.training]
        counts = [
            sum(scheduler.get_choice(state).get_deterministic_choice() == 0 for state in states)
            for scheduler in self.schedulers
        ]
        return Answer(value=answer.value, count=numpy.array(counts).reshape(self.diagram.shape))


def _program(diagram: Diagram) -> str:
    """The game in Storm's language, with exact numbers."""

    def kept(modified: float) -> str:
        number = 1 - Fraction(repr(modified))
        return f"{number.numerator}/{number.denominator}"

    return PROGRAM.format(
        training=diagram.training,
        end=diagram.training + diagram.deployment,
        after_b=kept(diagram.modified_after_b),
        in_deployment=kept(diagram.modified_in_deployment),
    )


def prepare(diagram: Diagram) -> Callable[[], Answer]:
    """The parametric model of a diagram, built."""
    return Schedules(diagram)
