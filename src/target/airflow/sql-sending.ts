// How a DAG sends a script to each warehouse, through the hook of its provider: whole, in one session.

export type SqlWarehouse = "snowflake" | "bigquery" | "postgres";

type Sending = {
  /** The connection that the provider takes by default. */
  readonly connection: string;
  /** Whether its jobs run in a place of their own. */
  readonly hasLocation: boolean;
  /** What stands between a declaration and its value. */
  readonly assign: string;
  /** In the text of an error: the code and the words of what the script raised itself. */
  readonly problem: string;
  /** Python: \`send(script, secret=None)\`, which gives the rows of the last statement that has any. */
  readonly send: string;
};

const ANYWHERE = String.raw`\b(IDW\d{3}) ([^\n]+)`;
// PostgreSQL goes on with the statement that failed, which may have such words in its texts.
const AT_THE_START = String.raw`\A(IDW\d{3}) ([^\n]+)`;

const ROWS = `def rows_of(cursor):
    """As dictionaries, by names in lower case."""
    if cursor.description is None:
        return []
    names = [column[0].lower() for column in cursor.description]
    return [dict(zip(names, map(plain, row))) for row in cursor.fetchall()]`;

const DOC = `"""Runs a script in one session: the rows of its last statement that has any. The secret is bound, not written."""`;

const SNOWFLAKE = `${ROWS}


def send(text, secret=None):
    ${DOC}
    import snowflake.connector
    from airflow.providers.snowflake.hooks.snowflake import SnowflakeHook

    # Bound by Snowflake: the driver's own way would write the value into the text, which the history of queries keeps.
    snowflake.connector.paramstyle = "qmark"
    hook = SnowflakeHook(snowflake_conn_id=CONNECTION)
    with closing(hook.get_conn()) as connection, closing(connection.cursor()) as cursor:
        hook.set_autocommit(connection, True)
        if secret is not None:
            cursor.execute("set idweave_secret = (select ?)", (secret,))
        # Any number of statements: Snowflake tells them apart, so that nothing here can cut the block.
        cursor.execute(text, num_statements=0)
        rows = rows_of(cursor)
        while cursor.nextset():
            rows = rows_of(cursor) or rows
        return rows`;

const POSTGRES = `# What a semicolon may stand in without ending a statement: names, texts, comments, texts in dollars.
TOKEN = re.compile(
    r"""'[^']*'|"[^"]*"|--[^\\n]*|/\\*.*?\\*/|(?<![\\w$])\\$([A-Za-z_]\\w*)?\\$.*?\\$(?(1)\\1)\\$|;""", re.DOTALL
)


def statements(text):
    """One by one: what PostgreSQL is sent together is one transaction, in which the block could not commit."""
    start = 0
    for token in TOKEN.finditer(text):
        if token[0] == ";":
            yield text[start : token.start()]
            start = token.end()
    if text[start:].strip():
        yield text[start:]


${ROWS}


def send(text, secret=None):
    ${DOC}
    from airflow.providers.postgres.hooks.postgres import PostgresHook

    hook = PostgresHook(postgres_conn_id=CONNECTION)
    with closing(hook.get_conn()) as connection, closing(connection.cursor()) as cursor:
        hook.set_autocommit(connection, True)
        if secret is not None:
            cursor.execute("select set_config('idweave.secret', %s, false)", (secret,))
        rows = []
        for statement in statements(text):
            cursor.execute(statement)
            rows = rows_of(cursor) or rows
        return rows`;

const BIGQUERY = `def send(text, secret=None):
    ${DOC}
    from airflow.providers.google.cloud.hooks.bigquery import BigQueryHook

    query = {"query": text, "useLegacySql": False}
    if secret is not None:
        given = {"parameterType": {"type": "STRING"}, "parameterValue": {"value": secret}}
        query |= {"parameterMode": "NAMED", "queryParameters": [{"name": "idweave_secret", **given}]}
    hook = BigQueryHook(gcp_conn_id=CONNECTION, location=LOCATION, use_legacy_sql=False)
    job = hook.insert_job(configuration={"query": query}, location=LOCATION)
    return [{name.lower(): plain(value) for name, value in row.items()} for row in job.result()]`;

export const SENDING: Readonly<Record<SqlWarehouse, Sending>> = {
  snowflake: {
    hasLocation: false,
    connection: "snowflake_default",
    assign: "default",
    problem: ANYWHERE,
    send: SNOWFLAKE,
  },
  postgres: {
    hasLocation: false,
    connection: "postgres_default",
    assign: ":=",
    problem: AT_THE_START,
    send: POSTGRES,
  },
  bigquery: {
    hasLocation: true,
    connection: "google_cloud_default",
    assign: "default",
    problem: ANYWHERE,
    send: BIGQUERY,
  },
};
