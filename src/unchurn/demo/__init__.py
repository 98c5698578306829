"""The generator of example tables: a telecom company and a subscription business that never were."""

from unchurn.demo.settings import DEMO_TOML, HISTORY_TOML
from unchurn.demo.subscriptions import TODAY, write_history
from unchurn.demo.telecom import DemoFiles, write_demo

__all__ = ["DEMO_TOML", "HISTORY_TOML", "TODAY", "DemoFiles", "write_demo", "write_history"]
