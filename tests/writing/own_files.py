"""The library of the project with files of a test laid over it."""

from gateway.translate.mapping import Mapping, load
from tests.mappings import golden


class OwnFiles:
    """What the test brings, else the project's."""

    def __init__(self, texts: dict[str, str]) -> None:
        self.texts = texts

    def names(self, prefix: str) -> list[str]:
        return sorted({*golden.LIBRARY.names(prefix), *(name for name in self.texts if name.startswith(prefix))})

    def read(self, name: str) -> str:
        return self.texts[name] if name in self.texts else golden.LIBRARY.read(name)

    def version(self, name: str) -> str:
        return str(hash(self.texts[name])) if name in self.texts else golden.LIBRARY.version(name)


def own_mapping(text: str, guide: str, **more) -> Mapping:
    """A mapping of the test's own, over the project's."""
    return load(OwnFiles({"mappings/ours.yaml": text}), "ours", golden.guide(guide), **more)
