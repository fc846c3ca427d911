"""Answers to briefing questions, and which questions are asked: plain functions."""

from datetime import date
from decimal import Decimal, InvalidOperation

MAX_SHORT = 200
MAX_LONG = 20000
# Digits before the point; keeps overflows out of the database and out of formats.
MAX_DIGITS = 15
TRUE_WORDS = frozenset({"1", "true", "on", "yes"})


class AnswerError(ValueError):
    """An answer that its question doesn't take; the first argument says why.

    One of ``length`` (second argument: the limit), ``date``, ``number``, ``choice``.
    """


def split_lines(text):
    """Return the lines of a text without blanks.

    >>> split_lines(" Print \\n\\nWeb")
    ['Print', 'Web']
    """
    lines = (line.strip() for line in (text or "").splitlines())
    return [line for line in lines if line]


def read_answer(kind, text, options=()):
    """Return an answer as it is kept, from the text that somebody gave.

    :param str kind: a kind of ``client.job.template.question``
    :param text: what was typed; several choices stand one per line
    :param options: the choices of a selection
    :raise AnswerError: the question doesn't take it

    >>> read_answer("boolean", "on"), read_answer("boolean", "no")
    ('1', '')
    >>> read_answer("multiple", "Web\\nPrint\\nWeb", ["Print", "Web"])
    'Print\\nWeb'
    >>> read_answer("number", " 012.50 ")
    '12.5'
    """
    text = str(text or "").strip()
    if kind == "boolean":
        return "1" if text.lower() in TRUE_WORDS else ""
    limit = MAX_SHORT if kind in ("char", "date", "number") else MAX_LONG
    if len(text) > limit:
        raise AnswerError("length", limit)
    if not text:
        return ""
    reader = READERS.get(kind)
    return reader(text, options) if reader else text


def _read_date(text, options):
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError as error:
        raise AnswerError("date") from error


def _read_number(text, options):
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise AnswerError("number") from error
    # also leaves out "nan" and "infinity"
    if not number.is_finite() or number.adjusted() >= MAX_DIGITS:
        raise AnswerError("number")
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def _read_choice(text, options):
    if text not in options:
        raise AnswerError("choice")
    return text


def _read_choices(text, options):
    chosen = set(split_lines(text))
    if chosen - set(options):
        raise AnswerError("choice")
    return "\n".join(option for option in options if option in chosen)


READERS = {
    "date": _read_date,
    "number": _read_number,
    "selection": _read_choice,
    "multiple": _read_choices,
}


def is_met(operator, value, kind, answer):
    """Tell whether an answer meets a condition.

    Capitals don't count. An empty answer meets no condition but ``empty``.

    :param str operator: filled, empty, equals, not_equals, contains, at_least, at_most
    :param value: what the answer is compared with
    :param str kind: kind of the question that was answered
    :param answer: the answer as it is kept

    >>> is_met("contains", "web", "multiple", "Print\\nWeb")
    True
    >>> is_met("not_equals", "Web", "selection", "")
    False
    >>> is_met("at_least", "10", "number", "9.5")
    False
    """
    answer, value = (answer or "").strip(), (value or "").strip()
    if operator == "empty" or not answer:
        return operator == "empty" and not answer
    if operator == "filled":
        return True
    if operator in ("at_least", "at_most"):
        try:
            left, right = (
                Decimal(read_answer("number", text))
                if kind == "number"
                else date.fromisoformat(text)
                for text in (answer, value)
            )
        except (ValueError, InvalidOperation):
            return False
        return left >= right if operator == "at_least" else left <= right
    answer, value = answer.casefold(), value.casefold()
    if operator == "contains":
        return value in (split_lines(answer) if kind == "multiple" else answer)
    if operator not in ("equals", "not_equals"):
        return False
    return (answer == value) is (operator == "equals")


def find_asked(questions, answers):
    """Return the keys of the questions that are asked, given the answers.

    A question that depends on one that isn't asked isn't asked either.

    :param dict questions: ``{key: (kind, condition)}``; ``condition`` is None, or
        ``(key of the question it depends on, operator, value)``
    :param dict answers: ``{key: answer}``

    >>> rows = {1: ("boolean", None), 2: ("char", (1, "filled", "")),
    ...         3: ("char", (2, "equals", "a"))}
    >>> sorted(find_asked(rows, {1: "1", 2: "A"})), sorted(find_asked(rows, {2: "a"}))
    ([1, 2, 3], [1])
    """
    asked = {}

    def is_asked(key, above=()):
        if key not in asked:
            condition = questions[key][1]
            asked[key] = condition is None or bool(
                # a circle, or a question that is gone, asks nothing
                condition[0] in questions
                and condition[0] not in (key, *above)
                and is_asked(condition[0], (key, *above))
                and is_met(
                    condition[1],
                    condition[2],
                    questions[condition[0]][0],
                    answers.get(condition[0]),
                )
            )
        return asked[key]

    return {key for key in questions if is_asked(key)}
