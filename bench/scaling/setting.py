"""Where a section finds the programs and a scratch folder, and on which core each side runs."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Setting:
    build: Path
    scratch: Path
    quick: bool
    server_core: int = 0
    client_core: int = 1

    @property
    def program(self) -> Path:
        return self.build / "jobaudit"

    @property
    def process_cost(self) -> Path:
        return self.build / "bench" / "process_cost"

    @property
    def micro_bench(self) -> Path:
        return self.build / "bench" / "micro" / "micro_bench"

    @property
    def work_test(self) -> Path:
        return self.build / "tests" / "work" / "work_test"

    def folder(self, name: str) -> Path:
        made = self.scratch / name
        made.mkdir(exist_ok=True)
        return made
