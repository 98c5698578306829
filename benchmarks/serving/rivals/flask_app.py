"""A server as in SageMaker's containers: Flask under gunicorn, pandas for the CSV.

/ping and /invocations, CSV without a header in, one number a line out. `BOOSTER` names the
model.
"""

import io
import os

import flask
import numpy as np
import pandas as pd
import xgboost as xgb

app = flask.Flask(__name__)
booster = xgb.Booster({"nthread": 1}, model_file=os.environ["BOOSTER"])


@app.get("/ping")
def ping() -> flask.Response:
    return flask.Response(status=200)


@app.post("/invocations")
def invocations() -> flask.Response:
    if flask.request.content_type != "text/csv":
        return flask.Response("This predictor only supports CSV data", status=415)
    rows = pd.read_csv(io.BytesIO(flask.request.data), header=None, dtype=np.float32)
    found = booster.inplace_predict(rows.to_numpy())
    out = io.StringIO()
    pd.DataFrame({"results": found}).to_csv(out, header=False, index=False)
    return flask.Response(out.getvalue(), mimetype="text/csv")
