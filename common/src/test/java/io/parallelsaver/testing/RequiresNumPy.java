package io.parallelsaver.testing;

import java.io.UncheckedIOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A test that asks NumPy. Without NumPy it is reported as disabled; where the environment variable {@code CI} is set it runs all the
 * same, and fails.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RequiresNumPy.Condition.class)
public @interface RequiresNumPy {
  /** Looks for NumPy, once in a JVM. */
  final class Condition implements ExecutionCondition {
    private static final String MISSING = missing();

    private static String missing() {
      try {
        NumPy.run("");
        return null;
      } catch (AssertionError | UncheckedIOException e) {
        return "no NumPy in " + NumPy.python()
            + " (PARALLEL_SAVER_PYTHON names another interpreter): " + e.getMessage();
      }
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (MISSING == null || System.getenv("CI") != null) {
        return ConditionEvaluationResult.enabled("NumPy is there, or must be");
      }
      return ConditionEvaluationResult.disabled(MISSING);
    }
  }
}
