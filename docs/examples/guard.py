"""Ask the meter before each piece of work.

    import guard
    for job in jobs:
        if guard.ask() != "go":
            break
        subprocess.run(["claude", "-p", job])
"""

import subprocess

_ANSWERS = {0: "go", 75: "over"}


def ask(*options: str) -> str:
    """"go", "over" or "unknown". Options are those of `claude-meter guard`: ask("--max", "80")."""
    try:
        ended = subprocess.run(["claude-meter", "guard", "--no-wait", *options], stdin=subprocess.DEVNULL)
    except OSError:
        return "unknown"
    # Whatever else it ended with, also by a signal, is not a yes.
    return _ANSWERS.get(ended.returncode, "unknown")


if __name__ == "__main__":
    import sys

    print(ask(*sys.argv[1:]))
