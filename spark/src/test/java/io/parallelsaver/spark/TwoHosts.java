package io.parallelsaver.spark;

import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.master.Master;
import org.apache.spark.deploy.worker.Worker;
import org.apache.spark.rpc.RpcEnv;
import scala.Option;
import scala.Some;

/** A Spark of two workers with addresses of their own: it does no task twice on one host, so a local cluster never does. */
final class TwoHosts implements AutoCloseable {
  private static final List<String> HOSTS = List.of("127.0.0.1", "127.0.0.2");

  private final RpcEnv master;
  private final List<RpcEnv> workers;

  TwoHosts(Path folder) {
    SparkConf conf = new SparkConf()
        .set("spark.master.rest.enabled", "false")
        .set("spark.shuffle.service.enabled", "false");
    this.master = Master.startRpcEnvAndEndpoint(HOSTS.get(0), 0, 0, conf)._1();
    String[] masters = {url()};
    this.workers = HOSTS.stream()
        .map(host -> Worker.startRpcEnvAndEndpoint(
            host,
            0,
            0,
            1,
            1024,
            masters,
            folder.resolve("work-" + host).toString(),
            Some.apply((Object) HOSTS.indexOf(host)),
            conf,
            Option.empty()))
        .toList();
  }

  /** What sessions connect to. */
  String url() {
    return "spark://" + HOSTS.get(0) + ":" + master.address().port();
  }

  @Override
  public void close() {
    workers.forEach(TwoHosts::end);
    end(master);
  }

  private static void end(RpcEnv environment) {
    environment.shutdown();
    environment.awaitTermination();
  }
}
