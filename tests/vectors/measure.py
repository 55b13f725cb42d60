import sys, json, gzip, time
from pathlib import Path
from collections import Counter
from functools import cached_property
class Folder:
    def __init__(self,p): self.path=Path(p)
    @cached_property
    def products(self): return json.loads((self.path/"loan_products.json").read_text())["products"]
Folder.charge_types = cached_property(lambda self: json.loads((self.path/"loan_products.json").read_text())["meta"]["charge_types"])
Folder.charge_types.__set_name__(Folder,"charge_types")
from importlib import import_module
f=Folder(sys.argv[1]); only=sys.argv[2]; verbose="-v" in sys.argv; pat=[a[2:] for a in sys.argv if a.startswith('-k')]
mod=import_module("tests.vectors.loans."+{"loan_schedule_basic":"schedules","loan_timeline":"timelines","loan_journal":"journals"}["_".join(only.split("_")[:3]) if only.startswith("loan_schedule") else "_".join(only.split("_")[:2])])
p=next(x for x in f.path.iterdir() if x.name.startswith(only))
d=json.loads(gzip.open(p).read() if p.suffix==".gz" else p.read_text())
ok=0;t=time.time();why=Counter();n=0
for v in d["vectors"]:
    if pat and not any(k in v["id"] for k in pat): continue
    n+=1
    try: r=mod.differs(v,f)
    except Exception as e:
        import traceback
        r="EXC "+repr(e)[:150]+" "+traceback.format_exc().strip().splitlines()[-3].strip()[-90:]
        if pat: traceback.print_exc()
    if r is None: ok+=1
    else:
        why[r.split(" ")[0]]+=1
        if verbose: print(v["id"].split("/")[-1], v["product"], v.get('kind'), "::", r[:600])
print(only, f"{ok}/{n} {ok/n:.1%}", f"{time.time()-t:.1f}s", dict(why.most_common(12)))
