/** What there is to read: each array, its dtype and shape, and where its bytes stand. */
package io.parallelsaver.spark.plan;
