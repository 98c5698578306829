"""``python -m unchurn``."""

from unchurn.cli import main

if __name__ == "__main__":
    main()
