"""The churn.toml of the demo. `examples/telco/churn.toml` is the same text; a test compares them."""

from __future__ import annotations

TRAIN_FILE = "customers.csv"
SCORE_FILE = "this_month.csv"

DEMO_TOML = f"""\
# The demo's project: an invented telecom company. `unchurn demo` writes this file and its
# two tables; every key is explained in docs/configuration.md.

[data]
train = "{TRAIN_FILE}"          # last month's customers, and who of them left
score = "{SCORE_FILE}"         # this month's, of whom nobody knows yet

[churn]
target = "Churn?"
positive = "True."
id = "Phone"

[columns]
types = {{ "Area Code" = "category" }}                      # digits, but not a quantity
names = {{ "CustServ Calls" = "Calls to customer service", "Int'l Plan" = "Plan for calls abroad" }}
actionable = ["Contract", "Int'l Plan", "VMail Plan"]     # what the company can change

[evaluate]
slices = ["Contract"]

[gate]
accuracy = 0.90                  # always answering "stays" is right for about 0.86

[decision]
currency = "EUR"
clv = "Customer Value"           # a column: what each customer is worth if they stay
contact_cost = 4.0               # one call
incentive_cost = 25.0            # the offer, paid when it is accepted
accept_rate = 0.3                # of those about to leave, how many accept and stay
"""
