"""Save the booster as an mlflow model, with the signature of its 20 columns.

python save.py FOLDER
"""

import sys
from pathlib import Path

import mlflow.xgboost
import numpy as np
import pandas as pd
import xgboost as xgb

folder = Path(sys.argv[1])
booster = xgb.Booster(model_file=folder / "booster.ubj")
names = [f"c{number}" for number in range(booster.num_features())]
rows = pd.DataFrame(np.zeros((5, len(names))), columns=names)
signature = mlflow.models.infer_signature(rows, np.zeros(5, dtype=np.float32))
booster.feature_names = names
mlflow.xgboost.save_model(booster, folder / "mlflow", signature=signature)
