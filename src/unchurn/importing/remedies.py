"""Every fault that is looked for: what kind of thing it is, and what to do about it."""

from __future__ import annotations

KINDS = {
    "insecure": "lets more happen than it should",
    "broken": "does not run as it is today",
    "misleading": "gives figures or lists that cannot be believed",
    "fragile": "works by luck, once, or in one place",
}

FAULTS: dict[str, tuple[str, str]] = {
    "wide-policy": (
        "insecure",
        "Name the actions and the resources that are used; `unchurn aws plan` lists those of its own roles, with a reason each.",
    ),
    "full-access": (
        "insecure",
        "Attach a policy of the actions that are used; unchurn's roles have no managed policy that ends in FullAccess.",
    ),
    "open-trust": (
        "insecure",
        "Let one service, or one account under a condition, assume the role.",
    ),
    "public-bucket": (
        "insecure",
        "Block public access to the bucket in all four ways, as unchurn's own bucket does.",
    ),
    "unencrypted-bucket": (
        "insecure",
        "State the bucket's encryption and refuse requests without TLS; [aws] kms_key takes a key of your own.",
    ),
    "bucket-outside": (
        "fragile",
        "Make the bucket in the stack, with encryption and public access blocked: leave [aws] bucket empty.",
    ),
    "secret": (
        "insecure",
        "Take it out, and out of the history of git; revoke it; keep its successor in Secrets Manager.",
    ),
    "pickle": (
        "insecure",
        "Whoever can write the file can run code where it is read: keep models as data. unchurn stores JSON and boosters, with their hashes.",
    ),
    "archive": (
        "insecure",
        "Unpack with filter='data': an archive can name files outside its folder.",
    ),
    "shell": ("insecure", "Call programs with a list of words, and without a shell."),
    "privileged": ("insecure", "Leave privileged mode off unless the build makes images."),
    "runtime": (
        "broken",
        "Name a runtime that AWS still creates; unchurn's functions run on python3.12.",
    ),
    "glue-version": ("broken", "Use Glue 5.0 (Spark 3.5), as `unchurn aws deploy` does."),
    "build-image": (
        "broken",
        "Use a build image and a Python that AWS still keeps, such as standard:7.0.",
    ),
    "retired": ("broken", "Replace it: AWS or its authors keep it no more."),
    "old-image": (
        "fragile",
        "Take a newer version of the container, and test it again: what it is built on is mended no more.",
    ),
    "retired-call": (
        "broken",
        "Use what its library has in its place; unchurn calls AWS through boto3 alone.",
    ),
    "missing-file": ("broken", "Add the file, or take out what calls for it."),
    "no-holdout": (
        "misleading",
        "Hold out whole customers: unchurn puts every row of one customer on one side, by a hash of [churn] id, or by time with [churn] snapshot_date.",
    ),
    "tuned-on-test": (
        "misleading",
        "Search on folds of the training rows, and look at the held-out rows once; unchurn does both.",
    ),
    "judged-on-training": (
        "misleading",
        "Judge on customers that no part of the model has seen; unchurn's evaluate reads the held-out rows alone.",
    ),
    "metric-by-position": (
        "misleading",
        "Choose the metric by its name and its data, not by its place in a list; [gate] names its metrics.",
    ),
    "accuracy-gate": (
        "misleading",
        "Where one customer in ten leaves, whoever says 'nobody' is right in 90%: set [gate] roc_auc or lift_top_decile, too.",
    ),
    "leak": (
        "misleading",
        "Leave the column out where it is known only after the churn: [columns] drop.",
    ),
    "rows-dropped": (
        "misleading",
        "Keep them: unchurn reads a blank as missing, and every customer who is read is in the list or named with a reason.",
    ),
    "ids-lost": (
        "misleading",
        "Carry the customer's id through the scoring: [churn] id; unchurn reconciles the count of rows.",
    ),
    "bool-flag": (
        "broken",
        "bool('False') is True: use action='store_true', or compare the text.",
    ),
    "install-while-running": (
        "fragile",
        "Build an image with the versions fixed: what is installed as a job runs is another thing each day, and needs the internet.",
    ),
    "unpinned-image": (
        "fragile",
        "Name the container by a version or a digest; unchurn's is pinned by its digest.",
    ),
    "fixed-place": (
        "fragile",
        "Take region, account and bucket from the environment: [aws] region, bucket; ${AWS::Region} and ${AWS::AccountId} in templates.",
    ),
    "fixed-name": (
        "fragile",
        "Let the name follow from the stack's, so that two can stand side by side.",
    ),
    "sleep": (
        "fragile",
        "Wait for the state, not for a time: `aws … wait`, or .sync in a machine.",
    ),
    "swallowed": ("fragile", "Catch the one error that is meant, and let the others be seen."),
    "no-logs": ("fragile", "Log executions; unchurn's machines log to CloudWatch."),
    "catch-narrow": (
        "fragile",
        "Catch States.ALL: a timeout or a refused permission is no States.TaskFailed.",
    ),
}
"""Code → kind and remedy."""
