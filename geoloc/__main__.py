"""Run the command line as ``python -m geoloc``."""

from geoloc.cli import run

if __name__ == "__main__":
    run()
