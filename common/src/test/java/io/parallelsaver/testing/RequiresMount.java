package io.parallelsaver.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A test that mounts file systems, which takes root. Without that it is reported as disabled; where the environment variable {@code CI}
 * is set it runs all the same, and fails.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RequiresMount.Condition.class)
public @interface RequiresMount {
  /** Tries, once in a JVM, where nobody else sees it. */
  final class Condition implements ExecutionCondition {
    private static final boolean POSSIBLE = possible();

    private static boolean possible() {
      try (ChildProcess unshare = ChildProcess.start("unshare", "--mount", "true")) {
        unshare.finish();
        return true;
      } catch (AssertionError | java.io.UncheckedIOException e) {
        return false;
      }
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return POSSIBLE || System.getenv("CI") != null
          ? ConditionEvaluationResult.enabled("file systems can be mounted, or must be")
          : ConditionEvaluationResult.disabled("this user may not mount file systems");
    }
  }
}
