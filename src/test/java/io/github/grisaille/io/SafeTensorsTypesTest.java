package io.github.grisaille.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The types of values: which are read, and how large each is. */
class SafeTensorsTypesTest extends SafeTensorsFiles {
    @Test
    void widensHalfFloats() throws IOException {
        String header = "{\"h\":{\"dtype\":\"F16\",\"shape\":[3],\"data_offsets\":[0,6]},"
                + "\"b\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[6,10]}}";
        byte[] bytes = bytes(header.length(), header, 10);
        ByteBuffer.wrap(bytes, 8 + header.length(), 10)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) 0x3C00)
                .putShort((short) 0xC100)
                .putShort((short) 0x7BFF)
                .putShort((short) 0x3F80)
                .putShort((short) 0xC020);
        SafeTensors read = SafeTensors.read(file(bytes));
        assertThat(read.values("h")).containsExactly(1, -2.5f, 65504);
        assertThat(read.values("b")).containsExactly(1, -2.5f);
    }

    /** Every one of them, by the definition of binary16. */
    @Test
    void widensEveryHalfFloat() {
        for (int half = 0; half < 1 << 16; half++) {
            double sign = half >> 15 == 0 ? 1 : -1;
            int exponent = half >> 10 & 31;
            int fraction = half & 1023;
            double expected = exponent == 0
                    ? sign * fraction / 1024 * Math.pow(2, -14)
                    : sign * (1 + fraction / 1024.0) * Math.pow(2, exponent - 15);
            if (exponent == 31) {
                expected = fraction == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
            }
            assertThat(Float.compare(SafeTensorsReader.widenHalf((short) half), (float) expected))
                    .isZero();
        }
    }

    @Test
    void otherTypesAreListedButNotRead() throws IOException {
        String header = "{\"a\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}}";
        SafeTensors read = SafeTensors.read(file(header, 12));
        assertThat(read.type("a")).isEqualTo("I64");
        assertThat(read.values("b")).containsExactly(0);
        assertThatThrownBy(() -> read.values("a"))
                .hasMessageContaining("a has type I64, but only F32, F16 and BF16 are read");
        assertThatThrownBy(() -> read.write(folder.resolve("copy"))).hasMessageContaining("a has type I64");
        assertThat(folder.resolve("copy")).doesNotExist();
        assertThatThrownBy(() -> read.values("c")).hasMessageContaining("has no tensor c; it has [a, b]");
    }

    /** Bits a value as in the reference implementation, version 0.8: the fewest values that fill whole bytes. */
    @ParameterizedTest
    @CsvSource({
        "F4, 2, 1",
        "F6_E2M3, 4, 3",
        "F6_E3M2, 4, 3",
        "BOOL, 1, 1",
        "U8, 1, 1",
        "I8, 1, 1",
        "F8_E4M3, 1, 1",
        "F8_E4M3FNUZ, 1, 1",
        "F8_E5M2, 1, 1",
        "F8_E5M2FNUZ, 1, 1",
        "F8_E8M0, 1, 1",
        "I16, 1, 2",
        "U16, 1, 2",
        "F16, 1, 2",
        "BF16, 1, 2",
        "I32, 1, 4",
        "U32, 1, 4",
        "F32, 1, 4",
        "I64, 1, 8",
        "U64, 1, 8",
        "F64, 1, 8",
        "C64, 1, 8"
    })
    void everyTypeHasItsSize(String type, int values, int bytes) throws IOException {
        SafeTensors read = SafeTensors.read(file(one(type, "[" + values + "]", "[0," + bytes + "]"), bytes));
        assertThat(read.type("a")).isEqualTo(type);
        refused(one(type, "[" + values + "]", "[0," + (bytes + 1) + "]"), bytes + 1, "of type " + type + " and shape");
        refused(one(type, "[" + (values + 1) + "]", "[0," + bytes + "]"), bytes, "of type " + type + " and shape");
    }

    /** The reference refuses the file; here the tensors beside it can be read. */
    @Test
    void aTypeThatIsNotKnownIsListed() throws IOException {
        String header = "{\"new\":{\"dtype\":\"Q7\",\"shape\":[5],\"data_offsets\":[0,4]},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}";
        SafeTensors read = SafeTensors.read(file(header, 8));
        assertThat(read.type("new")).isEqualTo("Q7");
        assertThat(read.values("b")).containsExactly(0);
        assertThatThrownBy(() -> read.values("new"))
                .hasMessageContaining("new has type Q7, but only F32, F16 and BF16 are read: convert it");
    }

    /** A tensor of more than 2 GB that is not asked for is passed over. */
    @Test
    void aLargeTensorOfAnotherTypeIsPassedOver() throws IOException {
        long large = 300_000_000L * 8;
        String header = "{\"ids\":{\"dtype\":\"I64\",\"shape\":[300000000],\"data_offsets\":[0," + large + "]},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[" + large + "," + (large + 4) + "]}}";
        byte[] front = bytes(header.length(), header, 0);
        InputStream all = new InputStream() {
            private long at;

            @Override
            public int read() {
                long behind = at++ - front.length - large;
                // the last four bytes are 1 as a float
                return behind < -large
                        ? front[(int) (behind + large + front.length)] & 0xFF
                        : behind == 2 ? 0x80 : behind == 3 ? 0x3F : 0;
            }

            @Override
            public long skip(long bytes) {
                at += bytes;
                return bytes;
            }
        };
        SafeTensors read = SafeTensors.read(all, front.length + large + 4, "large");
        assertThat(read.values("b")).containsExactly(1);
    }
}
