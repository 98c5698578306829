"""A server in the style of SageMaker's containers: Flask under gunicorn, pandas for the CSV."""

import io
import os

import flask
import pandas as pd
import xgboost as xgb

app = flask.Flask(__name__)
model = xgb.XGBClassifier(n_jobs=1)
model.load_model(os.environ["RIVAL_MODEL"])


@app.get("/ping")
def ping():
    return flask.Response(status=200)


@app.post("/invocations")
def invocations():
    text = flask.request.data.decode("utf-8")
    frame = pd.read_csv(io.StringIO(text), header=None)
    frame.columns = [f"c{n}" for n in range(frame.shape[1])]
    out = io.StringIO()
    pd.DataFrame({"results": model.predict_proba(frame)[:, 1]}).to_csv(out, header=False, index=False)
    return flask.Response(out.getvalue(), mimetype="text/csv")
