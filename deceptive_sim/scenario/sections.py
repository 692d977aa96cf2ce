"""What sections of a scenario file are made of: discounting, strategies, courses of values."""

from __future__ import annotations

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from deceptive_sim.scenario.fields import Count, Discount, Exact, Name, Path, RangeText, Text


def tagged(number: str, mapping: str) -> Discriminator:
    """Tells a mapping from a single value."""
    return Discriminator(lambda value: mapping if isinstance(value, dict | BaseModel) else number)


class Section(BaseModel):
    """Base of all sections: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class QuasiHyperbolicSection(Section):
    """Quasi-hyperbolic discounting: 1, beta*delta, beta*delta^2, ..."""

    beta: Discount
    delta: Discount = Field(default=1, validate_default=True)


class HyperbolicSection(Section):
    """Hyperbolic discounting: 1 / (1 + k * delay)."""

    k: Exact = Field(ge=0)


def _discount_kind(value: object) -> str:
    if not isinstance(value, dict | BaseModel):
        return "=number"
    return "=hyperbolic" if "k" in (value if isinstance(value, dict) else type(value).model_fields) else "=quasi"


DiscountSetting: TypeAlias = Annotated[
    Annotated[Discount, Tag("=number")]
    | Annotated[QuasiHyperbolicSection, Tag("=quasi")]
    | Annotated[HyperbolicSection, Tag("=hyperbolic")],
    Discriminator(_discount_kind),
]
SelvesSetting: TypeAlias = Literal["sophisticated", "naive"]
StrategySetting: TypeAlias = Annotated[
    Annotated[Text, Tag("=text")] | Annotated[dict[Name, Text], Tag("=phases")], tagged("=text", "=phases")
]


def _course_kind(value: object) -> str:
    return "=range" if isinstance(value, dict | BaseModel) else "=list" if isinstance(value, list) else "=text"


class CourseSection(Section):
    """The values of a parameter, in order: a list, or from one number to another."""

    first: Annotated[Exact | None, Field(alias="from")] = None
    last: Annotated[Exact | None, Field(alias="to")] = None
    step: Annotated[Exact | None, Field(description="distance of neighbouring values")] = None
    points: Annotated[Count | None, Field(ge=2, description="how many values, ends included")] = None
    spacing: Annotated[Literal["linear", "log"], Field(description="even steps, or even ratios")] = "linear"
    values: Annotated[list[Exact] | None, Field(min_length=2, description="these values")] = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        """A list or a range, and of a range what belongs together."""
        ends = (self.first is not None, self.last is not None)
        more = self.step is not None or self.points is not None or self.spacing == "log"
        if self.values is not None and (any(ends) or more):
            raise ValueError("must have values, or from and to, not both")
        if self.values is None and not all(ends):
            raise ValueError("must have from and to, or values")
        if self.step is not None and (self.points is not None or self.spacing == "log"):
            raise ValueError("must have a step or a number of points, not both; log spacing has points")
        if self.spacing == "log" and self.points is None:
            raise ValueError("must say how many points it has, as its spacing is log")
        return self


CourseSetting: TypeAlias = Annotated[
    Annotated[RangeText, Tag("=text")]
    | Annotated[Annotated[list[Exact], Field(min_length=2)], Tag("=list")]
    | Annotated[CourseSection, Tag("=range")],
    Discriminator(_course_kind),
]


class AxisSection(CourseSection):
    """One axis: the values of a parameter, and of others that move along with it."""

    along: Annotated[
        dict[Path, CourseSetting],
        Field(alias="with", max_length=20, description="{path: values} of parameters that move together with this one"),
    ] = {}


AxisSetting: TypeAlias = Annotated[
    Annotated[RangeText, Tag("=text")]
    | Annotated[Annotated[list[Exact], Field(min_length=2)], Tag("=list")]
    | Annotated[AxisSection, Tag("=range")],
    Discriminator(_course_kind),
]
