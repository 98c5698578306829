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

HISTORY_TOML = """\
# The demo of a history: an invented subscription business, as its systems export it.
# `unchurn demo --history` writes this file and its tables; docs/how-to/observe-a-history.md
# explains each key.

[churn]
event = "subscription-ends"      # who leaves: whose last period ends ...
grace_days = 30                  # ... and who does not begin another one within these days
lead_days = 7                    # the time to act
horizon_days = 30                # the month after it, in which churn is counted
every = "month"
since = "2024-07-01"             # half a year of history before the first snapshot
timezone = "Europe/Berlin"

[history]
windows = [7, 30, 90]
max_features = 80

[history.subscriptions]
data = "subscriptions.csv"
start = "started"
end = "ended"
known = "notice_given"           # who has given notice is no candidate any more
amount = "price"
columns = ["plan"]

[history.events.logins]
data = "logins.csv"
time = "at"
known = "arrived"                # some rows arrive weeks late: they count from then on
kind = "device"

[history.events.orders]
data = "orders.csv"
time = "at"
kind = "kind"
values = ["amount"]

[history.events.tickets]
data = "tickets.csv"
time = "opened"
kind = "topic"

[history.attributes.accounts]
data = "accounts.csv"
time = "since"
known = "arrived"                # the health score was dated back: it counts from its arrival

[decision]
clv = 600.0
contact_cost = 4.0
incentive_cost = 20.0
accept_rate = 0.3
"""
