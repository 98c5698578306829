"""What the tables of a history are called by those who export them, spelled without case and signs.

The names are those of the usual exports (Stripe, Chargebee, Recurly, Shopify, WooCommerce, KKBox)
and of what people call such columns themselves; the surest first.
"""

from __future__ import annotations

CUSTOMER = [
    "customerid",
    "customer",
    "subscriptionscustomerid",
    "customersid",
    "accountcode",
    "msno",
    "userid",
    "user",
    "clientid",
    "client",
    "memberid",
    "subscriberid",
    "accountid",
    "customeruser",
    "custid",
    "contactid",
    "customeremail",
    "email",
    "billingemail",
]
EMAILS = frozenset(("customeremail", "email", "billingemail"))
START = [
    "startdate",
    "startedat",
    "start",
    "started",
    "starteddate",
    "subscriptionstart",
    "subscriptionsstartedat",
    "activatedat",
    "subscriptionsactivatedat",
    "transactiondate",
    "begin",
    "beginn",
    "createdat",
    "created",
]
MADE = frozenset(("createdat", "created"))
"""Starts that say when a row was made, whatever the row is."""
ORDER = frozenset(
    (
        "financialstatus",
        "fulfillmentstatus",
        "paymentstatus",
        "orderid",
        "ordernumber",
        "orderstatus",
        "lineitemquantity",
        "subtotal",
        "totalprice",
        "ordertotal",
    )
)
"""Columns that only orders have: one that was cancelled is no period that ended."""
END = [
    "endedat",
    "enddate",
    "end",
    "ended",
    "subscriptionend",
    "expiresat",
    "membershipexpiredate",
    "termend",
    "periodend",
    "paiduntil",
    "expirydate",
    "cancelledat",
    "subscriptionscancelledat",
    "canceledat",
]
"""From what surely is the end to what is it where nothing else is: a cancellation."""
TERMS = frozenset(("membershipexpiredate", "termend", "periodend", "paiduntil"))
"""Ends that are known from the start: a paid term."""
NOTICE = [
    "noticegiven",
    "notice",
    "canceledat",
    "cancelledat",
    "subscriptionscancelledat",
    "cancelrequestedat",
    "cancelschedulecreatedat",
]
AMOUNT = [
    "price",
    "amount",
    "unitamount",
    "planamount",
    "planunitprice",
    "mrr",
    "subscriptionsmrr",
    "actualamountpaid",
    "planlistprice",
    "total",
]
PLAN = [
    "plan",
    "planid",
    "plancode",
    "planname",
    "subscriptionsplanid",
    "product",
    "interval",
    "billingperiod",
    "tier",
]
TIME = [
    "time",
    "timestamp",
    "at",
    "eventtime",
    "occurredat",
    "orderdate",
    "datecreated",
    "createdat",
    "created",
    "processedat",
    "openedat",
    "opened",
    "loggedat",
    "loggedinat",
    "date",
    "day",
    "ts",
]
VALID = ["since", "validfrom", "effectivefrom", "changedat", "asof"]
ARRIVED = [
    "arrived",
    "arrivedat",
    "ingestedat",
    "receivedat",
    "loadedat",
    "recordedat",
    "insertedat",
]
KIND = [
    "kind",
    "type",
    "eventtype",
    "event",
    "topic",
    "category",
    "device",
    "channel",
    "financialstatus",
    "status",
]
VALUE = [
    "amount",
    "total",
    "totalprice",
    "ordertotal",
    "ordertotalamount",
    "value",
    "price",
    "revenue",
    "quantity",
    "duration",
    "seconds",
    "lineitemquantity",
    "totalsecs",
    "numunq",
    "minutes",
]
