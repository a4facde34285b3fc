"""Runs `aws cloudtrail validate-logs` on a local copy of a bucket, and prints its counts as JSON.

AWS's tool wants a bucket and an API, so a small server on the loopback address plays both:
it serves the files below FOLDER/bucket with the metadata of FOLDER/metadata.json, and the
public keys of FOLDER/keys.json. Nothing leaves the machine.

    python validate_logs.py REGION FOLDER...
"""

import contextlib
import http.server
import io
import json
import os
import pathlib
import re
import sys
import threading
import urllib.parse
from xml.sax.saxutils import escape

import awscli.clidriver

BUCKET = "org-trail"
XMLNS = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'


class Handler(http.server.BaseHTTPRequestHandler):
    """S3 and CloudTrail, as much of them as the tool asks for."""

    folder = pathlib.Path()

    def log_message(self, *_):
        """Says nothing."""

    def answer(self, body, status=200, headers=None, kind="application/xml"):
        """Sends one answer."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        """ListPublicKeys."""
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        keys = json.loads((self.folder / "keys.json").read_text())
        for key in keys["PublicKeyList"]:
            key["ValidityStartTime"] = 1_700_000_000.0
            key["ValidityEndTime"] = 1_900_000_000.0
        self.answer(json.dumps(keys).encode(), kind="application/x-amz-json-1.1")

    def do_GET(self):
        """GetBucketLocation, ListObjects, GetObject."""
        url = urllib.parse.urlparse(self.path)
        query = urllib.parse.parse_qs(url.query, keep_blank_values=True)
        _, bucket, *key = urllib.parse.unquote(url.path).split("/", 2)
        if "location" in query:
            self.answer(f"<LocationConstraint {XMLNS}/>".encode())
        elif not key or not key[0]:
            self.list_objects(query)
        else:
            self.get_object(bucket, key[0])

    def list_objects(self, query):
        """All keys behind the marker, in order."""
        root = self.folder / "bucket"
        keys = sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
        prefix, marker = query.get("prefix", [""])[0], query.get("marker", [""])[0]
        listed = [key for key in keys if key.startswith(prefix) and key > marker]
        contents = "".join(f"<Contents><Key>{escape(key)}</Key></Contents>" for key in listed)
        truncated = "<IsTruncated>false</IsTruncated>"
        self.answer(f"<ListBucketResult {XMLNS}>{truncated}{contents}</ListBucketResult>".encode())

    def get_object(self, bucket, key):
        """One object with its metadata."""
        path = self.folder / "bucket" / key
        if bucket != BUCKET or not path.is_file():
            self.answer(b"<Error><Code>NoSuchKey</Code><Message>no such key</Message></Error>", 404)
            return
        metadata = json.loads((self.folder / "metadata.json").read_text()).get(key, {})
        headers = {f"x-amz-meta-{name}": value for name, value in metadata.items()}
        self.answer(path.read_bytes(), headers=headers, kind="application/octet-stream")


SETTINGS = {
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "NO_PROXY": "*",
    "no_proxy": "*",
}


def validate(region, home):
    """Runs the tool on one region and reads its counts."""
    command = ["cloudtrail", "validate-logs", "--region", region]
    command += ["--trail-arn", f"arn:aws:cloudtrail:{home}:111122223333:trail/org-trail", "--s3-bucket", BUCKET]
    command += ["--start-time", "2026-09-14T00:00:00Z", "--end-time", "2026-09-15T00:00:00Z", "--verbose"]
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        awscli.clidriver.create_clidriver().main(command)
    counts = {"said": said.getvalue()}
    for kind in ("digest", "backfill digest", "log"):
        match = re.search(rf"^(\d+)/(\d+) {kind} files valid", counts["said"], re.MULTILINE)
        valid, total = map(int, match.groups()) if match else (0, 0)
        counts[kind] = [valid, total - valid]
    return counts


def main():
    """Serves each folder and validates its region."""
    region, *folders = sys.argv[1:]
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        os.environ.update(SETTINGS, AWS_ENDPOINT_URL=f"http://127.0.0.1:{server.server_address[1]}")
        verdicts = []
        for folder in folders:
            Handler.folder = pathlib.Path(folder)
            verdicts.append(validate(region, "us-east-1"))
        print(json.dumps(verdicts))
        server.shutdown()


if __name__ == "__main__":
    main()
