"""BentoML's way with XGBoost: a service class, one API, rows as an array.

Its access log, metrics and traces are off, as unchurn has none. `BOOSTER` names the model.
"""

import os

import bentoml
import numpy as np
import xgboost as xgb


@bentoml.service(
    workers=1,
    logging={"access": {"enabled": False}},
    metrics={"enabled": False},
)
class Churn:
    def __init__(self) -> None:
        self.booster = xgb.Booster({"nthread": 1}, model_file=os.environ["BOOSTER"])

    @bentoml.api
    def predict(self, data: np.ndarray) -> np.ndarray:
        return self.booster.inplace_predict(data.astype(np.float32))
