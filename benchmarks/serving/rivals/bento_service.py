"""BentoML's way: a service class with one API over a data frame."""

import os

import bentoml
import numpy as np
import pandas as pd
import xgboost as xgb


@bentoml.service(workers=1)
class Churn:
    def __init__(self) -> None:
        self.model = xgb.XGBClassifier(n_jobs=1)
        self.model.load_model(os.environ["RIVAL_MODEL"])

    @bentoml.api
    def predict(self, frame: pd.DataFrame) -> np.ndarray:
        frame.columns = [f"c{n}" for n in range(frame.shape[1])]
        return self.model.predict_proba(frame)[:, 1]
