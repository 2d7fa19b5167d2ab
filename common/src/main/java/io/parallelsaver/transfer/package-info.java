/**
 * Doing jobs: bytes are moved from region to region of files, summed, deflated and inflated on the way. Nothing here knows of arrays and
 * archives, nor of who does the job: a worker process, or a thread of the coordinator while no worker is up.
 */
package io.parallelsaver.transfer;
