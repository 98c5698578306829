"""Fit the same size of model for mlflow, BentoML and Flask: `python save.py FOLDER`."""

import sys
from pathlib import Path

import mlflow.xgboost
import numpy as np
import pandas as pd
import xgboost as xgb

folder = Path(sys.argv[1])
given = np.load(folder / "encoded.npz")
names = [f"c{n}" for n in range(given["matrix"].shape[1])]
model = xgb.XGBClassifier(n_estimators=200, max_depth=5, learning_rate=0.05, n_jobs=1)
model.fit(pd.DataFrame(given["matrix"], columns=names), given["labels"])
model.save_model(folder / "rival.ubj")
signature = mlflow.models.infer_signature(pd.DataFrame(given["matrix"][:5].astype(float), columns=names))
mlflow.xgboost.save_model(model, str(folder / "mlflow"), signature=signature)
