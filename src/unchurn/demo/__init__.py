"""The generator of example tables: a telecom company that never was."""

from unchurn.demo.settings import DEMO_TOML
from unchurn.demo.telecom import DemoFiles, write_demo

__all__ = ["DEMO_TOML", "DemoFiles", "write_demo"]
