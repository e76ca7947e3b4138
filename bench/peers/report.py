"""What a measured peer says of itself: CPU seconds of all its threads and wall seconds between start() and stop(), and the
peak of its memory. Modules are imported before start(), as on the Node side."""
import json
import resource
import sys
import time

args = json.loads(sys.argv[1])
_before = {}


def _cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def start():
    _before.update(cpu=_cpu(), wall=time.perf_counter())


def stop():
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return {
        "cpuSeconds": _cpu() - _before["cpu"],
        "wallSeconds": time.perf_counter() - _before["wall"],
        "peakMb": kilobytes / 1024,
        "startCpuSeconds": _before["cpu"],
    }


def report(**result):
    print(json.dumps(result))
