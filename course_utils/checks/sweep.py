"""Checks of the sweep: the table of settings with the accuracies that the student claims."""

from typing import NoReturn

import numpy as np

from course_utils.catalogue import read
from course_utils.checks import values
from course_utils.checks.error import CheckError
from course_utils.checks.honest_validation import following
from course_utils.checks.validation import (
    CHANCE,
    UNTRAINED,
    accuracy_of,
    is_share,
    share_claimed,
)

_KEY = "validation_accuracy"
_APART = 0.6  # of the margin; one training moves by chance by an eighth of the margin
_MORE_ROWS = 3  # trained again beside the best: four in all, whose mean chance moves by 0.012


def check_results(results) -> None:
    """``results``: a list of at least four dicts, each a different setting and its accuracy."""
    _rows(results)
    print(f"results: right. {len(results)} settings, each with its validation accuracy.")


def check_results_again(results, answer, x_train, y_train, x_val, y_val, epochs, within) -> None:
    """Train the row with the highest claim again; the result must be ``within`` a margin of it.

    Then train three other rows: their mean difference, together with the first, may be a third of
    the margin, up or down. If all rows claim the same, which hardly ever happens by chance, the
    first may differ by half the margin. No clearly worse row may claim more than a better. Last,
    train the best with wrong labels, from which no network learns the right ones: a function that
    trains none would return what it did.
    """
    rows = _rows(results)
    for place, (_, accuracy) in enumerate(rows):
        if not is_share(accuracy, len(x_val)):
            _refuse_results(
                f"row {place} claims {accuracy:.4g}, which is no share of the {len(x_val)} "
                "validation images. Was it measured on other images, such as x_test, or typed by "
                "hand?"
            )
    alike = len({claim for _, claim in rows}) == 1
    best = max(range(len(rows)), key=lambda place: rows[place][1])

    def trained(place, labels=y_train) -> float:
        setting = rows[place][0]
        return accuracy_of(_KEY, answer, setting, x_train, labels, x_val, y_val, epochs)

    (setting, claim), again = rows[best], trained(best)
    if claim - again > (within / 2 if alike else within):
        _refuse_results(
            f"the setting {setting} stands there with {claim:.3f}, but trained again with "
            f"the same budget it reaches {again:.3f}. Fill the table by running your own "
            "validation_accuracy on the images and epochs of this notebook."
        )
    others = [place for place in range(len(rows)) if place != best]
    some = others[:: -(-len(others) // _MORE_ROWS)]
    found = {best: again, **{place: trained(place) for place in some}}
    claims = float(np.mean([rows[place][1] for place in found]))
    reached = float(np.mean(list(found.values())))
    if claims - reached > within / 3:
        _refuse_results(
            f"{1 + len(some)} rows claim {claims:.3f} on average, but trained again they reach "
            f"{reached:.3f}. Are validation images among those that they were trained on, or "
            "were the numbers typed by hand?"
        )
    if reached - claims > within / 3:
        _refuse_results(
            f"{1 + len(some)} rows claim {claims:.3f} on average, but trained again they reach "
            f"{reached:.3f}. Were they trained for fewer epochs than EPOCHS?"
        )
    _refuse_exchanged(rows, found, trained, within * _APART)
    _refuse_untrained(again, trained(best, following(y_train, np.unique(y_train))))
    print(f"results: right. {setting} claims {claim:.3f}, and again reaches {again:.3f}.")


def _refuse_untrained(accuracy: float, mistaught: float) -> None:
    """Refuse numbers of a function that trains no network; ``mistaught``: with wrong labels."""
    if accuracy < CHANCE:
        _refuse_results(
            f"trained again, the best row reaches {accuracy:.3f}, about what guessing gives. Does "
            "your validation_accuracy train the model?"
        )
    if mistaught > UNTRAINED:
        _refuse_results(
            f"asked to train on wrong labels, each the next digit, your validation_accuracy still "
            f"returns {mistaught:.3f}: that is not the accuracy of a network trained on them."
        )


def _refuse_exchanged(rows, found, trained, apart) -> None:
    """Refuse numbers that stand in the rows of other settings.

    ``found``: the accuracy reached again by some rows. Where two of them are ``apart``, the claims
    must not be the other way round; both are trained once more, since one training may fail.
    """
    worst, better = min(found, key=lambda place: found[place]), max(found, key=lambda i: found[i])
    (first, high), (second, low) = rows[worst], rows[better]
    if high < low or found[better] - found[worst] < apart:
        return
    once, again = trained(worst), trained(better)
    if again - once >= apart:
        _refuse_results(
            f"the setting {first} claims {high:.3f} and {second} claims {low:.3f}, but trained "
            f"again, twice, the first reaches {found[worst]:.3f} and {once:.3f}, the second "
            f"{found[better]:.3f} and {again:.3f}. Does each accuracy stand in the row of its own "
            "setting? Do not sort the accuracies alone."
        )


def _refuse_results(text: str) -> NoReturn:
    raise CheckError(f"results: {text}\n{read('how good')}", question="results")


def _rows(results) -> list[tuple[dict, float]]:
    results = values.plain(results)
    if type(results) is not list or len(results) < 4:
        count = ""
        if type(results) is list:
            count = f" of {len(results)}"
            if results:
                count += " (is `append` inside the loop, and is every row kept?)"
        _refuse_results(
            "it should be a list of at least four rows, one for each setting, not "
            f"{values.kind(results)}{count}."
        )
    rows = []
    for number, row in enumerate(results):
        example = f"a dict with the setting and {_KEY!r}, such as {{'filters': 16, {_KEY!r}: 0.91}}"
        if type(row) is not dict:
            why = " (update and append change what they belong to, and return None)"
            kind = f"None{why}" if row is None else values.kind(row)
            _refuse_results(f"row {number} is {kind}; it should be {example}.")
        if _KEY not in row:
            _refuse_results(
                f"row {number} has the keys {list(row)}, and no {_KEY!r}; it should be {example}."
            )
        nested = next((key for key, value in row.items() if type(value) is dict), None)
        if nested is not None:
            _refuse_results(
                f"row {number} holds a dict under {nested!r}: the setting's entries belong "
                "into the row itself, as in the example."
            )
        claim = share_claimed(f"{_KEY} of row {number}", row[_KEY], "results")
        rows.append(({k: v for k, v in row.items() if k != _KEY}, claim))
    different = len({repr(sorted(setting.items(), key=repr)) for setting, _ in rows})
    if different < 4:
        why = "the rows hold no setting" if not any(s for s, _ in rows) else "the rest are repeated"
        if len({repr(row) for row in rows}) == 1 and rows[0][0]:
            why = "all rows are alike. Is one and the same dict appended each time? Make a new one"
        _refuse_results(
            f"it should have at least four different settings; there are {different}: {why}."
        )
    return rows
