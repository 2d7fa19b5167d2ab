/**
 * What the coordinator asks of the workers and what they answer, and the queues that carry it. Chronicle Queue stays behind this
 * door. Every queue has exactly one writer: a process killed while it appends would stall the others.
 */
package io.parallelsaver.job;
