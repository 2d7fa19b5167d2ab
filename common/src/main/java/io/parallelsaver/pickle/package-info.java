/**
 * The pickles of a directory of arrays: {@code data_N.dat} is an {@code ndarray}, {@code data_index_N.dat} its key, {@code
 * data_metadata_N.dat} its shape, dtype and place in the restored block. Reading one never runs code and never loads an array's
 * bytes: a small machine knows the opcodes and the few names such files need, refuses all others, and says where the bytes stand.
 */
package io.parallelsaver.pickle;
