from flows.test_window_crashes import *
def test_dbg(stage):
    scene(stage)
    stage.sandbox.admin.faults(Fault("cut_before", route=WRITES, skip=0))
    whole_sync(stage, "r2")
    print(stage.query("select sentence, state, reason from access.changes c join access.plans p using (plan_id) where run_id='r2' order by position"))
    stage.sandbox.admin.faults()
    stage.move(75)
    o = push(stage, "r3")
    for r in stage.query("select sentence, state, reason from access.changes c join access.plans p using (plan_id) where run_id='r3' order by position"): print(r)
    assert 0
