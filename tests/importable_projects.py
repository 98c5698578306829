"""Small projects of our own, in the shapes that `unchurn import` knows: stacks, and a build script."""

from __future__ import annotations

import textwrap
from pathlib import Path

PIPELINE = """
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Store: {Type: String, Default: acme-churn-store}
Resources:
  JobsRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}'
      ManagedPolicyArns:
        - arn:aws:iam::aws:policy/AmazonS3FullAccess
      Policies:
        - PolicyName: everything
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: ["s3:*"], Resource: "*"}
              - {Effect: Allow, Action: "logs:PutLogEvents", Resource: "arn:aws:logs:*:*:log-group:/acme"}
  Open:
    Type: AWS::S3::Bucket
    Properties: {AccessControl: PublicRead}
  Starter:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.6
      Handler: index.handler
      Code:
        ZipFile: !Sub |
          import pickle
          def handler(event, context):
              return pickle.loads(event["${Store}"])
  Nightly:
    Type: AWS::Events::Rule
    Properties:
      ScheduleExpression: rate(7 days)
      Targets: [{Id: one, Arn: !Ref Machine}]
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      DefinitionString: !Sub |
        {"StartAt": "Prepare", "States": {
          "Prepare": {
            "Type": "Task", "Resource": "arn:aws:states:::sagemaker:createProcessingJob.sync",
            "Catch": [{"ErrorEquals": ["States.TaskFailed"], "Next": "Lost"}],
            "Parameters": {
              "AppSpecification": {
                "ImageUri": "683313688378.dkr.ecr.us-east-1.amazonaws.com/acme",
                "ContainerEntrypoint": ["python3", "/opt/ml/processing/input/code/shape.py"],
                "ContainerArguments": ["--test-size", "0.3", "--seed", "11"]},
              "ProcessingResources": {"ClusterConfig": {"InstanceType": "ml.m5.2xlarge"}}},
            "Next": "Search"},
          "Search": {
            "Type": "Task", "Resource": "arn:aws:states:::sagemaker:createHyperParameterTuningJob.sync",
            "Parameters": {
              "HyperParameterTuningJobConfig": {
                "ResourceLimits": {"MaxNumberOfTrainingJobs": 6, "MaxParallelTrainingJobs": 3}},
              "TrainingJobDefinition": {
                "StaticHyperParameters": {"objective": "binary:logistic", "eval_metric": "auc", "num_round": "40"},
                "InputDataConfig": [
                  {"ChannelName": "train", "DataSource": {"S3DataSource": {"S3Uri": "s3://${Store}/a"}}},
                  {"ChannelName": "validation", "DataSource": {"S3DataSource": {"S3Uri": "s3://${Store}/b"}}}]}},
            "Next": "Judge"},
          "Judge": {
            "Type": "Task", "Resource": "arn:aws:states:::sagemaker:createProcessingJob.sync",
            "Parameters": {
              "ProcessingInputs": [{"InputName": "b", "S3Input": {"S3Uri": "s3://${Store}/b"}}],
              "AppSpecification": {"ImageUri": "683313688378.dkr.ecr.us-east-1.amazonaws.com/acme:latest",
                "ContainerEntrypoint": ["python3", "/opt/ml/processing/input/code/absent.py"]}},
            "Next": "Good"},
          "Good": {"Type": "Choice", "Choices": [
            {"Variable": "$.metrics.roc_auc", "NumericGreaterThanEquals": 0.8, "Next": "Scores"}], "Default": "Lost"},
          "Scores": {
            "Type": "Task", "Resource": "arn:aws:states:::sagemaker:createTransformJob.sync",
            "Parameters": {"TransformResources": {"InstanceType": "ml.m5.xlarge"}}, "End": true},
          "Lost": {"Type": "Fail"}}}
"""
SHAPE = """
import argparse
import joblib
from sklearn.model_selection import train_test_split

COLUMNS = ["plan", "cancel_reason"]
target_col = "left"

def main(table, share):
    table = table.drop(columns=["member_no", "fax"]).dropna()
    table[target_col] = table[target_col].replace(["gone", "here"], [1, 0])
    joblib.dump(table, "table.joblib")
    return train_test_split(table, test_size=share)

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--test-size", type=float, default=0.25)
    parser.add_argument("--quick", type=bool, default=True)
"""
STAND_UP = """\
#!/bin/sh
STACK_NAME=the-churn-pipeline-of-acme
REGION=${REGION:-eu-west-1}
aws s3api create-bucket --bucket acme
sleep 45
"""
BUILD = """
import boto3
import time
from sagemaker import image_uris

region = "eu-central-1"
glue = boto3.client("glue")
glue.create_job(Name="shape", GlueVersion="1.0", Command={"ScriptLocation": "s3://x/shape_rows.py"})
boto3.client("lambda").create_function(FunctionName="ask", Runtime="python3.7")
image = image_uris.retrieve("xgboost", region, version="latest")
trainer = Estimator(image, instance_type="ml.m5.4xlarge", instance_count=1)
trainer.set_hyperparameters(max_depth=3, eval_metric="error", num_round=20)
rule = ChoiceRule.NumericLessThan(variable=asked["trainingMetrics"][0]["Value"], value=0.15)
try:
    glue.update_job(JobName="shape")
except:
    pass
time.sleep(60)
endpoint = {"InstanceType": "ml.m5.large", "InstanceCount": "2"}
boto3.resource("dynamodb").Table("acme_models").put_item(Item={})
"""
ROWS = """
from awsglue.job import Job
rows = spark.read.csv(args["SOURCE"], header=False)
fitted, kept = rows.randomSplit([0.6, 0.2])
"""


def write_stacks(folder: Path) -> Path:
    """Write a project of templates and scripts; return its folder."""
    _write(folder / "cfn" / "pipeline.yaml", PIPELINE)
    _write(folder / "scripts" / "shape.py", SHAPE)
    _write(folder / "standup.sh", STAND_UP)
    return folder


def write_build(folder: Path) -> Path:
    """Write a project whose build script makes everything; return its folder."""
    _write(folder / "build.py", BUILD)
    _write(folder / "code" / "shape_rows.py", ROWS)
    return folder


def write_table(place: Path, rows: int = 400) -> Path:
    """Write a table of the first project's customers; return its place."""
    cells = [
        f"M{n:05d},{n % 97},{'basic' if n % 3 else 'plus'},{n % 50},{'gone' if n % 97 < 25 else 'here'}"
        for n in range(rows)
    ]
    _write(place, "\n".join(["Member_No,Age,Plan,Calls,Left", *cells]) + "\n")
    return place


def _write(place: Path, text: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(textwrap.dedent(text), encoding="utf-8")
