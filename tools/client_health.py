"""How a client is, judged from measured facts. Arithmetic only: no Odoo in here."""

from typing import NamedTuple

GOOD = "good"
ATTENTION = "attention"
RISK = "risk"
NOTHING = "none"  # there is nothing to judge by
SEVERITY = {RISK: 0, ATTENTION: 1}


class Rule(NamedTuple):
    """From which measure on a fact asks for attention, and from which it is a risk.

    ``falling`` rules get worse the smaller the measure is.
    """

    attention: float
    risk: float
    falling: bool = False

    def judge(self, measure):
        """Return the level that a measure has, None when it is all right."""
        sign = -1 if self.falling else 1
        if sign * measure >= sign * self.risk:
            return RISK
        if sign * measure >= sign * self.attention:
            return ATTENTION
        return None


# What is measured: days, or percent of a budget used.
RULES = {
    "overdue": Rule(1, 30),
    "request": Rule(2, 7),
    "approval": Rule(7, 21),
    "late_job": Rule(1, 14),
    "budget": Rule(90, 100.01),
    "contract_end": Rule(60, 14, falling=True),
    "silence": Rule(30, 90),
}


def judge(measures):
    """Judge a client by the worst of its facts.

    :param dict measures: measure by name of the rule; what is missing is not judged:
        there is nothing of the kind, or whoever asks may not see it
    :return: level, and ``[(level, name)]`` of what is not all right, worst first
    :rtype: tuple
    """
    reasons = [
        (level, name)
        for name, rule in RULES.items()
        if measures.get(name) is not None and (level := rule.judge(measures[name]))
    ]
    reasons.sort(key=lambda reason: SEVERITY[reason[0]])
    if reasons:
        return reasons[0][0], reasons
    return (GOOD if measures else NOTHING), []
