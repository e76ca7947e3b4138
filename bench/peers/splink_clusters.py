"""Splink's clustering on the edges of the star join, which are given to it: its own statements on DuckDB."""
import logging

import duckdb
from splink import DuckDBAPI
from splink.clustering import cluster_pairwise_predictions_at_threshold

from report import args, report, start, stop

logging.disable(logging.INFO)
connection = duckdb.connect(config={"threads": args["threads"]})
start()
connection.execute(f"create table nodes as select record from '{args['input']}/records.parquet'")
connection.execute(f"create table edges as select a, b from '{args['input']}/edges.parquet'")
clusters = cluster_pairwise_predictions_at_threshold(
    connection.table("nodes"),
    connection.table("edges"),
    db_api=DuckDBAPI(connection=connection),
    node_id_column_name="record",
    edge_id_column_name_left="a",
    edge_id_column_name_right="b",
)
usage = stop()
identities, checksum = connection.execute(
    f"""select count(distinct cluster_id), sum(smallest)::varchar
        from (select cluster_id, min(record) over (partition by cluster_id) as smallest from {clusters.physical_name})"""
).fetchone()
report(**usage, identities=identities, checksum=checksum)
