"""The state machines, really executed."""


def check_machine(text: str) -> None:
    """Refuse a machine that could not be run."""
