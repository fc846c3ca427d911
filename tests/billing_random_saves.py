"""A long random walk that goes on from where it was saved.

A fault shows after thousands of operations: once it is mended, the way up to there need
not be gone again.
"""

import json
import os
import subprocess
from collections import Counter
from pathlib import Path

from .common_processes import ProcessCase


class SavesCase(ProcessCase):
    """Keeps the database and the state of the walk, of each seed, in a folder.

    ``CLIENT_HUB_RANDOM_SAVES`` names it; without, nothing is saved.
    """

    folder = os.environ.get("CLIENT_HUB_RANDOM_SAVES")

    @classmethod
    def _get_saves(cls, seed):
        """Return the files of database and state, None where nothing is saved."""
        if not cls.folder:
            return None
        folder = Path(cls.folder)
        return folder / f"random-{seed}.dump", folder / f"random-{seed}.json"

    def _save(self, seed, number):
        """Save the walk after some operations."""
        if saves := self._get_saves(seed):
            subprocess.run(
                ["pg_dump", "--no-owner", "-Fc", "-Z1", "-f", saves[0], self.database],
                env=self._environment(),
                check=True,
            )
            state = {
                "number": number,
                "random": self.rng.getstate(),
                "world": vars(self.world),
                "done": self.done,
                "refused": self.refused,
            }
            saves[1].write_text(json.dumps(state, default=str))

    @classmethod
    def _restore(cls, seed):
        """Bring the saved database back; return the state, None where there is none."""
        saves = cls._get_saves(seed)
        if not saves or not saves[1].exists():
            return None
        environment = cls._environment()
        for command in (
            ["dropdb", cls.database],
            ["createdb", cls.database],
            ["pg_restore", "--no-owner", "-d", cls.database, saves[0]],
        ):
            subprocess.run(command, env=environment, check=True, capture_output=True)
        state = json.loads(saves[1].read_text())
        version, numbers, gauss = state["random"]
        state["random"] = (version, tuple(numbers), gauss)
        for name in ("done", "refused"):
            state[name] = Counter(state[name])
        return state
