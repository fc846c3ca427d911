"""When several people decide: whose turn it is, and what comes of it; without Odoo."""

APPROVED = "approved"
CHANGES = "changes"
REFUSED = "refused"


def get_needed(rule, quorum, total):
    """Return how many of the approvers have to approve.

    :param str rule: ``any``, ``all`` or ``quorum``
    :param int quorum: how many, where the rule is ``quorum``
    :param int total: how many approvers there are

    >>> get_needed("any", 0, 3), get_needed("all", 0, 3), get_needed("quorum", 2, 3)
    (1, 3, 2)
    >>> get_needed("quorum", 9, 3), get_needed("quorum", 0, 3)
    (3, 1)
    """
    if rule == "any":
        return 1
    if rule == "all":
        return total
    return min(max(quorum, 1), total)


def get_outcome(rule, quorum, total, decisions):
    """Return what the decisions so far amount to, or None while it is open.

    With ``any``, the first decision counts, whatever it is. Otherwise it is approved
    when enough have approved, and not when enough can no longer be reached: then it is
    refused if everybody against it refused, else changes are asked.

    :param list decisions: of the approvers that have decided, in their order

    >>> get_outcome("any", 0, 3, ["changes"])
    'changes'
    >>> get_outcome("all", 0, 2, ["approved"]) is None
    True
    >>> get_outcome("all", 0, 2, ["approved", "approved"])
    'approved'
    >>> get_outcome("quorum", 2, 3, ["refused", "approved"]) is None
    True
    >>> get_outcome("quorum", 2, 3, ["refused", "approved", "changes"])
    'changes'
    """
    if not decisions:
        return None
    if rule == "any":
        return decisions[0]
    needed = get_needed(rule, quorum, total)
    if decisions.count(APPROVED) >= needed:
        return APPROVED
    against = [row for row in decisions if row != APPROVED]
    if total - len(against) < needed:
        return CHANGES if CHANGES in against else REFUSED
    return None


def get_turn(waiting, in_order):
    """Return whose turn it is.

    :param list waiting: ``(rank, approver)`` of those who have not decided
    :param bool in_order: one rank after the other

    >>> get_turn([(2, "b"), (1, "a"), (1, "c")], True)
    ['a', 'c']
    >>> get_turn([(2, "b"), (1, "a")], False)
    ['b', 'a']
    >>> get_turn([], True)
    []
    """
    if in_order and waiting:
        first = min(rank for rank, __ in waiting)
        waiting = [row for row in waiting if row[0] == first]
    return [approver for __, approver in waiting]
