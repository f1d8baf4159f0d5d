"""mutate.py ROOT LIST SCRATCH: writes each mutation's source to SCRATCH/NAME/ and prints `NAME FILE WORK…`."""
import pathlib
import sys


def read_list(text):
    """The blocks of the list, each a dictionary of its lines by their first word."""
    for block in text.split("\n\n"):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        if lines:
            yield dict(line.split(" ", 1) for line in lines)


def main():
    root, listed, scratch = map(pathlib.Path, sys.argv[1:])
    for mutation in read_list(listed.read_text()):
        source = (root / mutation["file"]).read_text()
        old, new = (mutation[sign].replace("\\n", "\n") for sign in "-+")
        if source.count(old) != 1:
            sys.exit(f"{mutation['name']}: its text occurs {source.count(old)} times in {mutation['file']}, not once")
        folder = scratch / mutation["name"]
        folder.mkdir()
        (folder / pathlib.Path(mutation["file"]).name).write_text(source.replace(old, new))
        print(mutation["name"], mutation["file"], mutation.get("by", "audits").replace(" and ", " "))


main()
