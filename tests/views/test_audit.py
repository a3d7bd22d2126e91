"""The audit."""

from django.db import connection
from django.test.utils import CaptureQueriesContext


def test_smoke(sign_in):
    c = sign_in("secretariat")
    c.get("/plans/tnoc-2021-22/audit/")
    with CaptureQueriesContext(connection, ) as q:
        r = c.get("/plans/tnoc-2021-22/audit/")
    for x in q.captured_queries:
        print(x["sql"][:150])
    print(len(q))
    assert r.status_code == 200
