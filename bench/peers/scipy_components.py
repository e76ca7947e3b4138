"""The table of matching values (record, identifier, value) -> encoded -> components by scipy, loading included."""
import pyarrow
import pyarrow.parquet as parquet

from components import checksum, encode, label
from report import args, report, start, stop

pyarrow.set_cpu_count(args["threads"])
pyarrow.set_io_thread_count(args["threads"])
start()
table = parquet.read_table(f"{args['input']}/values.parquet")
codes, size = encode(table["identifier"], table["value"])
records = parquet.ParquetFile(f"{args['input']}/records.parquet").metadata.num_rows
count, labels = label(table["record"].to_numpy() - 1, codes, size, records)
usage = stop()
report(**usage, identities=int(count), checksum=checksum(labels, count))
