"""The stand-in of Snowflake without its grammar: it reads every block with one before it runs it, which takes a minute for a whole
script and refuses more than 100,000 nodes. statics.test.ts holds scripts against the grammar, in parts. Usage: FOLDER_OF_TOOLS PORT."""

import runpy
import sys

tools, port = sys.argv[1:]
sys.path.insert(0, tools)
server = f"{tools}/snowflake_server.py"
sys.argv = [server, port]

import snowflake_scripting  # noqa: E402

snowflake_scripting.check_block = lambda text, declared=frozenset(): []
runpy.run_path(server, run_name="__main__")
