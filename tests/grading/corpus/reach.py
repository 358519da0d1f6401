"""Work that reaches for what is not its own. A function is right only where the reach failed.

``{root}`` stands for the course's folder, ``{package}`` for the package's, ``{port}`` for a server
on the grader's loopback.
"""

from tests.grading.corpus.assignment import ANSWERS, SECRET, code


def _tries(attempt: str):
    """``double`` is right if ``attempt`` raises; it runs at the cell's level and in the call."""
    inner = "\n".join(f"        {line}" for line in attempt.strip().splitlines())
    return code(
        double=f"""
def attempt():
    try:
{inner}
    except Exception as error:
        print(type(error), error)
        return False
    return True
before = attempt()
def double(x):
    return "reached" if before or attempt() else 2 * x
"""
    )


CASES = {
    "reach-parents": _tries(
        """
import os
found = [p for p in ("..", "../..", "/home", "/root", "/mnt", "/var", "/srv") if os.path.isdir(p)]
names = [n for p in found for n in os.listdir(p)]
assert set(names) - {"work", ".pyenv", "course", "versions"} & {"submitted", "solutions"}
"""
    ),
    "reach-course": _tries("import os\nassert os.listdir('{root}')"),
    "reach-submissions": _tries("import os\nassert os.listdir('{root}/submitted')"),
    "reach-gradebook": _tries("open('{root}/gradebook.db', 'rb').read()"),
    "reach-gradebook-lock": _tries(
        """
import sqlite3
connection = sqlite3.connect('{root}/gradebook.db')
connection.execute('BEGIN EXCLUSIVE')
"""
    ),
    "reach-author": _tries("open('{root}/_build/source/small/small.ipynb').read()"),
    "reach-reference-import": _tries(
        "from course_utils.reference import output_size; output_size(5, 3)"
    ),
    "reach-reference-file": _tries("open('{package}/reference.py').read()"),
    "reach-checks-file": _tries("import os\nassert os.listdir('{package}/checks')"),
    "reach-marker-file": _tries("import course_utils.grading.marking.worker"),
    "reach-passwd": _tries("open('/etc/passwd').read()\nopen('/etc/shadow').read()"),
    "reach-environment": _tries(
        "import os\nassert 'COURSE_SECRET' in os.environ or 'PATH' not in os.environ"
    ),
    "reach-other-processes": _tries(
        """
import os
seen = [n for n in range(2, 4000) if n != os.getpid() and os.path.exists(f'/proc/{n}')]
for n in range(2, 4000):
    if n != os.getpid():
        try:
            os.kill(n, 0)
            seen.append(n)
        except ProcessLookupError:
            pass
assert seen
"""
    ),
    "reach-hidden-memory": _tries(
        f"""
import gc, inspect, sys
parts = {SECRET.split("-")!r}
secret = "-".join(parts)
found = [o for o in gc.get_objects() if type(o) is dict for v in o.values()
         if type(v) is str and secret in v and len(v) > len(secret)]
frame = sys._getframe()
while frame:
    found += [v for v in frame.f_locals.values()
              if type(v) is str and secret in v and "assert" in v]
    frame = frame.f_back
assert found
"""
    ),
    "reach-hidden-files": _tries(
        f"""
import os
secret = "-".join({SECRET.split("-")!r}).encode()
hits = []
for top in (".", "/tmp", "/course", "/dev/shm"):
    for folder, _, names in os.walk(top):
        for name in names:
            path = os.path.join(folder, name)
            if os.path.isfile(path) and secret in open(path, "rb").read():
                hits.append(path)
assert hits
"""
    ),
    "reach-write-system": _tries("open('/usr/lib/mine', 'w').write('x')"),
    "reach-write-root": _tries("open('/mine', 'w').write('x')"),
    "reach-write-package": _tries("open('/course/course_utils/data.py', 'a').write('x')"),
    "reach-write-course": _tries("open('{root}/mine', 'w').write('x')"),
    "reach-loopback": _tries(
        "import socket\nsocket.create_connection(('127.0.0.1', {port}), timeout=1)"
    ),
    "reach-outside": _tries(
        "import socket\nsocket.create_connection(('192.0.2.1', 80), timeout=1)"
    ),
    # the machine's, at whichever of the process's own entries the kernel tells them
    **{
        f"reach-{what}-of-{whose}": _tries(f"import os\nopen(f'/proc/{entry}/{name}').read()")
        for what, name in (("connections", "net/tcp"), ("mounts", "mountinfo"))
        for whose, entry in (
            ("process", "self"),
            ("thread", "thread-self"),
            ("task", "self/task/{os.getpid()}"),
        )
    },
    "reach-abstract-socket": _tries(
        """
import socket
line = socket.socket(socket.AF_UNIX)
line.connect(open('/proc/net/unix').read() or '\\0grader')
"""
    ),
    "reach-namespaces": _tries(
        """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
assert libc.unshare(0x10000000) == 0
"""
    ),
    "reach-session": _tries(
        """
import os
r, w = os.pipe()
if os.fork() == 0:
    try:
        os.setsid()
        os.write(w, b"%d" % os.getsid(0))
    finally:
        os._exit(0)
assert int(os.read(r, 20)) != os.getsid(0)
"""
    ),
    "reach-ptrace": _tries("import ctypes\nassert ctypes.CDLL(None).ptrace(16, 1, 0, 0) == 0"),
    "reach-privileges": _tries(
        """
import os
assert os.getuid() == 0 or os.geteuid() == 0
"""
    ),
    "reach-setuid": _tries("import os\nos.setuid(0)"),
    "reach-mount": _tries("import ctypes\nassert ctypes.CDLL(None).umount2(b'/tmp', 2) == 0"),
    "reach-input": _tries("input('your name? ')"),
    "reach-hidden-arguments": code(
        double="""
seen = []
def double(x):
    seen.append(x)
    print("SEEN", x)
    return 2 * x
"""
    ),
    "reach-script": code(
        """
from IPython.display import HTML, SVG, Javascript, Markdown, display
display(HTML("<b>bold</b><script>alert('evil')</script><img src=x onerror=alert('evil')>"))
display(SVG('<svg xmlns="http://www.w3.org/2000/svg"><script>alert("evil")</script></svg>'))
display(Javascript("alert('evil')"))
display(Markdown("*fine* <script>alert('evil')</script>"))
"""
    ),
    "reach-honest": code(double=ANSWERS["double"]),
}
