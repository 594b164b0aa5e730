"""How far two people who judged the same pages agree: pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from scanpipe.flows.qa.lots import ACCEPT
from scanpipe.model import Page
from scanpipe.state.opinions import Opinion
from scanpipe.state.qa import Judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """What two people said of a page, neither knowing what the other said."""

    page: Page
    first: Judgement
    second: Opinion

    @property
    def accepted(self) -> tuple[bool, bool]:
        """Whether the first and the second person accepted it."""
        return self.first.decision == ACCEPT, self.second.decision == ACCEPT

    @property
    def agree(self) -> bool:
        """Whether both accepted it, or both sent it back."""
        first, second = self.accepted
        return first is second


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Of how many pages two people said the same.

    Attributes:
        pages: pages that two people judged.
        agreed: those of which both said the same.
        kappa: the share of agreement beyond chance; None where there is no page, or chance alone explains all.
    """

    pages: int
    agreed: int
    kappa: float | None

    @property
    def share(self) -> float:
        """The share of pages of which both said the same; 0 without pages."""
        return self.agreed / self.pages if self.pages else 0.0


def agreement(pairs: Sequence[Pair]) -> Agreement:
    """Return how far the first and the second persons agree.

    Source: Cohen 1960, "A coefficient of agreement for nominal scales".
    """
    agreed = sum(pair.agree for pair in pairs)
    return Agreement(pages=len(pairs), agreed=agreed, kappa=_kappa([pair.accepted for pair in pairs]))


def _kappa(accepted: Sequence[tuple[bool, bool]]) -> float | None:
    if not accepted:
        return None
    first, second = (sum(each) / len(accepted) for each in zip(*accepted, strict=True))
    by_chance = first * second + (1 - first) * (1 - second)
    observed = sum(one is other for one, other in accepted) / len(accepted)
    return (observed - by_chance) / (1 - by_chance) if by_chance < 1 else None
