"""`python -m uwclient` is the command line."""

import sys

from uwclient.cli import main

if __name__ == "__main__":
    sys.exit(main())
