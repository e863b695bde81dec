#!/bin/sh
# aws-sam-translator 1.115.0
#
# A `Schedule` event of a function takes `Enabled` (a boolean) and `State` (a string), and a condition may choose either.
# `State: !If [...]` is passed on. `Enabled: !If [...]` counts as true, since it is not empty: the rule
# is ENABLED whatever the condition says, without a warning. The same `Enabled: !If [...]` on an `SQS` event is passed on.
#
# Output seen:
#   schedule, Enabled: "ENABLED"
#   schedule, State: {"Fn::If": ["On", "ENABLED", "DISABLED"]}
#   queue, Enabled: {"Fn::If": ["On", true, false]}
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet aws-sam-translator==1.115.0
AWS_DEFAULT_REGION=eu-central-1 "$folder/venv/bin/python" - <<'PYTHON' | tee "$folder/seen"
import json

from samtranslator.translator.transform import transform

chosen = {"Fn::If": ["On", True, False]}
events = {
    "ByEnabled": {"Type": "Schedule", "Properties": {"Schedule": "rate(1 minute)", "Enabled": chosen}},
    "ByState": {
        "Type": "Schedule",
        "Properties": {"Schedule": "rate(1 minute)", "State": {"Fn::If": ["On", "ENABLED", "DISABLED"]}},
    },
    "Queue": {"Type": "SQS", "Properties": {"Queue": "arn:aws:sqs:eu-central-1:000000000000:q", "Enabled": chosen}},
}
template = {
    "Transform": "AWS::Serverless-2016-10-31",
    "Parameters": {"Switch": {"Type": "String", "Default": "off"}},
    "Conditions": {"On": {"Fn::Equals": [{"Ref": "Switch"}, "on"]}},
    "Resources": {
        "Job": {
            "Type": "AWS::Serverless::Function",
            "Properties": {"Handler": "a.b", "Runtime": "python3.12", "InlineCode": "b = 1", "Events": events},
        }
    },
}


class NoPolicies:
    def load(self):
        return {}


made = transform(template, {}, NoPolicies())["Resources"]
print("schedule, Enabled:", json.dumps(made["JobByEnabled"]["Properties"]["State"]))
print("schedule, State:", json.dumps(made["JobByState"]["Properties"]["State"]))
print("queue, Enabled:", json.dumps(made["JobQueue"]["Properties"]["Enabled"]))
PYTHON
grep -qx 'schedule, Enabled: "ENABLED"' "$folder/seen"
grep -qx 'schedule, State: {"Fn::If": \["On", "ENABLED", "DISABLED"\]}' "$folder/seen"
grep -qx 'queue, Enabled: {"Fn::If": \["On", true, false\]}' "$folder/seen"
