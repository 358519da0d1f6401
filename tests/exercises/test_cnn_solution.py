"""The author's network, trained as the assignment asks with the full budget."""

import numpy as np

from tests.exercises.submissions import author_answers


def test_the_authors_network_reaches_95_percent(mnist_npz, monkeypatch):
    """Trained on the first 6,000 images for 5 epochs: at least 95 % of the 10,000 test images?"""
    import keras

    from course_utils.data import load_mnist

    monkeypatch.setenv("MNIST_NPZ", str(mnist_npz))
    (x, y), (x_test, y_test) = load_mnist(n_train=6000)
    names = {"keras": keras}
    exec(author_answers("cnn")["build_model"], names)
    keras.utils.set_random_seed(2016)
    model = names["build_model"]()
    model.fit(x, y, epochs=5, batch_size=32, verbose=0)
    digits = np.asarray(model.predict(x_test, batch_size=512, verbose=0)).argmax(axis=1)
    accuracy = float((digits == y_test).mean())
    print(f"author's network: {accuracy:.4f} of 10,000 test images")
    assert accuracy >= 0.95
