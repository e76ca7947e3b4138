"""Matching values in memory -> connected components by scipy: each value is encoded as a number, exactly, and links its records
to one of them. The cheapest of the ways that were tried (dictionary pages, hashes made unique, DuckDB windows and joins)."""
import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components


def encode(identifiers, values):
    """One number per (identifier, value); the numbers have gaps."""
    value = values.combine_chunks().dictionary_encode()
    identifier = identifiers.combine_chunks().dictionary_encode()
    kinds = len(identifier.dictionary)
    codes = value.indices.to_numpy(zero_copy_only=False).astype(np.int64) * kinds
    codes += identifier.indices.to_numpy(zero_copy_only=False)
    return codes, len(value.dictionary) * kinds


def label(record, codes, size, records):
    """The component of each record 0 .. records - 1."""
    star = np.empty(size, dtype=np.int64)
    star[codes[::-1]] = record[::-1]
    other = star[codes]
    real = other != record
    a, b = record[real], other[real]
    graph = coo_matrix((np.ones(len(a), dtype=np.bool_), (a, b)), shape=(records, records)).tocsr()
    return connected_components(graph, directed=False)


def checksum(labels, count):
    """The sum, over records numbered from 1, of the smallest record of their component."""
    smallest = np.full(count, len(labels), dtype=np.int64)
    np.minimum.at(smallest, labels, np.arange(len(labels)))
    return str(int((smallest[labels] + 1).sum()))
