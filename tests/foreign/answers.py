"""What the platform would say, as files: one a job, at the path of its request, so that every server can hand them out."""

import json
import uuid
from pathlib import Path


class Answers:
    """The jobs, what is right for each, and the folder that holds it."""

    def __init__(self, folder: Path, jobs: int):
        self.folder = folder
        self.jobs = [str(uuid.UUID(int=0x4000_8000_0000_0000_0000 + number)) for number in range(jobs)]
        self.right = {job: _failed_files(number, job) for number, job in enumerate(self.jobs)}
        for job, files in self.right.items():
            path = folder / "api" / "v1" / "jobs" / job / "failed-files"
            path.parent.mkdir(parents=True)
            path.write_text(json.dumps({"failed_files": files}))
        self.list = folder / "jobs.txt"
        self.list.write_text("".join(f"{job}\n" for job in self.jobs))


def _failed_files(number: int, job: str) -> list[dict[str, str]]:
    """None, one, some or many, so that a list that went to another job's line is seen by its names and its length."""
    count = (0, 1, 3, 1, 40, 2, 300)[number % 7]
    return [{"document": f"{job}/{index}.pdf", "error": f"cannot be read: part {index} of {number}"}
            for index in range(count)]
