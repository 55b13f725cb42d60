"""The engine against figures that others published: one module a kind of vector, and a runner over a folder of them.

A kind's module has `PREFIXES`, which say what its files are called, and `differs`, which says where our figures part
from a vector's. It maps the vector's parameters to terms of ours and compares; no figure, id or exception lives in it.
"""
