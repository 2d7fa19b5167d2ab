package io.parallelsaver.stored;

import io.parallelsaver.array.FileData;
import io.parallelsaver.array.MappedFile;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.safetensors.SafetensorsHeader;
import io.parallelsaver.safetensors.SafetensorsHeader.Tensor;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The tensors of a safetensors file; of one that is cut off those before the cut, the others are refused when they are asked for. */
final class SafetensorsFile extends StoredArrays {
  private final FileChannel channel;
  private final MappedFile mapped;
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final long size;

  SafetensorsFile(Path path) throws IOException {
    super(path, Format.SAFETENSORS);
    this.channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      SafetensorsHeader header = SafetensorsHeader.readCutOff(path, channel);
      header.tensors().forEach(tensor -> tensors.put(tensor.name(), tensor));
      this.mapped = MappedFile.of(path, channel);
      this.size = channel.size();
    } catch (Throwable e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public Collection<String> keys() {
    return Collections.unmodifiableSet(tensors.keySet());
  }

  @Override
  public Optional<NDArray> find(String key) {
    return Optional.ofNullable(tensors.get(key)).map(this::array);
  }

  private NDArray array(Tensor tensor) {
    if (tensor.end() > size) {
      throw new CorruptException(path() + ": tensor " + PythonText.quoteStart(tensor.name())
          + " takes the bytes from " + tensor.offset() + " to " + tensor.end()
          + ", but the file ends at " + size + "; it is cut off");
    }
    return NDArray.of(
        tensor.spec(), new FileData(tensor.region(path()), OptionalInt.empty(), mapped));
  }

  @Override
  public long contentSize() {
    return size;
  }

  @Override
  void closeFiles() throws IOException {
    channel.close();
  }
}
