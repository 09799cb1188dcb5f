"""Submits a film to a farm and waits for it, with nothing but an AMQP client.

usage: submit.py amqp://user:password@host:port/vhost "WORDS [[shot: 2s]]"
(apt-get install python3-pika)
"""
import json
import sys
import uuid

import pika

url, words = sys.argv[1:]
channel = pika.BlockingConnection(pika.URLParameters(url)).channel()
job = "film-" + uuid.uuid4().hex
inbox = channel.queue_declare("", exclusive=True).method.queue
channel.queue_bind(inbox, "farm.events", f"job.*.{job}.*")
channel.basic_publish(
    "", "farm.commands",
    json.dumps({"jobId": job, "script": {"format": "text", "text": words}}),
    pika.BasicProperties(type="SubmitJob", content_type="application/json", reply_to=inbox,
                         delivery_mode=2))
for _, properties, body in channel.consume(inbox, auto_ack=True):
    print(properties.type, body.decode())
    if properties.type in ("JobCompleted", "JobFailed", "JobCanceled", "JobRejected"):
        sys.exit(properties.type != "JobCompleted")
