package io.parallelsaver.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that are made to do harm, each in its own way, and what is said of it. */
enum Attack {
  SHAPE_OVERFLOW("array is larger than 2^63-1 bytes") {
    @Override
    Path make(Path at) throws IOException {
      return one(at, LyingZip.npy(shaped("(4611686018427387904, 4611686018427387904)")));
    }
  },
  SHAPE_OF_ZEROS_THAT_OVERFLOWS("array is larger than 2^63-1 bytes") {
    @Override
    Path make(Path at) throws IOException {
      return one(at, LyingZip.npy(shaped("(0, 4611686018427387904, 4)")));
    }
  },
  SHAPE_OF_MANY_AXES("a shape of 20000 axes; NumPy has at most 64") {
    @Override
    Path make(Path at) throws IOException {
      return one(at, LyingZip.npy(shaped("(" + "1,".repeat(20_000) + ")"), (byte) 1));
    }
  },
  SHAPE_LARGER_THAN_ITS_MEMBER("takes 1000000000080 bytes with its header, found 85") {
    @Override
    Path make(Path at) throws IOException {
      return one(at, LyingZip.npy(shaped("(1000000000000,)"), new byte[5]));
    }
  },
  LONG_HEADER(".npy header of 4294967307 bytes is longer than the limit of 1048576") {
    @Override
    Path make(Path at) throws IOException {
      byte[] header = LyingZip.npy(shaped("()"), (byte) 1);
      ByteBuffer.wrap(header).putInt(8, -1);
      return one(at, header);
    }
  },
  DEEP_HEADER("header is not understood") {
    @Override
    Path make(Path at) throws IOException {
      return one(at, LyingZip.npy("[".repeat(60_000)));
    }
  },
  PYTHON_IN_A_HEADER("header is not understood") {
    @Override
    Path make(Path at) throws IOException {
      return one(at, LyingZip.npy("__import__('os').system('true')"));
    }
  },
  PYTHON_OBJECTS("it holds pickled Python objects, which are never unpickled here") {
    @Override
    Path make(Path at) throws IOException {
      return one(
          at, LyingZip.npy("{'descr': '|O', 'fortran_order': False, 'shape': ()}", (byte) '.'));
    }
  },
  DEFLATE_BOMB("deflated data is longer than the 76 bytes the directory states") {
    @Override
    Path make(Path at) throws IOException {
      byte[] start = LyingZip.npy(new byte[8]);
      byte[] content = new byte[64 << 20];
      System.arraycopy(start, 0, content, 0, start.length);
      return new LyingZip().deflated("a.npy", content, 76).write(at.resolve("bomb.npz"));
    }
  },
  BOMB_THAT_IS_NO_ARRAY("deflated data is longer than the 64 bytes the directory states") {
    @Override
    Path make(Path at) throws IOException {
      return new LyingZip().deflated("README", new byte[64 << 20], 64).write(at.resolve("b.npz"));
    }
  },
  BOMB_THAT_SEEMS_AN_ARRAY("its CRC-32 is not what the directory wants") {
    @Override
    Path make(Path at) throws IOException {
      return new LyingZip().deflated("a.npy", new byte[64 << 20], 64).write(at.resolve("b.npz"));
    }
  },
  HUGE_SIZE_OF_LITTLE_DATA("deflated bytes cannot inflate to 2000000000") {
    @Override
    Path make(Path at) throws IOException {
      return new LyingZip()
          .deflated("a.npy", LyingZip.npy((byte) 1), 2_000_000_000)
          .write(at.resolve("huge.npz"));
    }
  },
  SIZE_THAT_COULD_BE("deflated data ends after 78 bytes, the directory states 54072") {
    @Override
    Path make(Path at) throws IOException {
      byte[] start = LyingZip.npy(shaped("(54000,)"), new byte[6]);
      return new LyingZip().deflated("a.npy", start, 54_072).write(at.resolve("large.npz"));
    }
  },
  ONE_MEMBER_COUNTED_OFTEN("overlap at byte 0") {
    @Override
    Path make(Path at) throws IOException {
      byte[] content = LyingZip.npy(new byte[100]);
      LyingZip zip = new LyingZip().local("a.npy", 0, content);
      for (int i = 0; i < 50_000; i++) {
        zip.central("a" + i + ".npy", 0, LyingZip.crc(content), content.length, content.length, 0);
      }
      return zip.write(at.resolve("often.npz"));
    }
  },
  MEMBER_INSIDE_ANOTHER("'outer.npy' and 'inner.npy' overlap at byte ") {
    @Override
    Path make(Path at) throws IOException {
      byte[] inner = LyingZip.npy((byte) 1);
      LyingZip zip = new LyingZip().local("inner.npy", 0, inner);
      byte[] outer = LyingZip.npy(new byte[30 + 9 + inner.length]);
      int offset = outer.length - (30 + 9 + inner.length);
      LyingZip nested = new LyingZip().local("outer.npy", 0, outer);
      int innerAt = 30 + 9 + offset;
      return nested
          .central("outer.npy", 0, LyingZip.crc(outer), outer.length, outer.length, 0)
          .central("inner.npy", 0, LyingZip.crc(inner), inner.length, inner.length, innerAt)
          .write(at.resolve("inside.npz"));
    }
  },
  ABSURD_COUNT("cannot hold 65535 entries") {
    @Override
    Path make(Path at) throws IOException {
      LyingZip zip = new LyingZip().stored("a.npy", LyingZip.npy((byte) 1));
      return zip.write(at.resolve("count.npz"), 0xFFFF, zip.end());
    }
  },
  FEWER_THAN_THERE_ARE("holds more than the 1 entries its end record counts") {
    @Override
    Path make(Path at) throws IOException {
      LyingZip zip = new LyingZip().stored("a.npy", LyingZip.npy((byte) 1));
      zip.stored("b.npy", LyingZip.npy((byte) 2));
      return zip.write(at.resolve("count.npz"), 1, zip.end());
    }
  },
  DIRECTORY_OUTSIDE_THE_FILE("does not fit before") {
    @Override
    Path make(Path at) throws IOException {
      LyingZip zip = new LyingZip().stored("a.npy", LyingZip.npy((byte) 1));
      return zip.write(at.resolve("outside.npz"), 1, 1 << 30);
    }
  },
  MEMBER_OUTSIDE_THE_FILE("member 'a.npy' lies outside the file") {
    @Override
    Path make(Path at) throws IOException {
      byte[] content = LyingZip.npy((byte) 1);
      return new LyingZip()
          .local("a.npy", 0, content)
          .central("a.npy", 0, LyingZip.crc(content), 1 << 30, 1 << 30, 0)
          .write(at.resolve("outside.npz"));
    }
  },
  MEMBER_IN_THE_DIRECTORY("members 'a.npy' and the central directory overlap") {
    @Override
    Path make(Path at) throws IOException {
      byte[] content = LyingZip.npy((byte) 1);
      return new LyingZip()
          .local("a.npy", 0, content)
          .central("a.npy", 0, 0, content.length + 9, content.length + 9, 0)
          .write(at.resolve("directory.npz"));
    }
  },
  TWO_NAMES("its local header and the directory name it differently") {
    @Override
    Path make(Path at) throws IOException {
      byte[] content = LyingZip.npy((byte) 1);
      return new LyingZip()
          .local("a.npy", 0, content)
          .central("b.npy", 0, LyingZip.crc(content), content.length, content.length, 0)
          .write(at.resolve("names.npz"));
    }
  },
  PARENT("array '../escaped' would be written outside the directory", "restore") {
    @Override
    Path make(Path at) throws IOException {
      return named(at, "../escaped.npy");
    }
  },
  PARENT_FURTHER_DOWN("array 'a/../../escaped' would be written outside", "restore") {
    @Override
    Path make(Path at) throws IOException {
      return named(at, "a/../../escaped.npy");
    }
  },
  PARENT_THAT_IS_NO_ARRAY("array '../escaped' would be written outside", "restore") {
    @Override
    Path make(Path at) throws IOException {
      return new LyingZip().stored("../escaped", new byte[] {1}).write(at.resolve("names.npz"));
    }
  },
  ABSOLUTE("/escaped' would be written outside the directory", "restore") {
    @Override
    Path make(Path at) throws IOException {
      return named(at, at.resolve("escaped.npy").toString());
    }
  },
  LINK("through a symbolic link out of ", "restore") {
    @Override
    Path make(Path at) throws IOException {
      Files.createSymbolicLink(Files.createDirectory(at.resolve("out")).resolve("link"), at);
      return named(at, "link/escaped.npy");
    }
  },
  NUL("array 'a\\x00b' is no file name here", "restore") {
    @Override
    Path make(Path at) throws IOException {
      return named(at, "a\0b.npy");
    }
  },
  FILE_AND_FOLDER("a file and a folder", "restore") {
    @Override
    Path make(Path at) throws IOException {
      return new LyingZip()
          .stored("a", LyingZip.npy((byte) 1))
          .stored("a.npy/b.npy", LyingZip.npy((byte) 2))
          .write(at.resolve("names.npz"));
    }
  },
  RECURSIVE_PICKLE("it holds no ndarray") {
    @Override
    Path make(Path at) throws IOException {
      return pickle(at, "}q\0\u008c\1ah\0s.");
    }
  },
  RECURSIVE_LIST("it holds a list, which no array needs") {
    @Override
    Path make(Path at) throws IOException {
      return pickle(at, "]q\0h\0a.");
    }
  },
  DEEP_PICKLE("more intricate than any array or dtype needs to be") {
    @Override
    Path make(Path at) throws IOException {
      return pickle(at, ")" + "\u0085".repeat(1 << 20) + ".");
    }
  },
  PICKLE_GLOBAL("it names 'os.system'") {
    @Override
    Path make(Path at) throws IOException {
      return pickle(at, "cos\nsystem\n(\u008c\4truetR.");
    }
  },
  PICKLE_GLOBAL_FOR_A_KEY("it names 'os.system'") {
    @Override
    Path make(Path at) throws IOException {
      Path folder = pickle(at, "N.");
      Files.write(folder.resolve("data_index_1.dat"), pickled("cos\nsystem\n(\u008c\4truetR."));
      return folder;
    }
  },
  PICKLE_OF_HUGE_BYTES("a run of 9223372036854775807 bytes") {
    @Override
    Path make(Path at) throws IOException {
      return pickle(at, "\u0096\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\177.");
    }
  },
  TENSORS_OF_HUGE_HEADER("a header of 4611686018427387904 bytes, longer than the limit") {
    @Override
    Path make(Path at) throws IOException {
      return tensors(at, 1L << 62, "{}");
    }
  },
  TENSORS_OF_DEEP_HEADER("the header is not JSON as expected") {
    @Override
    Path make(Path at) throws IOException {
      String deep = "{\"a\":{\"x\":" + "[".repeat(100_000);
      return tensors(at, deep.length(), deep);
    }
  },
  TENSOR_OUTSIDE_THE_FILE("but the file ends at ") {
    @Override
    Path make(Path at) throws IOException {
      String json =
          "{\"a\":{\"dtype\":\"U8\",\"shape\":[9000000000000000000],\"data_offsets\":[0,9000000000000000000]}}";
      return tensors(at, json.length(), json);
    }
  },
  TENSORS_THAT_OVERLAP("before byte") {
    @Override
    Path make(Path at) throws IOException {
      String json = "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
          + "\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[2,6]}}";
      return tensors(at, json.length(), json + "123456");
    }
  };

  /** What must be said. */
  final String message;

  /** The command that must say it; the other one finds nothing wrong. */
  final String command;

  Attack(String message) {
    this(message, null);
  }

  Attack(String message, String command) {
    this.message = message;
    this.command = command;
  }

  /** Makes the file, or the directory of files, in a directory. */
  abstract Path make(Path at) throws IOException;

  private static Path one(Path at, byte[] content) throws IOException {
    return named(at, "a.npy", content);
  }

  private static Path named(Path at, String name) throws IOException {
    return named(at, name, LyingZip.npy((byte) 1));
  }

  private static Path named(Path at, String name, byte[] content) throws IOException {
    return new LyingZip().stored(name, content).write(at.resolve("hostile.npz"));
  }

  private static String shaped(String shape) {
    return "{'descr': '|u1', 'fortran_order': False, 'shape': " + shape + "}";
  }

  private static byte[] pickled(String program) {
    return ("\u0080\4" + program).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static Path pickle(Path at, String program) throws IOException {
    Path folder = Files.createDirectory(at.resolve("pickles"));
    Files.write(folder.resolve("data_1.dat"), pickled(program));
    Files.write(folder.resolve("data_index_1.dat"), pickled("\u008c\1k."));
    return folder;
  }

  private static Path tensors(Path at, long length, String text) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(8 + text.length()).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(length).put(text.getBytes(StandardCharsets.ISO_8859_1));
    return Files.write(at.resolve("hostile.safetensors"), out.array());
  }
}
