import os, time, traceback
from tests.test_recomputation import *
def test_scan(world, settings):
    lo,hi=map(int,os.environ["SEEDS"].split("-"))
    t={"play":0,"export":0,"dash":0,"pack":0}
    bad={}
    from collections import Counter
    from tests.recomputed import pack as pp, dashboard as dd
    seen=Counter(); acts=Counter()
    o=pp.Pack.tables; on=pp.Pack.numbers; od=dd.dashboard
    def tables(self):
        t=o(self)
        for k,v in t.items():
            seen['table '+k]+=bool(v)
        for k,v in on(self).items(): seen['number '+k]+=bool(v)
        return t
    pp.Pack.tables=tables
    def dash(r):
        d=od(r)
        for k,v in d['contradictions'].items(): seen['contra '+v]+=1
        for k,v in d['by_due_state'].items(): seen['due '+k]+=1
        return d
    dd.dashboard=dash
    oa=SmallYear.play_for
    def pf(self,*a,**k):
        r=oa(self,*a,**k); acts.update(self.done); return r
    SmallYear.play_for=pf
    for seed in range(lo,hi):
      with rolled_back():
          t0=time.time()
          try: plan, days = played(world, seed)
          except Exception: print("PLAY",seed); traceback.print_exc(limit=-3); continue
          t1=time.time(); t["play"]+=t1-t0
          settings.TNOC_TODAY = days[-1]
          c = Checked(plan, History(exported(plan.slug)), days, seed)
          t2=time.time(); t["export"]+=t2-t1
          def tr(f):
              try: return f()
              except Exception as e:
                  key=type(e).__name__+": "+str(e).strip().splitlines()[0][:150]
                  fr=traceback.extract_tb(e.__traceback__)[-1]
                  bad.setdefault((fr.filename.split("/")[-1],fr.lineno, key.split(",")[0].split(" plan ")[0]),[]).append((seed,"\n".join(str(e).splitlines()[:14])))
          tr(lambda:c.dashboard_on(Reading(plan, days[-1])))
          tr(lambda:c.dashboard_on(Reading.on_day(plan, days[len(days) // 3])))
          t3=time.time(); t["dash"]+=t3-t2
          e=tr(lambda:c.pack_at(end_of_day(days[len(days) // 2]), None))
          tr(lambda:c.pack_at(end_of_day(days[-1]), e))
          t["pack"]+=time.time()-t3
    print(t)
    print(acts)
    print(sorted(seen.items(),key=lambda x:x[1]))
    for k,v in bad.items():
        print("==",k,[x for x,_ in v]); print(v[0][1])
