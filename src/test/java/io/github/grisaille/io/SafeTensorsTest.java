package io.github.grisaille.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SafeTensorsTest extends SafeTensorsFiles {
    @Test
    void whatIsWrittenIsReadBitForBit() {
        float[] odd = {Float.NaN, -0f, Float.MIN_VALUE, Float.NEGATIVE_INFINITY, 1f / 3, Float.MAX_VALUE};
        float[] many = new float[100_003];
        for (int i = 0; i < many.length; i++) {
            many[i] = (float) Math.sin(i);
        }
        Path path = folder.resolve("some.safetensors");
        new SafeTensors()
                .put("0.weight", Tensor.of(odd, 2, 3))
                .put("a \"quoted\" näme", Tensor.of(many, many.length))
                .put("scalar", Tensor.of(new float[] {5}))
                .describe("accuracy", "0.99 – \"good\"")
                .write(path);
        SafeTensors read = SafeTensors.read(path);
        assertThat(read.names()).containsExactly("0.weight", "a \"quoted\" näme", "scalar");
        assertThat(read.metadata()).containsExactly(Map.entry("accuracy", "0.99 – \"good\""));
        assertThat(read.shape("0.weight")).containsExactly(2, 3);
        assertThat(bits(read.values("0.weight"))).isEqualTo(bits(odd));
        assertThat(bits(read.values("a \"quoted\" näme"))).isEqualTo(bits(many));
        assertThat(read.tensor("scalar").shape().rank()).isZero();
        assertThat(read.type("scalar")).isEqualTo("F32");
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
        return bits;
    }

    @Test
    void theBytesByHand() throws IOException {
        Path path = folder.resolve("some.safetensors");
        new SafeTensors().put("a", Tensor.of(new float[] {1, -2}, 2)).write(path);
        // 54 bytes, and two spaces to make them a multiple of 8
        String header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}  ";
        ByteBuffer expected = ByteBuffer.allocate(8 + 56 + 8).order(ByteOrder.LITTLE_ENDIAN);
        expected.putLong(56)
                .put(header.getBytes(StandardCharsets.UTF_8))
                .putFloat(1)
                .putFloat(-2);
        assertThat(Files.readAllBytes(path)).isEqualTo(expected.array());
    }

    /** The bytes need not lie in the order of the names, and spaces may follow the header. */
    @Test
    void readsOtherMakersFiles() throws IOException {
        String header = "{\"a\":{\"shape\":[1],\"data_offsets\":[4,8],\"dtype\":\"F32\"},"
                + "\"empty\":{\"dtype\":\"F32\",\"shape\":[0,3],\"data_offsets\":[4,4]},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}   ";
        byte[] bytes = bytes(header.length(), header, 8);
        ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(8 + header.length(), 3)
                .putFloat(12 + header.length(), 4);
        SafeTensors read = SafeTensors.read(file(bytes));
        assertThat(read.names()).containsExactly("a", "empty", "b");
        assertThat(read.values("a")).containsExactly(4);
        assertThat(read.values("b")).containsExactly(3);
        assertThat(read.values("empty")).isEmpty();
        assertThat(SafeTensors.read(file("{}", 0)).names()).isEmpty();
    }

    /** As the reference implementation, version 0.8, reads them. */
    @Test
    void readsWhatOtherWritersAddToTheHeader() throws IOException {
        SafeTensors noMetadata = SafeTensors.read(file("{\"__metadata__\":null," + TWO.substring(1), 12));
        assertThat(noMetadata.names()).containsExactly("a", "b");
        assertThat(noMetadata.metadata()).isEmpty();
        String more = "{\"a\":{\"unit\":{\"of\":[1,{\"dtype\":null}]},\"dtype\":\"F32\",\"shape\":[2],"
                + "\"data_offsets\":[0,8],\"colour\":1}}";
        SafeTensors read = SafeTensors.read(file(more, 8));
        assertThat(read.shape("a")).containsExactly(2);
        assertThat(read.values("a")).containsExactly(0, 0);
    }

    @Test
    void aPartIsANetworkOfItsOwn() {
        SafeTensors tensors = new SafeTensors()
                .put("generator.0.weight", Tensor.of(new float[] {1, 2}, 2))
                .put("generators.0.weight", Tensor.of(new float[] {3}, 1))
                .put("discriminator.0.weight", Tensor.of(new float[] {4}, 1));
        SafeTensors part = tensors.part("generator");
        assertThat(part.names()).containsExactly("0.weight");
        assertThat(part.values("0.weight")).containsExactly(1, 2);
        assertThatThrownBy(() -> part.values("1.weight"))
                .hasMessage("the tensors, generator has no tensor 1.weight; it has [0.weight]");
    }

    @Test
    void namesAreGivenOnce() {
        SafeTensors tensors = new SafeTensors().put("a", Tensor.of(new float[1], 1));
        assertThatThrownBy(() -> tensors.put("a", Tensor.of(new float[1], 1))).hasMessageContaining("already hold a");
        assertThatThrownBy(() -> tensors.put("__metadata__", Tensor.of(new float[1], 1)))
                .hasMessageContaining("the name __metadata__ is reserved by the format");
    }
}
