/**
 * A worker process: it takes jobs from the run's queue, moves bytes from region to region, and answers with a receipt. It knows
 * nothing of arrays and archives.
 */
package io.parallelsaver.worker;
