/** The worker processes of one coordinator, and the dispatch of jobs to them. Knows nothing of arrays and archives. */
package io.parallelsaver.pool;
