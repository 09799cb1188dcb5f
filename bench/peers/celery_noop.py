"""celery_noop.py CHORDS CHILDREN: no-op chords through Celery on RabbitMQ and Redis.

PEER_RABBIT and PEER_REDIS say where those are. A round for each line of the input, and a JSON line
for each round: seconds from the first chord's start to the last join's result. The workers are
started beside it, as `python3 -m celery -A celery_noop worker`.
"""
import json
import os
import sys
import time

from celery import Celery, chord

app = Celery("celery_noop", broker=os.environ["PEER_RABBIT"], backend=os.environ["PEER_REDIS"])
app.conf.update(
    # Queues are durable and messages persistent by default; confirms are not.
    broker_transport_options={"confirm_publish": True},
    worker_prefetch_multiplier=4,
    task_acks_late=True,
)


@app.task
def shot(job, index):
    return index


@app.task
def reel(results):
    return len(results)


if __name__ == "__main__":
    chords, children = (int(text) for text in sys.argv[1:3])
    shot.delay(0, 0).get(timeout=60)
    for _ in sys.stdin:
        start = time.perf_counter()
        joins = [chord(shot.s(job, i) for i in range(children))(reel.s()) for job in range(chords)]
        for join in joins:
            assert join.get(timeout=300) == children
        print(json.dumps({"seconds": time.perf_counter() - start}), flush=True)
