"""The programs that can be tried: the table in release/programs."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Program:
    """A line of the table; what else it is called follows from it as in release/programs."""

    name: str  # tap-reprise
    folder: str

    @property
    def system(self) -> str:
        return self.name.removeprefix("tap-")

    @property
    def connector(self) -> str:
        return f"source-{self.system}"

    @property
    def snake(self) -> str:
        return self.name.replace("-", "_")

    @property
    def prefix(self) -> str:
        """The beginning of the environment variables that are settings."""
        return f"{self.snake.upper()}_"

    @property
    def package(self) -> str:
        """As the go command takes it."""
        return "./" + self.folder

    def file(self, name: str) -> Path:
        return ROOT / self.folder / name


def programs() -> list[Program]:
    """Return all of them, in the table's order."""
    lines = (ROOT / "release/programs/programs.txt").read_text().splitlines()
    return [Program(*line.split()[:2]) for line in lines if line.startswith("tap-")]
