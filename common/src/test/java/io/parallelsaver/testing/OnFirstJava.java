package io.parallelsaver.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/** What the kernel, a disk or a seed decide, and no Java: where all tests run on two of them, these run on the first alone. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("on-first-java")
public @interface OnFirstJava {}
