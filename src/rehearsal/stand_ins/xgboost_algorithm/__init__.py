"""The built-in XGBoost algorithm of SageMaker: ``train`` and ``serve``, over this machine's xgboost."""
