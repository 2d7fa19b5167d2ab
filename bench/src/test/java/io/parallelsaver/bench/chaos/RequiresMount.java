package io.parallelsaver.bench.chaos;

import io.parallelsaver.testing.ChildProcess;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A test that mounts file systems, which root may. Others see it disabled; where {@code CI} is set it runs all the same, and fails. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RequiresMount.Condition.class)
@interface RequiresMount {
  /** Looks whether this is root. */
  final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (System.getenv("CI") != null || isRoot()) {
        return ConditionEvaluationResult.enabled("may mount, or must");
      }
      return ConditionEvaluationResult.disabled("only root may mount file systems");
    }

    private static boolean isRoot() {
      try (ChildProcess id = ChildProcess.start("id", "-u")) {
        return id.finish().equals(List.of("0"));
      }
    }
  }
}
