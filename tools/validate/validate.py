#!/usr/bin/env python3
"""Judges what minetrail writes by software that others wrote.

    python3 -m venv judges && judges/bin/pip install -r tools/validate/requirements.txt
    judges/bin/python tools/validate/validate.py FOLDER

FOLDER holds files named CASE.FORMAT, such as stories.ocsf. Every file is judged by the judge of
its format; files of a case `hostile-…` must also have the very keys that `hostile-plain` has.
Prints one line for each format, and each complaint. Exit code 1 when there is one, 2 when there was
nothing to judge.

Who judges: the service models of botocore (ASFF, GuardDuty, EventBridge), the schemas of OCSF
1.8.0 and 1.3.0 (ocsf-json-schema, jsonschema), stix2 and OASIS' stix2-validator, Slack's own SDK, pycef,
syslog-rfc5424-parser, markdown-it with links turned on, parliament (policies), and Python's csv. LEEF and ECS have no
judge in the registry: LEEF is split as its document says, ECS fields are held against the list
below, taken from the reference of ECS 9.4.
"""

import csv
import functools
import io
import json
import re
import sys
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")


def lines(text):
    return [json.loads(line) for line in text.split("\n") if line]


# --- OCSF -----------------------------------------------------------------------------------------

@functools.cache
def ocsf_judge(version):
    from jsonschema import Draft202012Validator
    from ocsf_json_schema import OcsfJsonSchemaEmbedded
    from ocsf_json_schema.loader import get_ocsf_schema

    schema = OcsfJsonSchemaEmbedded(get_ocsf_schema(version))
    return Draft202012Validator(schema.get_class_schema("detection_finding", ["cloud"]))


def ocsf(version, text):
    for event in lines(text):
        if event["metadata"]["version"] != version:
            yield f"says it is of version {event['metadata']['version']}"
        if event["type_uid"] != event["class_uid"] * 100 + event["activity_id"]:
            yield "type_uid is not class and activity"
        for error in ocsf_judge(version).iter_errors(event):
            yield f"{error.json_path}: {error.message[:200]}"


# --- AWS ------------------------------------------------------------------------------------------

@functools.cache
def model(service):
    from botocore.loaders import Loader
    from botocore.model import ServiceModel

    return ServiceModel(Loader().load_service_model(service, "service-2"))


def by_shape(value, shape):
    from botocore.validate import ParamValidator

    report = ParamValidator().validate(value, shape)
    if report.has_errors():
        yield report.generate_report()[:500]
    yield from unknown(shape, value, "")
    yield from patterns(shape, value, "")


def unknown(shape, value, path):
    """Members that the shape does not have; the validator of botocore lets some through."""
    if shape.type_name == "structure":
        members = {(member.serialization.get("name") or name): member for name, member in shape.members.items()}
        for name in value:
            if name not in members:
                yield f"{path}.{name} is unknown"
            else:
                yield from unknown(members[name], value[name], f"{path}.{name}")
    elif shape.type_name == "list":
        for place, entry in enumerate(value):
            yield from unknown(shape.member, entry, f"{path}[{place}]")


def patterns(shape, value, path):
    """Texts that the service's own pattern refuses; botocore leaves patterns to the service."""
    if shape.type_name == "structure":
        members = {(member.serialization.get("name") or name): member for name, member in shape.members.items()}
        for name in value:
            if name in members:
                yield from patterns(members[name], value[name], f"{path}.{name}")
    elif shape.type_name == "list":
        for place, entry in enumerate(value):
            yield from patterns(shape.member, entry, f"{path}[{place}]")
    elif shape.type_name == "map":
        for key, entry in value.items():
            yield from patterns(shape.value, entry, f"{path}[{key}]")
    elif shape.type_name == "string":
        pattern = shape.metadata.get("pattern")
        if pattern and not re.fullmatch(pattern, value):
            yield f"{path} does not match {pattern}: {value[:80]!r}"


def asff(text):
    shape = model("securityhub").operation_model("BatchImportFindings").input_shape
    for line, request in zip(filter(None, text.split("\n")), lines(text)):
        yield from by_shape(request, shape)
        if len(line.encode()) > 240_000:
            yield f"{len(line.encode())} bytes in a batch"
        for finding in request["Findings"]:
            if not re.fullmatch(r"\d{12}", finding["AwsAccountId"]):
                yield "AwsAccountId is no account"


def eventbridge(text):
    shape = model("events").operation_model("PutEvents").input_shape
    for line, request in zip(filter(None, text.split("\n")), lines(text)):
        yield from by_shape(request, shape)
        if len(line.encode()) >= 256 * 1024:
            yield f"{len(line.encode())} bytes in a batch"
        for entry in request["Entries"]:
            if json.loads(entry["Detail"])["schema"] != "minetrail.finding/1":
                yield "the detail is no finding"


def guardduty(text):
    shape = model("guardduty").shape_for("Finding")
    for finding in lines(text):
        named = rename(shape, finding)
        yield from by_shape_named(named, finding, shape)
        json.loads(finding["service"]["additionalInfo"]["value"])


def rename(shape, value):
    """The wire's names (accountId) as the model's (AccountId), which the validator wants."""
    if shape.type_name == "structure":
        names = {(member.serialization.get("name") or name): name for name, member in shape.members.items()}
        return {names.get(name, name): rename(shape.members[names[name]], entry) if name in names else entry
                for name, entry in value.items()}
    if shape.type_name == "list":
        return [rename(shape.member, entry) for entry in value]
    return value


def by_shape_named(named, wire, shape):
    from botocore.validate import ParamValidator

    report = ParamValidator().validate(named, shape)
    if report.has_errors():
        yield report.generate_report()[:500]
    yield from unknown(shape, wire, "")


# --- ECS ------------------------------------------------------------------------------------------

# Fields of ECS 9.4 that we write: the type of its values, and whether it is a list.
ECS = {
    "@timestamp": ("date", False), "ecs.version": ("keyword", False), "message": ("text", False), "tags": ("keyword", True),
    "event.kind": ("keyword", False), "event.category": ("keyword", True), "event.type": ("keyword", True),
    "event.action": ("keyword", False), "event.outcome": ("keyword", False), "event.module": ("keyword", False),
    "event.dataset": ("keyword", False), "event.provider": ("keyword", False), "event.code": ("keyword", False),
    "event.id": ("keyword", False), "event.severity": ("long", False), "event.risk_score": ("float", False),
    "event.risk_score_norm": ("float", False), "event.created": ("date", False), "event.start": ("date", False),
    "event.end": ("date", False), "event.reason": ("keyword", False),
    "rule.id": ("keyword", False), "rule.name": ("keyword", False), "rule.version": ("keyword", False), "rule.author": ("keyword", True),
    "threat.framework": ("keyword", False), "threat.technique.id": ("keyword", True), "threat.technique.reference": ("keyword", True),
    "threat.technique.subtechnique.id": ("keyword", True), "threat.technique.subtechnique.reference": ("keyword", True),
    "cloud.provider": ("keyword", False), "cloud.region": ("keyword", False), "cloud.account.id": ("keyword", False),
    "cloud.instance.id": ("keyword", False), "cloud.machine.type": ("keyword", False),
    "user.id": ("keyword", False), "user.name": ("keyword", False), "source.address": ("keyword", False), "source.ip": ("ip", False),
    "source.as.number": ("long", False), "source.as.organization.name": ("keyword", False),
    "related.ip": ("ip", True), "related.user": ("keyword", True), "related.hosts": ("keyword", True),
    "observer.vendor": ("keyword", False), "observer.product": ("keyword", False), "observer.type": ("keyword", False),
    "observer.version": ("keyword", False),
}


def ecs(text):
    import datetime
    import ipaddress

    judges = {
        "date": lambda value: datetime.datetime.fromisoformat(value),
        "ip": ipaddress.ip_address,
        "long": lambda value: value if isinstance(value, int) else int("no number"),
        "float": lambda value: value + 0.0,
        "keyword": lambda value: value if len(value.encode()) <= 32_766 else int("too long"),
        "text": lambda value: value.encode(),
    }
    for alert in lines(text):
        for name, value in flat(alert):
            if name not in ECS:
                yield f"{name} is no field of ECS"
                continue
            kind, is_list = ECS[name]
            if isinstance(value, list) != is_list:
                yield f"{name} must {'' if is_list else 'not '}be a list"
                continue
            for entry in value if is_list else [value]:
                try:
                    judges[kind](entry)
                except (ValueError, TypeError) as error:
                    yield f"{name} is no {kind}: {error}"


def flat(value, path=""):
    for name, entry in value.items():
        if not path and name == "minetrail":
            continue
        if isinstance(entry, dict):
            yield from flat(entry, f"{path}{name}.")
        else:
            yield path + name, entry


# --- STIX -----------------------------------------------------------------------------------------

def stix(text):
    import logging

    import stix2
    from stix2validator import ValidationOptions, validate_parsed_json

    logging.disable(logging.CRITICAL)
    for bundle in lines(text):
        parsed = stix2.parse(bundle, allow_custom=False, version="2.1")
        # The library derives ids of observables from what they hold: ours must be the same.
        for told, known in zip(bundle["objects"], parsed["objects"]):
            if known["type"] in ("ipv4-addr", "ipv6-addr", "user-account"):
                rest = {name: value for name, value in told.items() if name not in ("id", "spec_version", "type")}
                derived = stix2.parse({**rest, "type": told["type"]}, version="2.1")
                if derived["id"] != told["id"]:
                    yield f"{told['id']} should be {derived['id']}"
        result = validate_parsed_json(bundle, ValidationOptions(version="2.1", strict_properties=True))
        for error in getattr(result, "errors", []) or []:
            yield str(error)[:300]


# --- Chat and pages -------------------------------------------------------------------------------

def slack(text):
    from slack_sdk.models.blocks import Block

    (body,) = lines(text)
    if not body["text"] or len(body["blocks"]) > 50 or len(text) > 13_200:
        yield "no text, too many blocks, or too long"
    for block in body["blocks"]:
        Block.parse(dict(block)).validate_json()
        for told in texts(block):
            if re.search(r"[<>]|&(?!amp;|lt;|gt;)", told):
                yield f"not escaped: {told[:80]}"


def texts(value):
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield "<formatted>"
        for name, entry in value.items():
            if name == "text" and isinstance(entry, str):
                yield entry
            else:
                yield from texts(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from texts(entry)


def markdown(text):
    from markdown_it import MarkdownIt

    # As eager as renderers get: bare names become links, HTML is let through.
    renderer = MarkdownIt("gfm-like", {"linkify": True, "html": True})
    renderer.linkify.set({"fuzzy_link": True, "fuzzy_email": True})
    for token in walk(renderer.parse(text)):
        if token.type in ("link_open", "image", "html_block", "html_inline", "em_open", "strong_open", "s_open"):
            if token.type != "strong_open":
                yield f"{token.type}: {token.attrs} {token.content[:80]}"
        if token.type == "text" and re.search(r"@\w|<!|\w#\d|https?:|www\.", token.content):
            yield f"text that a renderer may act on: {token.content[:80]!r}"


def walk(tokens):
    for token in tokens:
        yield token
        yield from walk(token.children or [])


def webhook(text):
    (body,) = lines(text)
    if body["schema"] != "minetrail.webhook/1" or any(finding["schema"] != "minetrail.finding/1" for finding in body["findings"]):
        yield "not the contract"


# --- Lines ----------------------------------------------------------------------------------------

def table(text):
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    for row in rows:
        if len(row) != len(rows[0]):
            yield f"{len(row)} cells of {len(rows[0])}"
        for cell in row:
            if re.match(r"\s*[=+\-@\t\r＝＋－＠]", cell):
                yield f"a formula: {cell[:40]!r}"
    if text.count("\r\n") != len(rows) or text.count("\n") != len(rows):
        yield "rows do not end in CRLF"


def cef(text):
    import pycef

    for line in filter(None, text.split("\n")):
        fields = pycef.parse(line)
        if not fields or fields["CEFVersion"] != "0" or fields["DeviceProduct"] != "minetrail" or not fields["Severity"].isdigit():
            yield f"not read: {line[:80]}"


def leef(text):
    for line in filter(None, text.split("\n")):
        parts = line.split("|", 6)
        if len(parts) != 7 or parts[0] != "LEEF:2.0" or parts[5] != "x09" or any("=" not in part for part in parts[6].split("\t")):
            yield f"not read: {line[:80]}"


def syslog(text):
    from syslog_rfc5424_parser import SyslogMessage

    for line in filter(None, text.split("\n")):
        message = SyslogMessage.parse(line)
        if list(message.sd) != ["minetrail@32473"] or message.appname != "minetrail":
            yield f"other data than ours: {list(message.sd)}"
        if len(line.encode()) > 8_192:
            yield f"{len(line.encode())} bytes"


# --- Policies -------------------------------------------------------------------------------------

def policy(text):
    """One policy a line. Names of calls and condition keys, and the grammar, are parliament's to judge."""
    from parliament import analyze_policy_string

    for document in lines(text):
        for finding in analyze_policy_string(json.dumps(document)).findings:
            yield f"{finding.issue}: {finding.detail}"


# --- Keys: what a reader tells apart --------------------------------------------------------------

def keys(name, text):
    """The keys that a reader of the format sees, for formats whose values might break out of their field."""
    if name == "cef":
        import pycef

        return sorted(pycef.parse(text.strip("\n")))
    if name == "leef":
        return sorted(part.split("=", 1)[0] for part in text.strip("\n").split("|", 6)[6].split("\t"))
    if name == "syslog":
        from syslog_rfc5424_parser import SyslogMessage

        return sorted(SyslogMessage.parse(text.strip("\n")).sd["minetrail@32473"])
    if name == "csv":
        return [len(row) for row in csv.reader(io.StringIO(text, newline=""))]
    return None


JUDGES = {
    "ocsf": functools.partial(ocsf, "1.8.0"), "ocsf-1.3": functools.partial(ocsf, "1.3.0"), "asff": asff, "ecs": ecs,
    "guardduty": guardduty, "csv": table, "cef": cef, "leef": leef, "syslog": syslog, "stix": stix, "slack": slack,
    "webhook": webhook, "eventbridge": eventbridge, "markdown": markdown, "policy": policy,
}


def complaints(path, name):
    text = path.read_bytes().decode("utf-8")
    try:
        yield from JUDGES[name](text)
        plain = path.with_name(f"hostile-plain.{name}")
        if path.name.startswith("hostile-") and plain.exists():
            if keys(name, text) != keys(name, plain.read_bytes().decode("utf-8")):
                yield f"other keys than those of a plain text: {keys(name, text)}"
    except Exception as error:  # A judge that gives up has judged.
        yield f"{type(error).__name__}: {str(error)[:300]}"


def main(folder):
    judged, bad = 0, 0
    for name in JUDGES:
        paths = sorted(path for path in Path(folder).iterdir() if path.name.split(".", 1)[1:] == [name])
        found = [f"{path.name}: {complaint}" for path in paths for complaint in complaints(path, name)]
        print(f"{name}: {len(paths)} files, {len(found)} complaints", *found[:12], sep="\n    ")
        judged, bad = judged + len(paths), bad + len(found)
    print(f"{judged} files judged, {bad} complaints")
    return 2 if judged == 0 else int(bad > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
