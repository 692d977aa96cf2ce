"""The regime table of model.md section 3, row by row, and the turn. True means a defection (an A)."""

from __future__ import annotations

from collections.abc import Sequence


def regime(training: Sequence[bool], deployment: Sequence[bool]) -> str:
    """Name of the first row that fits the training part and the deployment part of a strategy."""
    if not training:
        return "unconstrained" if any(deployment) else "compliant"
    starts_with_a = bool(deployment) and deployment[0]
    changes = [i for i in range(1, len(training)) if training[i] != training[i - 1]]
    a_then_b = training[0] and len(changes) == 1
    rows = [
        ("compliant", not any(training), not any(deployment)),
        ("deceptive", not any(training), starts_with_a),
        ("delayed", not any(training), not starts_with_a and any(deployment)),
        ("open", all(training), True),
        ("late-pretence", a_then_b, any(deployment)),
        ("reformed", any(training), not any(deployment)),
        ("mixed", True, True),
    ]
    return next(name for name, fits_training, fits_deployment in rows if fits_training and fits_deployment)


def turn(defections: Sequence[bool], in_training: Sequence[bool]) -> int | None:
    """Episode (from 1, in the whole game) of the first A in deployment if the last training action was B, else None."""
    training = [a for a, trains in zip(defections, in_training, strict=True) if trains]
    if not training or training[-1]:
        return None
    first = [t for t, (a, trains) in enumerate(zip(defections, in_training, strict=True), 1) if a and not trains]
    return first[0] if first else None
