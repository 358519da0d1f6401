"""In place of the demos in the sandbox: every name works and shows nothing."""


def __getattr__(name: str):
    if name.startswith("__"):
        raise AttributeError(name)
    return _Demo


class _Demo:
    def __init__(self, *_args, **_kwargs):
        pass

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return _Demo()

    def __call__(self, *_args, **_kwargs):
        return self

    def __repr__(self):
        return ""
