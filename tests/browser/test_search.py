"""The book's search as readers use it: what they type, what is found, and where they land."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.reading import DESK, PHONE


def results(page):
    """The pages that were found, best first."""
    hrefs = page.locator("#search-results h2 a").evaluate_all("all => all.map(a => a.pathname)")
    return [href.rsplit("/", 1)[-1].removesuffix(".html") for href in hrefs]


def look_for(page, query):
    """Type it into the search page, and wait for what the page says."""
    field = page.locator("main input[name=q]")
    field.fill(query)
    field.press("Enter")
    expect(page.locator("#search-status")).not_to_be_empty()


def test_searching_finds_a_page(open_page):
    """Does the field beside the contents lead to a page that has the word, and the page to it?"""
    page = open_page("index.html")
    page.wait_for_load_state("networkidle")  # or leaving cuts off a demo that is on its way
    field = page.get_by_label("Search the book")
    field.fill("cross-correlation")
    field.press("Enter")
    page.wait_for_url(re.compile("search.html"))
    first = page.locator("#search-results a").first
    first.wait_for()
    assert page.said == []
    first.click()
    page.wait_for_url(lambda address: "search.html" not in address)
    expect(page.locator("article")).to_contain_text("cross-correlation", ignore_case=True)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("1×1", "05_channels_and_filters"),
        ("1x1", "05_channels_and_filters"),
        ("18,496", "07_the_stack"),
        ("18496", "07_the_stack"),
        ("(28, 28)", "08_a_cnn_for_mnist"),
        ("(28,28)", "08_a_cnn_for_mnist"),
        ("401,920", "01_why_not_dense"),
        ("overfitting", "08_a_cnn_for_mnist"),
        ("translation invariance", "06_pooling"),
        ("invariance", "06_pooling"),
        ("translation invariant", "06_pooling"),
        ("filter", "05_channels_and_filters"),
        ("RGB", "05_channels_and_filters"),
        ("min_ndim=4", "08_a_cnn_for_mnist"),
        ("how many filters?", "05_channels_and_filters"),
        ('"half brackets"', "04_stride_and_padding"),
        ("dilated", "04_stride_and_padding"),
        ("same padding", "04_stride_and_padding"),
        ("kernel", "03_shared_weights"),
        ("convolution", "03_shared_weights"),
        ("receptive field", "02_local_receptive_fields"),
        ("output size", "04_stride_and_padding"),
        ("how do I calculate the output size of a conv layer", "04_stride_and_padding"),
        ("1x1 convolution", "05_channels_and_filters"),
        ("number of parameters", "05_channels_and_filters"),
        ("why odd kernels", "04_stride_and_padding"),
        ("pooling or stride", "06_pooling"),
        ("transposed convolution", "10_gradients"),
        ("dropout", "08_a_cnn_for_mnist"),
        ("handwriting", "08_a_cnn_for_mnist"),
        ("loss vs accuracy", "08_a_cnn_for_mnist"),
        ("backpropagation", "10_gradients"),
        ("how many filters should I use", "05_channels_and_filters"),
        ("what is the difference between kernel and filter", "05_channels_and_filters"),
        ("do I need to normalise the images", "08_a_cnn_for_mnist"),
        ("data augmentation", "08_a_cnn_for_mnist"),
        ("what does None mean in the model summary", "08_a_cnn_for_mnist"),
        ("what does stopped mean in my feedback", "09_your_turn"),
        ("how can I hand in my notebook", "for_students"),
    ],
)
def test_the_books_own_terms_are_found(open_page, query, expected):
    """Is the first page the chapter that explains a number, a size, a shape or a term?"""
    page = open_page("search.html")
    look_for(page, query)
    assert results(page)[0] == expected
    assert page.said == []


# what learners type, clumsily too, and the places that answer it
QUESTIONS = {
    "output shape of conv2d": "04#counting-places 07#every-shape-and-every-parameter",
    "number of weights in conv layer": "05#counting-parameters",
    "conv2d parameters formula": "05#counting-parameters",
    "how to calculate number of parameters": "05#counting-parameters",
    "why is kernel odd": "04#valid-and-same",
    "even kernel": "04#valid-and-same",
    "padding same formula": "04#valid-and-same",
    "what is padding": "04#padding glossary#term-Padding",
    "floor division output size": "04#counting-places",
    "dialation": "04#dilation",
    "recptive field": "02#the-formula",
    "receptive field formula": "02#the-formula",
    "None in summary": "08#build",
    "min_ndim=4": "08#build",
    "batch axis": "08#build",
    "optimizer": "08#build",
    "sparse categorical crossentropy": "08#build",
    "weight initialization": "08#build",
    "overfitting": "08#the-curves",
    "early stopping": "08#the-curves",
    "dropout": "08#the-curves",
    "validation higher than training": "08#the-curves",
    "val_loss goes up": "08#the-curves",
    "learning rate": "08#train-one-yourself",
    "confusion matrix": "08#where-it-goes-wrong",
    "my own digit is misread": "08#it-misreads-my-own-handwriting",
    "image black on white": "08#it-misreads-my-own-handwriting",
    "what does the first layer learn": "08#kernels",
    "divide by 255": "08#load-and-scale",
    "1x1": "05#a-kernel-of-one-cell-11",
    "how many filters": "05#how-many-filters",
    "conv2d vs conv2d_1": "05#how-many-filters",
    "kernel vs filter": "05#several-channels-in",
    "color images": "05#photographs-in-colour",
    "number of channels after conv": "05#several-channels-out",
    "stride vs pooling": "06#pooling-or-a-stride-of-2",
    "max poling": "06#one-number-for-each-window",
    "max pooling vs average pooling": "06#one-number-for-each-window",
    "do pooling layers have weights": "06#one-number-for-each-window",
    "is convolution translation invariant": "06#the-map-moves-with-the-picture",
    "translation invariance": "06#the-map-moves-with-the-picture",
    "relu before pooling": "07#relu-before-or-after-max-pooling",
    "why relu": "07#why-something-must-stand-between-two-convolutions",
    "flatten": "07#the-network glossary#term-Flatten",
    "global average pooling": "07#and-a-larger-picture",
    "backprop pooling": "10#back-through-relu-and-pooling",
    "vanishing gradient": "10#back-through-relu-and-pooling",
    "transposed": "10#a-convolution-that-makes-pictures-larger",
    "deconvolution": "10#a-convolution-that-makes-pictures-larger",
    "upsampling": "10#a-convolution-that-makes-pictures-larger",
    "parameter sharing": "03#the-idea-and-its-name glossary#term-Weight-sharing",
    "edge detection": "03#what-hand-made-kernels-see",
    "sobel": "03#what-hand-made-kernels-see",
    "what is a convolution": "03#the-idea-and-its-name glossary#term-Convolution",
    "what is an epoch": "glossary#term-Epoch",
    "fully connected": "glossary#term-Dense-layer",
    "softmax": "glossary#term-Softmax",
    "batch normalization": "glossary#term-Batch-normalization",
    "rotate digit": "08#break-it",
    "noise image": "08#break-it",
    "model too confident": "08#break-it 08#where-it-goes-wrong",
    "how many epochs": "08#train glossary#term-Epoch",
    "expand_dims channel dimension": "08#build 08#load-and-scale",
    "does pooling reduce channels": "06#one-number misconceptions#pooling-reduces",
    "lenet": "07#the-network",
    "camera photo kernel": "03#what-hand-made-kernels-see",
    "how do I submit": "for_students#hand-in",
    "NotImplementedError": "for_students#",
}


def test_the_first_hits_answer_what_learners_type(open_page):
    """Is the answer's place among the two best of the first page, or the best of the second?"""
    page = open_page("search.html")
    shown = page.evaluate(
        """(queries) => queries.map((query) => {
          const [first, second] = new Book(BOOK).find(query).found;
          const place = (page, at) => {
            const part = page?.places[at]?.part;
            const name = page?.url.replace(/^(\\d\\d).*|[.]html$/, "$1");
            return part ? `${name}#${part.anchor}` : "";
          };
          return [place(first, 0), place(first, 1), place(second, 0)];
        })""",
        list(QUESTIONS),
    )
    missed = {
        query: places
        for (query, answers), places in zip(QUESTIONS.items(), shown, strict=True)
        if not any(place.startswith(tuple(answers.split())) for place in places if place)
    }
    assert missed == {}


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("validation higher than training", "measured at its end"),
        ("rmsprop", "where its gradients were large lately"),
        ("do pooling layers have weights", "nothing to learn"),
    ],
)
def test_the_click_lands_on_the_passage_of_the_excerpt(open_page, query, answer):
    """Is the passage that answers on a phone's screen, though the section has hits before it?"""
    page = open_page("search.html", size=PHONE)
    look_for(page, query)
    page.locator("#search-results > li", has_text=answer).locator("h3 a").first.click()
    page.wait_for_url(lambda address: "search.html" not in address)
    page.wait_for_function(
        """(answer) => {
          const plain = (block) => block.textContent.replace(/\\s+/g, " ");
          const blocks = [...document.querySelectorAll("article :is(p, li)")];
          const block = blocks.filter((each) => plain(each).includes(answer)).at(-1);
          const { top, bottom } = block.getBoundingClientRect();
          const shown = top > 40 && top < innerHeight && bottom < innerHeight + 200;
          window.still = shown ? (window.still ?? 0) + 1 : 0;
          return window.still > 30;
        }""",
        arg=answer,
        polling="raf",
    )


def test_each_line_of_synonyms_has_a_word_of_the_book(open_page):
    """Does no line only lead from words that nobody finds to others that nobody finds?"""
    page = open_page("search.html")
    lost = page.evaluate(
        """() => {
          const book = new Book(BOOK);
          const own = (word) => ({ patterns: [Terms.pattern(Terms.spelt(word))] });
          return SYNONYMS.filter((line) =>
            !line.some((word) => book.parts.some((part) => book._has(own(word), part))));
        }"""
    )
    assert lost == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("expected min_ndim=4, found ndim=3", "Build"),
        ("why does the network misread my handwriting", "“It misreads my own handwriting”"),
        ("translation invariance", "The map moves with the picture"),
        ("1x1", "A kernel of one cell: 1×1"),
        ("overfitting", "The curves"),
    ],
)
def test_the_section_that_answers_comes_first(open_page, query, expected):
    """Is the first place of the first page the section with the answer?"""
    page = open_page("search.html")
    look_for(page, query)
    expect(page.locator("#search-results h3").first).to_have_text(expected)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("convolutoin", "convolution"),
        ("ovrfitting", "overfitting"),
        ("padidng", "padding"),
        ("gradeint", "gradient"),
        ("cross-corelation", "cross-correlation"),
        ("crosscorrelation", "cross-correlation"),
        ("handwritting", "handwriting"),  # it has the stem of handwritten
        ("translation invarience", "translation invariance"),  # and this that of invariant
        ("tranlation invariance", "translation invariance"),
    ],
)
def test_a_slip_finds_the_word_that_was_meant(open_page, typed, meant):
    """Does a slip find what the word finds, and does the page say what it took it for?"""
    page = open_page("search.html")
    look_for(page, meant)
    there = results(page)
    assert there
    look_for(page, typed)
    for slip, word in zip(typed.split(), meant.split(), strict=True):
        said = f"“{slip}” is not in the book; taken for “{word}”"
        if slip != word:
            expect(page.locator("#search-status")).to_contain_text(said)
    assert results(page) == there


# with one letter changed these are other words of the book, such as each and back
SHORT = {"batch", "epoch", "kernel", "bias", "loss", "unit", "relu"}


def test_each_slip_in_a_term_finds_what_the_term_finds(open_page):
    """Is a term of the glossary found with a letter doubled or left out, or with another vowel?"""
    page = open_page("search.html")
    missed = page.evaluate(
        """(short) => {
          const book = new Book(BOOK);
          const first = (query) => book.find(query).found[0]?.url;
          const terms = book.parts
            .filter((part) => book.pages[part.page][0] === "glossary.html" && part.anchor)
            .map((part) => part.heading.toLowerCase())
            .filter((term) => !short.includes(term));
          const slips = (word) => {
            const at = Math.floor(word.length / 2);
            const with_ = (letter) => word.slice(0, at) + letter + word.slice(at + 1);
            return [with_(""), with_(word[at].repeat(2)), word.replace(/(?<=.)[aeiou]/, "u")];
          };
          return [...terms, "translation invariance"].flatMap((term) => {
            const want = first(term);
            return term
              .split(" ")
              .filter((word) => word.length > 4)
              .flatMap((word) => slips(word).map((slip) => term.replace(word, slip)))
              .filter((query) => first(query) !== want);
          });
        }""",
        sorted(SHORT),
    )
    assert missed == []


def test_what_is_nowhere_is_said_to_be_nowhere(open_page):
    """Is no page found for a made-up word, nor for names in folded drawing code?"""
    page = open_page("search.html")
    for query in ("qwxzjk", "figsize", "1849", "11×1"):
        look_for(page, query)
        expect(page.locator("#search-status")).to_contain_text(f"“{query}”")
        assert results(page) == [], query


def test_the_count_is_that_of_the_pages_shown(open_page):
    """Does the announced number agree with the list, with one page and with many?"""
    page = open_page("search.html")
    for query in ("padding", "401,920"):
        look_for(page, query)
        pages = len(results(page))
        word = "page" if pages == 1 else "pages"
        expect(page.locator("#search-status")).to_have_text(
            re.compile(rf"^\d+ places? on {pages} {word}\.$")
        )
    assert page.locator("#search-status").get_attribute("role") == "status"


def test_excerpts_are_prose_with_the_words_marked(open_page):
    """Has each excerpt a marked hit, and is it prose wherever prose has the word?"""
    page = open_page("search.html")
    look_for(page, "pooling")
    excerpts = page.locator("#search-results .excerpt").all()
    assert len(excerpts) > 5
    marked = [excerpt.locator("mark").all_inner_texts() for excerpt in excerpts]
    assert all(re.match("pool", word, re.I) for words in marked for word in words)
    assert sum(bool(words) for words in marked) > 0.7 * len(
        excerpts
    )  # others: in the heading alone
    assert page.locator("#search-results > li:first-child .excerpt.code").count() == 0


def test_results_are_found_while_one_types_and_kept_in_the_address(open_page):
    """Do results appear without Enter, and again when the address is opened?"""
    page = open_page("search.html")
    page.locator("main input[name=q]").press_sequentially("dilation")
    page.wait_for_url(re.compile(r"q=dilation$"))
    expect(page.locator("#search-results a").first).to_be_visible()
    there = results(page)
    page.reload()
    expect(page.locator("#search-results a").first).to_be_visible()
    assert results(page) == there


def test_keys_lead_through_the_results(open_page):
    """Do the arrows lead from the field through the links, and Escape back to the field?"""
    page = open_page("search.html?q=stride")
    field = page.locator("main input[name=q]")
    links = page.locator("#search-results a")
    field.focus()
    page.keyboard.press("ArrowDown")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(field).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(field).to_be_focused()


@pytest.mark.parametrize("size", [PHONE, DESK])
@pytest.mark.parametrize(
    "query",
    [
        "1×1",
        "(28, 28)",
        "luo",
        "ovrfitting",
        '"there is no half place"',  # covered until one has predicted
        '"nothing is left over"',  # in a fold
    ],
)
def test_the_hit_is_shown_on_arrival(open_page, query, size):
    """Is the first hit marked, uncovered and on the screen, with nothing to search for again?"""
    page = open_page("search.html", size=size)
    look_for(page, query)
    page.locator("#search-results a").last.click()
    page.wait_for_url(lambda address: "search.html" not in address)
    page.wait_for_function(
        """() => {
          const marked = [...CSS.highlights.get("found") ?? []];
          const shown = marked.some((range) => {
            const { top, bottom, height } = range.getBoundingClientRect();
            return height > 0 && top > 40 && bottom < innerHeight;
          });
          window.still = shown ? (window.still ?? 0) + 1 : 0;
          return window.still > 30; // and it stays, while the page above it grows
        }""",
        polling="raf",
    )


def test_no_mark_goes_on_in_the_next_block(open_page):
    """Is a term of the glossary marked alone, without the first word of its definition?"""
    page = open_page("glossary.html?found=convolution#term-Convolution")
    page.wait_for_function("CSS.highlights.get('found')?.size > 0")
    marked = page.evaluate("[...CSS.highlights.get('found')].map(String)")
    assert {word.lower() for word in marked} <= {"convolution", "convolutional"}


def test_a_page_that_nobody_searched_loads_no_search(open_page):
    """Does a page reached by an ordinary link ask for none of the search's files?"""
    page = open_page("04_stride_and_padding.html")
    assert not [
        address for address in page.asked if "search/" in address or "searchindex" in address
    ]


def test_the_search_works_in_pages_opened_from_a_folder(browser, book_html):
    """Does it find and lead on where there is no server at all?"""
    page = browser.new_page()
    page.goto((book_html / "search.html").as_uri() + "?q=1x1")
    page.locator("#search-results a").first.click()
    page.wait_for_function("CSS.highlights.get('found')?.size > 0")
    page.close()


@pytest.mark.parametrize(("theme", "size"), [("light", PHONE), ("dark", DESK)])
def test_results_are_accessible(open_page, theme, size):
    """Does axe find nothing among results, and does nothing scroll sideways?"""
    page = open_page("search.html", theme, size)
    look_for(page, "conv2d_backward(g, x, w)")
    look_for(page, "shape")
    found = Axe().run(page).response["violations"]
    assert not found, [(violation["id"], violation["nodes"][:2]) for violation in found]
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [
        ("stride", "stride", 0),
        ("stride", "strides", 1),
        ("stride", "strde", 1),
        ("stride", "stroke", 2),
        ("stride", "tsride", 1),
        ("stride", "stirde", 1),
        ("", "map", 3),
    ],
)
def test_slips_are_counted(open_page, one, other, slips):
    """Do a letter too many, too few, another, and two exchanged count one each, both ways round?"""
    page = open_page("search.html")
    assert page.evaluate("([a, b]) => Terms.slips(a, b)", [one, other]) == slips
    assert page.evaluate("([a, b]) => Terms.slips(a, b)", [other, one]) == slips


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("1×1", "a 1×1 kernel, 1 × 1 and 1x1", ["1×1", "1 × 1", "1x1"]),
        ("1x1", "11×1, 1×11, 3×1×1, [1, 1, 1]", []),
        ("18496", "18,496 or 18496 parameters", ["18,496", "18496"]),
        ("18,496", "118,496 and 18,4961 and 18,496,000", []),
        ("99.2", "99.2 % and 99.25 % and 99", ["99.2"]),
        ("(28, 28)", "shape=(28, 28, 1), (28,28), 28×28", ["(28, 28", "(28,28", "28×28"]),
        ("(28, 28)", "(128, 28) and 28, 280", []),
        ("dilated", "Dilation, dilated, dilute", ["dilation", "dilated"]),
        (
            "cross-correlation",
            "cross correlation; cross-correlations",
            ["cross correlation", "cross-correlations"],
        ),
        ("pad", "padding, unpadded", ["padding"]),
        ("naïve", "naive, naïve", ["naive", "naive"]),
        ("min_ndim=4", "asks for min_ndim = 4.", ["min_ndim = 4"]),
        ('"feature map"', "feature\nmap, feature of a map", ["feature\nmap"]),
    ],
)
def test_terms_find_what_they_mean(open_page, query, text, found):
    """Does each kind of term find all its spellings, and nothing that only looks like it?"""
    page = open_page("search.html")
    got = page.evaluate(
        """([query, text]) => {
          const folded = Terms.fold(text);
          return Terms.read(query).flatMap((term) => Terms.hits(term, folded))
            .map(({ start, end }) => folded.slice(start, end));
        }""",
        [query, text],
    )
    assert got == found
