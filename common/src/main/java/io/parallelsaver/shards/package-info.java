/**
 * Sharded sets: arrays in several archives, and an index that says where each of them stands. Reading one takes this package alone, no
 * worker and no ZIP directory.
 */
package io.parallelsaver.shards;
