"""The stand-in of Snowflake without its grammar: it reads every block with one before it runs it, which takes a minute for a whole
script and refuses more than 100,000 nodes. statics.test.ts holds scripts against the grammar, in parts. Usage: FOLDER_OF_TOOLS PORT."""

import re
import runpy
import sys

tools, port = sys.argv[1:]
sys.path.insert(0, tools)
server = f"{tools}/snowflake_server.py"
sys.argv = [server, port]

import fakesnow.cursor as cursor  # noqa: E402
import fakesnow.variables as variables  # noqa: E402
import snowflake_scripting  # noqa: E402

# A variable of the session: set with a bound text, and read by name, NULL where it was not set.
execute, inline = cursor.FakeSnowflakeCursor.execute, variables.Variables.inline_variables


def execute_set(self, command, params=None, *args, binding_params=None, **more):
    if binding_params and command.lower().startswith("set "):
        text = str(binding_params[0]).replace("'", "''")
        command, binding_params = command.replace("(select ?)", f"'{text}'"), None
    return execute(self, command, params, *args, binding_params=binding_params, **more)


def inline_read(self, sql):
    values = {name.upper(): value for name, value in self._variables.items()}
    return inline(self, re.sub(r"getvariable\('(\w+)'\)", lambda found: values.get(found[1], "null"), sql, flags=re.I))


cursor.FakeSnowflakeCursor.execute, variables.Variables.inline_variables = execute_set, inline_read

snowflake_scripting.check_block = lambda text, declared=frozenset(): []
runpy.run_path(server, run_name="__main__")
