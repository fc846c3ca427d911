import base64
import cProfile
import importlib.util
import pstats
import time
from pathlib import Path

from odoo.tests import new_test_user

DEFAULT_N = 300


def run(env, n):
    s = importlib.util.spec_from_file_location(
        "b", Path(__file__).with_name("import.py")
    )
    b = importlib.util.module_from_spec(s)
    s.loader.exec_module(b)
    user = new_test_user(
        env,
        b.LOGIN,
        groups="client_hub.group_account_manager",
        context={"no_reset_password": True},
    )
    env = env(user=user.id)
    warm = env["client.import"].create(
        {
            "file": base64.b64encode(b.workbook(b.sheets(5, first=900000))),
            "filename": "w.xlsx",
        }
    )
    warm.action_check()
    warm.action_import()
    env.cr.flush()
    content = base64.b64encode(b.workbook(b.sheets(n, first=n + 1)))
    record = env["client.import"].create({"file": content, "filename": "bench.xlsx"})
    record.action_check()
    env.cr.flush()
    p = cProfile.Profile()
    q = env.cr.sql_log_count
    t = time.process_time()
    w = time.perf_counter()
    p.enable()
    record.action_import()
    env.cr.flush()
    p.disable()
    print(
        "cpu",
        time.process_time() - t,
        "wall",
        time.perf_counter() - w,
        "sql",
        env.cr.sql_log_count - q,
        record.state,
        record.problem_ids[:3].mapped("message"),
    )
    st = pstats.Stats(p)
    st.sort_stats("cumulative").print_stats(110)
    yield {"figure": "x", "value": 1.0, "unit": "s"}
