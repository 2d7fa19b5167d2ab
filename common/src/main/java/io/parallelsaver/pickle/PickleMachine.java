package io.parallelsaver.pickle;

import io.parallelsaver.array.PythonText;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import io.parallelsaver.pickle.Value.Dict;
import io.parallelsaver.pickle.Value.Mark;
import io.parallelsaver.pickle.Value.None;
import io.parallelsaver.pickle.Value.Tuple;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The stack machine that a pickle is a program for, cut down to what the pickle of an array, a dtype, a tuple or a string uses.
 * Everything else is refused by name: other opcodes, and every name that is not in {@link Global}. Strings and bytes are not loaded
 * but become {@link Run}s.
 *
 * <p>A hostile pickle costs at most {@link PickleInput#BUDGET}; no method here calls itself, and no value is ever walked through but
 * for what is expected of it, so it may refer to itself in vain.
 *
 * <p>Source of the format: PEP 307, PEP 3154, PEP 574, and {@code pickletools.py}.
 */
final class PickleMachine {
  private static final int LOWEST_PROTOCOL = 2;
  private static final int HIGHEST_PROTOCOL = 5;

  private final PickleInput in;
  private final Calls calls;
  private final List<Object> stack = new ArrayList<>();
  private final List<Object> memo = new ArrayList<>();

  private PickleMachine(PickleInput in) {
    this.in = in;
    this.calls = new Calls(in);
  }

  /**
   * The value that the file is a pickle of: a {@code Long}, {@code Boolean}, {@code String}, {@link Run}, or a kind of {@link Value}.
   *
   * @throws CorruptException if it is no pickle, or bytes follow it
   * @throws InputException if it holds what is not allowed
   */
  static Object load(PickleInput in) throws IOException {
    PickleMachine machine = new PickleMachine(in);
    machine.protocol();
    for (Opcode next = in.opcode(); next != Opcode.STOP; next = in.opcode()) {
      machine.step(next);
    }
    Object result = machine.pop();
    if (!machine.stack.isEmpty()) {
      throw in.corrupt("the pickle leaves " + machine.stack.size() + " values over");
    }
    if (in.position() != in.size()) {
      throw in.corrupt((in.size() - in.position())
          + " bytes follow the pickle's end; a file holds one pickle and nothing else");
    }
    return result;
  }

  private void protocol() throws IOException {
    if (in.size() == 0 || in.opcode() != Opcode.PROTO) {
      throw in.corrupt("the file does not begin as a pickle of protocol 2 or later does; "
          + "if it is one of protocol 0 or 1, load it in Python and dump it again");
    }
    int version = in.uint8();
    if (version < LOWEST_PROTOCOL || version > HIGHEST_PROTOCOL) {
      throw in.refused("pickle protocol " + version + ", known are " + LOWEST_PROTOCOL + " to "
          + HIGHEST_PROTOCOL);
    }
  }

  private void step(Opcode opcode) throws IOException {
    switch (opcode) {
      case FRAME -> frame(in.int64());
      case POP -> pop();
      case MARK -> stack.add(Mark.MARK);
      case NONE -> stack.add(None.NONE);
      case NEWTRUE -> stack.add(true);
      case NEWFALSE -> stack.add(false);
      case BININT -> stack.add((long) in.int32());
      case BININT1 -> stack.add((long) in.uint8());
      case BININT2 -> stack.add((long) in.uint16());
      case LONG1 -> stack.add(in.long1());
      case SHORT_BINUNICODE -> stack.add(in.run(Run.Form.TEXT, in.uint8()));
      case BINUNICODE -> stack.add(in.run(Run.Form.TEXT, in.uint32()));
      case BINUNICODE8 -> stack.add(in.run(Run.Form.TEXT, in.int64()));
      case SHORT_BINBYTES -> stack.add(in.run(Run.Form.BYTES, in.uint8()));
      case BINBYTES -> stack.add(in.run(Run.Form.BYTES, in.uint32()));
      case BINBYTES8, BYTEARRAY8 -> stack.add(in.run(Run.Form.BYTES, in.int64()));
      case SHORT_BINSTRING -> stack.add(in.run(Run.Form.EITHER, in.uint8()));
      case BINSTRING -> stack.add(in.run(Run.Form.EITHER, in.int32()));
      case EMPTY_TUPLE -> stack.add(new Tuple(List.of()));
      case TUPLE1 -> stack.add(new Tuple(pop(1)));
      case TUPLE2 -> stack.add(new Tuple(pop(2)));
      case TUPLE3 -> stack.add(new Tuple(pop(3)));
      case TUPLE -> stack.add(new Tuple(popToMark()));
      case EMPTY_DICT -> {
        in.spend(Dict.COST);
        stack.add(new Dict());
      }
      case SETITEM -> setItems(pop(2));
      case SETITEMS -> setItems(popToMark());
      case MEMOIZE -> put(memo.size());
      case BINPUT -> put(in.uint8());
      case LONG_BINPUT -> put(in.uint32());
      case BINGET -> get(in.uint8());
      case LONG_BINGET -> get(in.uint32());
      case GLOBAL -> stack.add(global(in.line(), in.line()));
      case STACK_GLOBAL -> {
        List<Object> names = pop(2);
        stack.add(global(name(names.get(0)), name(names.get(1))));
      }
      case REDUCE -> {
        List<Object> call = pop(2);
        stack.add(calls.reduce(call.get(0), call.get(1)));
      }
      case BUILD -> {
        Object state = pop();
        calls.build(top(), state);
      }
      default -> throw in.refused(reason(opcode));
    }
  }

  private static String reason(Opcode opcode) {
    return switch (opcode) {
      case NEXT_BUFFER, READONLY_BUFFER ->
        "the array's bytes are not in the file; dump it without a buffer_callback";
      case EMPTY_LIST, APPEND, APPENDS, LIST -> "it holds a list, which no array needs";
      case BINFLOAT, FLOAT -> "it holds a float where only integers can be meant";
      default -> "this opcode stands in no pickle of an array, and is not followed";
    };
  }

  private void frame(long length) {
    if (length < 0 || length > in.size() - in.position()) {
      throw in.corrupt("a frame of " + Long.toUnsignedString(length)
          + " bytes goes beyond the end of the file; it is cut off");
    }
  }

  private Object top() {
    Object top = stack.isEmpty() ? Mark.MARK : stack.get(stack.size() - 1);
    if (top == Mark.MARK) {
      throw in.corrupt("no value is there to work on");
    }
    return top;
  }

  private Object pop() {
    Object top = top();
    stack.remove(stack.size() - 1);
    return top;
  }

  private List<Object> pop(int count) {
    List<Object> last = stack.subList(Math.max(0, stack.size() - count), stack.size());
    if (last.size() < count || last.contains(Mark.MARK)) {
      throw in.corrupt("fewer than " + count + " values are there to work on");
    }
    return cut(last);
  }

  private List<Object> popToMark() {
    int mark = stack.size() - 1;
    while (mark >= 0 && stack.get(mark) != Mark.MARK) {
      mark--;
    }
    if (mark < 0) {
      throw in.corrupt("no MARK is there");
    }
    List<Object> items = cut(stack.subList(mark + 1, stack.size()));
    stack.remove(mark);
    return items;
  }

  private static List<Object> cut(List<Object> part) {
    List<Object> copy = List.copyOf(part);
    part.clear();
    return copy;
  }

  private void setItems(List<Object> items) throws IOException {
    if (!(top() instanceof Dict dict) || items.size() % 2 != 0) {
      throw in.corrupt("items are set in " + Value.describe(top()));
    }
    for (int i = 0; i < items.size(); i += 2) {
      dict.put(calls.expect().text(items.get(i), "as a key"), items.get(i + 1));
    }
  }

  /** Numbers come in order, from 0 or (Python 2) from 1 on: a high one is no reason to make a large table. */
  private void put(long index) {
    Object value = top();
    if (index == 1 && memo.isEmpty()) {
      memo.add(Mark.MARK);
    }
    if (index > memo.size()) {
      throw in.corrupt("value " + index + " is kept when " + memo.size() + " are");
    }
    if (index == memo.size()) {
      memo.add(value);
    } else {
      memo.set((int) index, value);
    }
  }

  private void get(long index) {
    if (index >= memo.size() || memo.get((int) index) == Mark.MARK) {
      throw in.corrupt("value " + index + " is used before it is kept");
    }
    stack.add(memo.get((int) index));
  }

  private String name(Object value) throws IOException {
    return value instanceof Run run && run.isText() && run.length() > Global.MAX_NAME
        ? in.text(new Run(run.form(), run.offset(), Global.MAX_NAME)) + "..."
        : calls.expect().text(value, "as a name");
  }

  private Global global(String module, String name) {
    Global global = Global.of(module, name);
    if (global == null) {
      throw in.refused("it names " + PythonText.quote(module + "." + name)
          + ": only numpy.ndarray and numpy.dtype are read, and nothing a pickle names is run; "
          + "save plain arrays, such as numpy.asarray(a) gives");
    }
    return global;
  }
}
