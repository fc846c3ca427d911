"""Does dev/bench work? Contacts created in one call, compared with one by one."""

import time

DEFAULT_N = 200


def run(env, n):
    """Yield one figure; see dev/README.md for what a bench looks like."""
    partners = env["res.partner"]

    started = time.perf_counter()
    for number in range(n):
        partners.create({"name": f"Bench {number}"})
    env.flush_all()
    one_by_one = time.perf_counter() - started

    started = time.perf_counter()
    partners.create([{"name": f"Bench {number}"} for number in range(n)])
    env.flush_all()
    together = time.perf_counter() - started

    yield {
        "figure": "contacts created in one call",
        "value": n / together,
        "unit": "records/s",
        "baseline": n / one_by_one,
    }
