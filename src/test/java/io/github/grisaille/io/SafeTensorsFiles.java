package io.github.grisaille.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.io.TempDir;

/** Files of tensors that are made by hand, byte by byte. */
abstract class SafeTensorsFiles {
    static final String TWO = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[8,12]}}";

    @TempDir
    Path folder;

    Path file(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("some.safetensors"), bytes);
    }

    static byte[] bytes(long headLength, String header, int data) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer buffer = ByteBuffer.allocate(8 + json.length + data).order(ByteOrder.LITTLE_ENDIAN);
        return buffer.putLong(headLength).put(json).array();
    }

    Path file(String header, int data) throws IOException {
        return file(bytes(header.getBytes(StandardCharsets.UTF_8).length, header, data));
    }

    static String one(String type, String shape, String offsets) {
        return "{\"a\":{\"dtype\":\"" + type + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}}";
    }

    void refused(String header, int data, String... messages) throws IOException {
        Path file = file(header, data);
        assertThatThrownBy(() -> SafeTensors.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("some.safetensors")
                .satisfies(Arrays.stream(messages)
                        .<Consumer<Throwable>>map(
                                message -> refusal -> assertThat(refusal).hasMessageContaining(message))
                        .toArray(Consumer[]::new));
    }
}
