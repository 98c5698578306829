"""CloudWatch: alarms follow from what was measured, and set off what listens to them."""
