package io.parallelsaver.spark.write;

import org.apache.spark.sql.connector.write.WriterCommitMessage;

/** What a task that is committed has written. */
record WrittenShards(WrittenShard[] shards) implements WriterCommitMessage {}
