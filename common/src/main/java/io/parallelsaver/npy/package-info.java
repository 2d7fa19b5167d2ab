/** The header of one {@code .npy} array, as {@code numpy/lib/_format_impl.py} defines it. Bytes in, values out; no I/O. */
package io.parallelsaver.npy;
