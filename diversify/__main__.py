"""Run the command line as `python -m diversify`."""

from diversify.cli.app import main

if __name__ == "__main__":
    main()
