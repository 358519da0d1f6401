"""The demo in which a network learns: its arithmetic against NumPy, its record, its controls."""

import json
import re

import numpy as np
import pytest
from playwright.sync_api import expect

from course_utils.widgets import Training
from course_utils.widgets.learner import Choices, Learner, order
from course_utils.widgets.training import BATCHES, RATES, RUNS, recorded
from course_utils.widgets.training_digits import LEARNED, NEW, digits, packed
from tests.browser.reading import in_page, press, question, says

# After `steps` batches: all weights, what it says of some digits, and how many it reads.
LEARN = """async (m, { choices, steps, shown }) => {
  const { chance } = await import("/demos/chance.js");
  const buffer = await (await fetch("/demos/training_digits.bin")).arrayBuffer();
  const net = m.learner(chance, choices, m.digitsOf(buffer));
  const losses = [];
  for (let i = 0; i < steps; i++) losses.push(net.learn());
  const parts = Object.entries(net.parts()).map(([name, x]) => [name, [...x]]);
  return { parts: Object.fromEntries(parts), losses, says: net.says(shown), done: net.done(),
           reads: net.reads(2000, 2500) };
}"""
CASES = [
    {},
    {"filters": 3, "batch": 5, "seed": 7, "rate": 0.3},
    {"kind": "dense", "batch": 32},
    {"shuffled": True, "seed": 2, "filters": 2},
    {"alike": True, "filters": 4},
    {"kind": "dense", "alike": True, "shuffled": True},
]


def _given(case: dict) -> dict:
    return Choices(**case).__dict__


@pytest.mark.parametrize("case", CASES, ids=str)
def test_steps_agree_with_the_reference(page, case):
    """After four steps, are all weights, losses and answers what reference.py's gradients make?"""
    images, labels = digits()
    shown = [0, 1999, 2000, 2499]
    seen = in_page(page, "learner", LEARN, {"choices": _given(case), "steps": 4, "shown": shown})
    own = Learner(Choices(**case), images, labels)
    turn = order(LEARNED, own.choices.seed + 4000)
    size = own.choices.batch
    losses = [own.step(turn[size * i : size * (i + 1)]) for i in range(4)]
    np.testing.assert_allclose(seen["losses"], losses, rtol=1e-6)
    for name, part in own.parts.items():
        np.testing.assert_allclose(seen["parts"][name], part.ravel(), atol=1e-6, err_msg=name)
    np.testing.assert_allclose(seen["says"], own.shares(np.array(shown)), atol=1e-5)
    assert seen["done"] == pytest.approx(4 * size / LEARNED)


@pytest.mark.parametrize("kind", ["convolution", "dense"])
def test_a_gradient_is_the_slope_of_the_loss(kind):
    """Does a small change of a weight change the loss as its gradient says?"""
    images, labels = digits()
    own = Learner(Choices(kind=kind, filters=2), images, labels)
    own.parts["firstBias"] += 0.05  # at 0 the paper around a digit lies on the ReLU's corner
    some = np.arange(6)
    found, _ = own.gradients(some)
    rng = np.random.default_rng(0)
    for name, part in own.parts.items():
        for at in rng.integers(0, part.size, 4):
            losses = []
            for step in (1e-5, -2e-5):
                part.ravel()[at] += step
                losses.append(own.gradients(some)[1])
            part.ravel()[at] += 1e-5
            slope = (losses[0] - losses[1]) / 2e-5
            assert found[name].ravel()[at] == pytest.approx(slope, abs=1e-5)


def test_filters_that_start_alike_stay_alike(page):
    """After a whole epoch, is each filter still the same, and is the one that was told?"""
    choices = _given({"alike": True})
    seen = in_page(page, "learner", LEARN, {"choices": choices, "steps": 250, "shown": []})
    kernels = np.reshape(seen["parts"]["first"], (9, 8))
    np.testing.assert_allclose(kernels, np.tile(kernels[:, :1], 8), atol=1e-9)
    assert kernels[:, 0].std() > 0.05


@pytest.mark.parametrize("name", RUNS)
def test_the_record_is_what_the_page_computes(page, name):
    """Is the record's first epoch what the page reads after it, and does its end tell the story?"""
    choices = _given({"batch": 8} | RUNS[name])
    for steps, epoch in ((0, 0), (250, 1)):
        seen = in_page(page, "learner", LEARN, {"choices": choices, "steps": steps, "shown": []})
        assert seen["reads"] == pytest.approx(recorded()[name][epoch], abs=0.006)
    ends = {name: run[-1] for name, run in recorded().items()}
    assert ends["convolution"] - ends["convolution, pixels shuffled"] > 0.025
    assert abs(ends["dense"] - ends["dense, pixels shuffled"]) < 0.01
    assert ends["convolution"] > ends["dense"] > ends["convolution, pixels shuffled"]


def test_a_rate_too_large_learns_nothing(page):
    """Is the answer to the question about the learning rate, about 10 of 100, true?"""
    given = {"choices": _given({"rate": 3.0}), "steps": 1250, "shown": []}
    assert in_page(page, "learner", LEARN, given)["reads"] == pytest.approx(0.1, abs=0.05)


def test_the_file_holds_the_digits(page):
    """Does the page read labels and greys as they were packed, and is each kind of digit there?"""
    run = """async m => {
      const buffer = await (await fetch("/demos/training_digits.bin")).arrayBuffer();
      const { labels, images, first } = m.digitsOf(buffer);
      return [[...labels], [...images[3]], [...images[2499]], first];
    }"""
    images, labels = digits()
    shown, early, late, first = in_page(page, "learner", run)
    assert shown == labels.tolist()
    np.testing.assert_allclose([early, late], images[[3, 2499]].reshape(2, -1), atol=1e-6)
    assert (first, len(labels)) == (LEARNED, LEARNED + NEW)
    assert set(labels[:LEARNED]) == set(labels[LEARNED:]) == set(range(10))
    assert len(packed()) < 1_000_000


@pytest.fixture
def demo(open_demos):
    """The live demo, with nothing covered."""
    return open_demos(Training(predict=False)).locator(".cnn-demo")


def _button(demo, name):
    return demo.get_by_role("button", name=name, exact=True)


def _trained(demo, epochs=1):
    """Train until so many epochs are done, then pause."""
    _button(demo, "Train").click()
    run = demo.locator("li.cd-runnow")
    done = re.compile(f"after ([{epochs}-9]|\\d\\d+) epoch")
    expect(run).to_contain_text(done, timeout=60_000)
    _button(demo, "Pause").click()


def test_nothing_is_loaded_before_train(open_demos):
    """Do the digits come at Train, once, and are they read better and better?"""
    page = open_demos(Training(predict=False))
    demo = page.locator(".cnn-demo")
    fetched = []
    page.on("request", lambda request: fetched.append(request.url.rsplit("/", 1)[-1]))
    says(demo, "A new network with 13,610 parameters. Press Train.")
    expect(demo.get_by_role("img", name="Weights of filter 7")).to_be_visible()
    assert "training_digits.bin" not in fetched
    _trained(demo, 2)
    assert fetched.count("training_digits.bin") == 1
    expect(demo.get_by_role("listitem").filter(has_text="✓").first).to_be_visible()
    says(demo, "of 500 new digits")


def test_one_step_and_start_again(demo):
    """Does One step learn from one batch, and Start again forget all of it?"""
    _button(demo, "One step").click()
    expect(demo.locator(".cd-far")).to_contain_text("epoch 0, 1 step, loss")
    _button(demo, "One step").click()
    expect(demo.locator(".cd-far")).to_contain_text("epoch 0.01, 2 steps, loss")
    _button(demo, "Start again").click()
    expect(demo.locator(".cd-far")).to_have_text("epoch 0, 0 steps")


def test_runs_stay_to_be_compared(demo):
    """Does a new choice begin a new run beside the trained ones, and can these be forgotten?"""
    _trained(demo)
    demo.get_by_role("checkbox", name="All pixels shuffled").check()
    press(demo.page, "Filters", "ArrowLeft", "ArrowLeft")  # an untrained run leaves no trace
    runs = demo.locator(".cd-runs li")
    expect(runs.nth(0)).to_contain_text("8 filters of 3×3: ")
    expect(runs.nth(1)).to_contain_text("6 filters of 3×3, pixels shuffled: not trained yet")
    expect(runs).to_have_count(2)
    demo.get_by_role("combobox", name="Network").select_option("dense")
    expect(runs.nth(1)).to_contain_text("dense, 64 units, pixels shuffled")
    says(demo, "50,890 parameters")
    expect(demo.get_by_role("slider", name="Filters")).to_be_hidden()
    _trained(demo)
    _button(demo, "Forget the other runs").click()
    expect(runs).to_have_count(1)
    expect(
        demo.get_by_role("img", name="Digits read after each epoch. Run 2, dense")
    ).to_be_visible()


def test_train_by_keys_and_by_touch(open_demos):
    """Does Space on a slider train and pause, and a tap on a phone's button do the same?"""
    page = open_demos(Training(predict=False), width=360, has_touch=True)
    demo = page.locator(".cnn-demo")
    press(page, "Learning rate", "ArrowRight", "Space")
    expect(_button(demo, "Pause")).to_be_visible()
    expect(demo.locator(".cd-far")).to_contain_text("loss")
    page.keyboard.press("Space")
    expect(_button(demo, "Train")).to_be_visible()
    expect(demo.locator("li.cd-runnow")).to_contain_text("learning rate 0.3")
    _button(demo, "Train").tap()
    expect(_button(demo, "Pause")).to_be_visible()
    _button(demo, "Pause").tap()
    assert _button(demo, "Train").bounding_box()["height"] >= 44


def test_training_uncovers_and_a_question_stops_it(open_demos):
    """Does Train put the question aside, and Ask me another stop the training?"""
    demo = open_demos(Training()).locator(".cnn-demo")
    expect(demo.locator(".cd-runs li")).to_have_count(0)
    question(demo).get_by_role("textbox").fill("0")
    question(demo).get_by_role("button", name="Check").click()
    expect(demo.get_by_text("✗ Not 0, but 10. There are ten digits")).to_be_visible()
    _button(demo, "Train").click()
    _button(demo, "Ask me another").click()
    expect(_button(demo, "Train")).to_be_visible()
    expect(demo.get_by_text("all 8 filters start with the same nine weights")).to_be_visible()
    _button(demo, "Train").click()
    expect(demo.locator("li.cd-runnow")).to_contain_text("all started alike")
    _button(demo, "Pause").click()


def test_back_to_what_i_had_brings_the_trained_network(open_demos):
    """After a question, is the network there as it was trained, to be trained on?"""
    demo = open_demos(Training(predict=False, batch=128)).locator(".cnn-demo")
    far, run = demo.locator(".cd-far"), demo.locator("li.cd-runnow")
    step = _button(demo, "One step")
    for _ in range(17):  # of 15.6 that an epoch takes
        step.click()
    expect(far).to_contain_text("17 steps, loss")
    trained = [far.text_content(), run.text_content()]
    assert "of new digits after 1 epoch" in trained[1]
    _button(demo, "Ask me another").click()
    expect(far).to_have_text("epoch 0, 0 steps")
    step.click()  # another network is at hand now
    expect(far).to_contain_text("1 step, loss")
    expect(run).to_contain_text("all started alike, batches of 128: not")
    _button(demo, "Back to what I had").click()
    expect(run).to_have_text(trained[1])
    expect(far).to_have_text(trained[0])
    step.click()
    expect(far).to_contain_text("18 steps, loss")
    _button(demo, "Start again").click()
    expect(far).to_have_text("epoch 0, 0 steps")
    expect(run).to_contain_text("batches of 128, the same again (2): not")


def test_reset_forgets_what_was_learned(demo):
    """Does Reset stop the training, and is the network new and alone, with the opening choices?"""
    press(demo.page, "Filters", "ArrowLeft")
    _button(demo, "One step").click()
    expect(demo.locator(".cd-far")).to_contain_text("1 step, loss")
    press(demo.page, "Filters", "ArrowRight")
    _button(demo, "Train").click()
    expect(demo.locator(".cd-far")).to_contain_text("loss")
    _button(demo, "Reset").click()
    says(demo, "A new network with 13,610 parameters. Press Train.")
    expect(demo.locator(".cd-far")).to_have_text("epoch 0, 0 steps")
    expect(_button(demo, "Train")).to_be_visible()
    expect(demo.locator(".cd-runs li")).to_have_count(1)


# whether an element's text has stayed the same for one and a half seconds
_STANDS = """element => {
  const text = element.textContent, now = performance.now();
  if (window.stands?.text !== text) window.stands = { text, since: now };
  return now - window.stands.since > 1500;
}"""


def test_it_pauses_when_nobody_looks(open_demos):
    """Does the network stop to learn out of sight, and go on when it is seen again?"""
    page = open_demos(Training(predict=False))
    demo = page.locator(".cnn-demo")
    page.evaluate("document.body.style.paddingBottom = '5000px'")
    _button(demo, "Train").click()
    far = demo.locator(".cd-far")
    expect(far).to_contain_text("loss")
    page.evaluate("scrollTo(0, 4000)")
    page.wait_for_function(_STANDS, arg=far.element_handle())  # what was asked for still comes
    before = far.text_content()
    page.evaluate("scrollTo(0, 0)")
    expect(far).not_to_have_text(before)
    _button(demo, "Pause").click()


def test_without_a_worker_it_learns_in_the_page(browser, demo_site):
    """Where the page's policy refuses Workers, does it learn all the same?"""
    page = browser.new_page()
    page.add_init_script("delete window.Worker")
    page.goto(demo_site(Training(predict=False, filters=2)))
    _trained(page.locator(".cnn-demo"))
    page.close()


def test_digits_that_do_not_come_are_said(browser, demo_site):
    """Is a failed download one sentence with a way on, and does the next press work?"""
    page = browser.new_page()
    fails = [True]
    page.route(
        "**/training_digits.bin",
        lambda route: route.abort() if fails.pop() else route.continue_(),
    )
    fails.insert(0, False)
    page.goto(demo_site(Training(predict=False)))
    demo = page.locator(".cnn-demo")
    _button(demo, "Train").click()
    expect(demo.get_by_text("The digits could not be loaded")).to_be_visible()
    _trained(demo)
    expect(demo.get_by_text("The digits could not be loaded")).to_have_count(0)
    page.close()


def test_counts_choices_and_words_of_python(page):
    """Do Python and the page agree on parameters, rates and batches?"""
    for choices in ({}, {"filters": 3}, {"kind": "dense"}):
        counted = in_page(page, "learner", "(m, c) => m.parametersOf(c)", _given(choices))
        assert counted == Training(**choices).parameters()
    text = Training._esm
    for name, values in (("RATES", RATES), ("BATCHES", BATCHES)):
        written = text.split(f"const {name} = ", 1)[1].split(";", 1)[0]
        assert json.loads(written) == values
    assert Training(kind="dense").describe().startswith("A dense network with 50,890 parameters")
