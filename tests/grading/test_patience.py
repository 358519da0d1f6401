"""A limit is extended by the time a submission waited for a processor, up to a maximum."""

from course_utils.grading.host.patience import MOST, Allowed, Patience


class _Clock:
    """A clock that a test sets, and how long a process has waited by then."""

    def __init__(self):
        self.now = self.waited = 0.0

    def patience(self, seconds: float, allowed: Allowed) -> Patience:
        return Patience(seconds, allowed, lambda: self.waited, lambda: self.now)

    def allowed(self, seconds: float) -> Allowed:
        return Allowed(seconds, lambda: self.now)


def test_who_waited_for_a_processor_has_that_time_more():
    """Does a limit of 10 s end after 10 s of work, whatever neighbours took?"""
    clock = _Clock()
    clock.waited = 100.0  # in earlier questions
    patience = clock.patience(10, clock.allowed(60))
    assert patience.ends() == 10
    clock.now, clock.waited = 9.0, 107.0
    assert patience.ends() == 10  # not yet asked for
    clock.now = 10.0
    assert patience.ends() == 17
    clock.now, clock.waited = 17.0, 107.0
    assert patience.ends() == 17  # it worked since


def test_who_makes_itself_wait_has_a_bounded_time():
    """Does a process that always waits end at three times its limit, in one answer and in all?"""
    clock = _Clock()
    allowed = clock.allowed(20)
    ends = []
    for _ in range(9):
        patience = clock.patience(10, allowed)
        while clock.now < patience.ends():
            clock.now += 1
            clock.waited += 1
        patience.count()
        ends.append(clock.now)
    assert ends[0] == MOST * 10
    assert ends[-1] == allowed.ends == MOST * 20
    assert allowed.is_over()


def test_what_was_waited_counts_once():
    """Are the seconds of one answer added to the whole once, however often its end is asked for?"""
    clock = _Clock()
    allowed = clock.allowed(60)
    patience = clock.patience(10, allowed)
    clock.now, clock.waited = 12.0, 4.0
    assert patience.ends() == 14
    patience.count()
    patience.count()
    assert allowed.waited == 4
    assert allowed.ends == 64


def test_the_whole_ends_an_answer_too():
    """Does an answer end when the submission's time is over, though its own limit is not?"""
    clock = _Clock()
    assert clock.patience(30, clock.allowed(20)).ends() == 20
