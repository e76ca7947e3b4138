"""Evaluates one query with Google's reference implementation of GoogleSQL: SQL on standard input, rows of texts as JSON on
standard output, their columns in order. Runs in the environment `bq`; the first argument is the folder of the stand-ins."""
import json
import sys

sys.path.insert(0, sys.argv[1])
import _zetasql  # noqa: E402, F401  loads the compiled copy
from zetasql import types as z  # noqa: E402
from zetasql.api import CatalogBuilder, PreparedQuery  # noqa: E402

language = z.LanguageOptions.maximum_features()
language.product_mode = z.ProductMode.PRODUCT_EXTERNAL
language.reserved_keywords = ["QUALIFY"]
options = z.AnalyzerOptions(
    language_options=language, error_message_mode=z.ErrorMessageMode.ERROR_MESSAGE_ONE_LINE, default_timezone="UTC"
)
catalog = CatalogBuilder("parity").with_builtin_functions(z.ZetaSQLBuiltinFunctionOptions(language_options=language)).build()
PLAIN = ("string_value", "int64_value", "bool_value", "double_value")


def text(value):
    for name in PLAIN:
        found = getattr(value, name, None)
        if found is not None:
            return found if isinstance(found, str) else str(found).lower() if isinstance(found, bool) else str(found)
    return None


def prepared(sql):
    return PreparedQuery.builder().set_sql(sql).set_analyzer_options(options).set_catalog(catalog).prepare()


def shown(column):
    # The package loses the value of a timestamp on its way out.
    if column.type.type_kind == z.TypeKind.TYPE_TIMESTAMP:
        return f"format_timestamp('%F %H:%M:%E*S', {column.name}, 'UTC')"
    return column.name


given = sys.stdin.read()
with prepared(given) as query:
    columns = ", ".join(shown(column) for column in query.columns)
with prepared(f"select {columns} from ({given})") as query:
    rows = query.execute().content.table_data.row
    json.dump([[text(cell) for cell in row.cell] for row in rows], sys.stdout)
