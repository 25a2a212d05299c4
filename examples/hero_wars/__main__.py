"""`python -m hero_wars`, from the folder `examples/`, is `uwclient demo`."""

import sys

from uwclient.cli import main

if __name__ == "__main__":
    sys.exit(main(["demo", *sys.argv[1:]]))
