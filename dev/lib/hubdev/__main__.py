"""The dev/ commands; see dev/README.md. Started by dev/lib/bootstrap.sh."""

import importlib
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import ui  # noqa: E402 (the path must be set first)

COMMANDS = ("bench", "lint", "odoo", "run", "screenshot", "test", "test-odoo")


def main():
    name, *arguments = sys.argv[1:]
    if name not in COMMANDS:
        sys.exit(f"unknown command {name}; one of {', '.join(COMMANDS)}")
    try:
        module = importlib.import_module("command_" + name.replace("-", "_"))
        sys.exit(module.main(arguments))
    except ui.SetupError as error:
        ui.fail(error)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
